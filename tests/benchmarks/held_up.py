"""Measures how long the device's process may be held up without a delay: `python tests/benchmarks/held_up.py`.

Plays a session of tones into a recorded null sink and stops the device's process (SIGSTOP) for longer and longer times,
with the server latency that voicecoach requests, then with the one that miniaudio would request. Takes three minutes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))
from play_cost import command, lateness, routine
from sound_server import SoundServer, run_sound_server

from voicecoach.units import SAMPLE_RATE

LENGTHS = (12, 16, 20, 24, 28, 32, 36, 40)
"""Milliseconds."""
EACH = 5
"""How often the process is stopped for each length."""


def device_process(player: int) -> int:
    """The number of the worker process that has loaded miniaudio."""
    children = Path(f"/proc/{player}/task/{player}/children").read_text().split()
    (found,) = [int(one) for one in children if "miniaudio" in Path(f"/proc/{one}/maps").read_text()]
    return found


def measure_delays(script: Path, server: SoundServer, latency: str | None) -> dict[int, float]:
    """By how many ms all stops of each length delayed the sound."""
    environment = os.environ | server.environment | ({"PULSE_LATENCY_MSEC": latency} if latency else {})
    starts: list[float] = []
    with server.record() as recording:
        player = subprocess.Popen(command(str(script), "-q", "--lead-in", "0"), env=environment)
        time.sleep(5)
        device, opened = device_process(player.pid), time.monotonic() - 5
        for length in LENGTHS:
            starts.append(time.monotonic() - opened)
            for _ in range(EACH):
                os.kill(device, signal.SIGSTOP)
                time.sleep(length / 1000)
                os.kill(device, signal.SIGCONT)
                time.sleep(1)
            time.sleep(3)  # for an onset without a stop
        player.terminate()
        player.wait()
    expected, late = lateness(script, recording.samples, whole=False)
    until = [*starts[1:], np.inf]
    ends = [late[expected / SAMPLE_RATE < end][-1] for end in (starts[0], *until)]
    return dict(zip(LENGTHS, np.diff(ends), strict=True))


def main() -> None:
    with tempfile.TemporaryDirectory() as name, run_sound_server(Path(name)) as server:
        os.environ["VOICECOACH_CACHE"] = f"{name}/cache"
        script = routine(Path(name), 2)
        delays = {latency: measure_delays(script, server, latency) for latency in (None, "20")}
    print(f"{'stopped ' + str(EACH) + ' times for':>22}   voicecoach   miniaudio's own 20 ms")
    for length in LENGTHS:
        print(f"{length:19} ms {delays[None][length]:9.1f} ms {delays['20'][length]:20.1f} ms")


if __name__ == "__main__":
    main()
