"""Measures how soon a command is heard: `python tests/benchmarks/steering.py [TIMES]`.

Plays a constant level into a recorded PulseAudio null sink and gives commands at odd moments. Every chunk of the
recording gets the time of its arrival, so the figures include the recorder's delay (its fragments are 20 ms). The
first 2 s do not count, since PulseAudio may delay a new stream.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from outputs.steering_test import LEVELS, TWO_MOVES, clip
from sound_server import run_sound_server

from voicecoach.outputs.device import DeviceOutput
from voicecoach.player.command import Action, Command
from voicecoach.player.player import Player
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport

PAREC = ["parec", "-d", "speaker.monitor", "--raw", "--format=float32le", "--rate=48000", "--channels=1"]
Chunk = tuple[float, np.ndarray]


def listen(parec: subprocess.Popen[bytes], chunks: list[Chunk]) -> None:
    assert parec.stdout is not None
    while data := os.read(parec.stdout.fileno(), 4 * 960):
        chunks.append((time.monotonic(), np.frombuffer(data[: len(data) // 4 * 4], "<f4")))


def response_time(chunks: list[Chunk], since: float, what: str) -> float:
    """Seconds from `since` until a chunk arrived that is silent, or contains the second move."""
    for at, samples in chunks:
        new = not samples.any() if what == "silence" else bool((samples >= LEVELS["Roll."]).any())
        if at > since and new:
            return at - since
    sys.exit(f"never heard: {what}")


def measure(times: int, chunks: list[Chunk]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"silence": [], "next": []}
    for _ in range(times):
        sent: dict[str, float] = {}
        with closing(DeviceOutput("", "")) as output:
            output.begin()
            output.wait_ready()
            start = time.monotonic()
            plan = [(2.3, Action.PAUSE), (2.7, Action.RESUME), (3.237, Action.NEXT), (3.8, Action.STOP)]

            def poll(seconds: float, start: float = start, plan: list = plan, sent: dict = sent) -> list[Command]:
                # Like a key, which wakes the player the moment it is pressed.
                due = plan[0][0] + start - time.monotonic() if plan else seconds
                time.sleep(max(0.0, min(seconds, due)))
                if not plan or time.monotonic() - start < plan[0][0]:
                    return []
                _, act = plan.pop(0)
                sent[act] = time.monotonic()
                return [Command(act)]

            Player(Transport(TimelineIndex(TWO_MOVES)), clip, output).play(poll, lambda _: None)
        time.sleep(0.2)
        found["silence"].append(response_time(chunks, sent[Action.PAUSE], "silence"))
        found["next"].append(response_time(chunks, sent[Action.NEXT], "next"))
    return found


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as name, run_sound_server(Path(name)) as server:
        os.environ.update(server.environment)
        chunks: list[Chunk] = []
        parec = subprocess.Popen([*PAREC, "--latency-msec=20"], stdout=subprocess.PIPE)
        threading.Thread(target=listen, args=(parec, chunks), daemon=True).start()
        try:
            time.sleep(0.5)
            found = measure(times, chunks)
        finally:
            parec.terminate()
            parec.wait()
    for what, allowed in (("silence", 80), ("next", 120)):
        figures = [1000 * seconds for seconds in sorted(found[what])]
        middle = figures[len(figures) // 2]
        print(f"command to {what:<8} {middle:5.0f} ms median, {figures[-1]:4.0f} ms at most; allowed: {allowed}")


if __name__ == "__main__":
    main()
