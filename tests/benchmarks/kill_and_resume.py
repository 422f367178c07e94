"""Kills the whole program at random moments and resumes: `python tests/benchmarks/kill_and_resume.py [TIMES]`.

The true position is read from the player's ring buffer, which has a name in /dev/shm until the device is open. The
session must resume at most 5 s before that position, and never after it.
"""

from __future__ import annotations

import mmap
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from sound_server import run_sound_server

from voicecoach.history.session_log import SessionLog
from voicecoach.outputs.device import DeviceOutput
from voicecoach.outputs.ring_buffer import Counter
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.units import SAMPLE_RATE

ROUTINE = "title: Rest\nsteps:\n  - repeat: 60\n    steps:\n      - say: Lean over to the left.\n      - hold: 5 s\n"


def counters_of(player: subprocess.Popen[bytes]) -> memoryview:
    """The counters of the player's ring buffer, found among its mapped files."""
    while player.poll() is None:
        with suppress(OSError, ValueError, StopIteration):
            maps = Path(f"/proc/{player.pid}/maps").read_text()
            name = next(line.split()[5] for line in maps.splitlines() if "/psm_" in line and "deleted" not in line)
            with Path(name).open("rb") as file:
                return memoryview(mmap.mmap(file.fileno(), 8 * len(Counter), prot=mmap.PROT_READ)).cast("q")
    sys.exit("the player ended at once")


def play_and_kill(arguments: list[str], seconds: float) -> int:
    """Play for so many seconds and kill the player; return how many frames were heard."""
    command = [sys.executable, "-m", "voicecoach", *arguments, "--lead-in", "0", "-q"]
    player = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    counters = counters_of(player)
    while counters[Counter.READ] - DeviceOutput.LATENCY < seconds * SAMPLE_RATE:
        time.sleep(0.01)
    player.kill()
    player.wait()
    return counters[Counter.READ] - counters[Counter.DROPPED] - DeviceOutput.LATENCY


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    chance, lost, start = random.Random(1), [], 0
    with tempfile.TemporaryDirectory() as name, run_sound_server(Path(name)) as server, server.record():
        os.environ |= {"VOICECOACH_CACHE": f"{name}/cache", "XDG_DATA_HOME": f"{name}/data"} | server.environment
        (Path(name) / "rest.yaml").write_text(ROUTINE)
        arguments = ["play", f"{name}/rest.yaml", "--voice", "tones", "--no-intro"]
        for _ in range(times):
            stopped = start + play_and_kill(arguments, chance.uniform(2.5, 9))
            with SessionLog() as log:
                last = log.unfinished()
            assert last is not None, "there is no session to resume"
            start = TimelineIndex(last.timeline).resume_point(last.at)
            lost.append((stopped - start) / SAMPLE_RATE)
            arguments = ["resume"]
    print(f"{times} kills: resumed {min(lost):.2f} to {max(lost):.2f} s before the kill; allowed: 0 to 5")


main()
