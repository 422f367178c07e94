"""How long the device's process may be held up before the sound slips: `python tests/benchmarks/held_up.py`.

A session of tones is played into a recorded null sink, and the device's process stopped (SIGSTOP) for ever longer.
In turns with what PulseAudio holds as voicecoach asks for, and with what miniaudio would ask for. Takes three minutes.
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
"""ms."""
EACH = 5
"""Times."""


def device_process(player: int) -> int:
    """The worker that has miniaudio."""
    children = Path(f"/proc/{player}/task/{player}/children").read_text().split()
    (found,) = [int(one) for one in children if "miniaudio" in Path(f"/proc/{one}/maps").read_text()]
    return found


def slips(script: Path, server: SoundServer, held: str | None) -> dict[int, float]:
    """By how much, ms, all hold-ups of one length made the sound late."""
    environment = os.environ | server.environment | ({"PULSE_LATENCY_MSEC": held} if held else {})
    begun: list[float] = []
    with server.record() as recording:
        player = subprocess.Popen(command(str(script), "-q", "--lead-in", "0"), env=environment)
        time.sleep(5)
        device, opened = device_process(player.pid), time.monotonic() - 5
        for length in LENGTHS:
            begun.append(time.monotonic() - opened)
            for _ in range(EACH):
                os.kill(device, signal.SIGSTOP)
                time.sleep(length / 1000)
                os.kill(device, signal.SIGCONT)
                time.sleep(1)
            time.sleep(3)  # an onset without any
        player.terminate()
        player.wait()
    expected, late = lateness(script, recording.samples, whole=False)
    until = [*begun[1:], np.inf]
    ends = [late[expected / SAMPLE_RATE < end][-1] for end in (begun[0], *until)]
    return dict(zip(LENGTHS, np.diff(ends), strict=True))


def main() -> None:
    with tempfile.TemporaryDirectory() as name, run_sound_server(Path(name)) as server:
        os.environ["VOICECOACH_CACHE"] = f"{name}/cache"
        script = routine(Path(name), 2)
        found = {held: slips(script, server, held) for held in (None, "20")}
    print(f"{'stopped ' + str(EACH) + ' times for':>22}   as we ask   miniaudio's own 20 ms")
    for length in LENGTHS:
        print(f"{length:19} ms {found[None][length]:8.1f} ms {found['20'][length]:20.1f} ms")


if __name__ == "__main__":
    main()
