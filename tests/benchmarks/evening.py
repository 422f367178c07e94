"""One session through all that can befall it, recorded: `python tests/benchmarks/evening.py`.

The whole program plays ticks into a PulseAudio null sink, is paused, resumed and sent on to the next move by
`voicecoach ctl`, loses its sound server, finds another one a second later, is killed with `kill -9`, and goes on with
`voicecoach resume`. Both servers are recorded; in each stretch that nothing broke, every onset from 2 s after opening
is compared with the timeline's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))
from sound_server import SoundServer, run_sound_server

from voicecoach.player.control_client import live_sockets, socket_folder
from voicecoach.units import SAMPLE_RATE

MOVE = "  - move: {}\n    steps:\n      - repeat: 60\n        steps:\n          - chime: tick\n          - pause: 1 s\n"


def voicecoach(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "voicecoach", *words])


def ctl(*words: str) -> str:
    command = [sys.executable, "-m", "voicecoach", "ctl", *words]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def position() -> float:
    return int(ctl("get", "position_ms")) / 1000


def till(second: float) -> None:
    """Until the session is so far."""
    while not live_sockets(socket_folder()) or position() < second:
        time.sleep(0.05)


def onsets(samples: np.ndarray) -> np.ndarray:
    """The first sample of each sound after 0.4 s of silence."""
    loud = np.flatnonzero(samples)
    return loud[np.diff(loud, prepend=-SAMPLE_RATE) > 0.4 * SAMPLE_RATE]


def measured(name: str, samples: np.ndarray, period: int) -> None:
    """Each run of onsets that follow one another by the timeline's own period."""
    found = onsets(samples)
    late = np.diff(found) - period
    settled = found[1:] > found[0] + 2 * SAMPLE_RATE
    steady = settled & (np.abs(late) < period // 4)
    broken = [f"{found[at] / SAMPLE_RATE:.1f} s" for at in np.flatnonzero(settled & ~steady)]
    largest = 1000 * np.abs(late[steady]).max(initial=0) / SAMPLE_RATE
    print(f"{name}: {len(found)} onsets, {steady.sum()} a period after another: largest error {largest:.2f} ms;")
    print(f"    pauses, jumps and losses after {', '.join(broken) or 'none'}")


def period_of(script: Path) -> int:
    """Frames from one tick to the next, by the timeline."""
    command = [sys.executable, "-m", "voicecoach", "show", str(script), "--voice", "tones", "--no-intro", "--json"]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    ticks = [event["start_ms"] for event in told["events"] if event.get("sound") == "tick"]
    return 48 * (ticks[1] - ticks[0])


def first_part(first: SoundServer, script: Path) -> subprocess.Popen[bytes]:
    """Paused, resumed, sent on; then its server is killed."""
    player = voicecoach("play", str(script), "--voice", "tones", "--no-intro", "-q")
    till(6)
    ctl("pause")
    print(f"paused at {position():.2f} s, resumed 2 s later")
    time.sleep(2)
    ctl("resume")
    till(10)
    ctl("next")
    time.sleep(0.2)
    print(f"next: {ctl('get', 'move')}, {position():.2f} s")
    till(position() + 4)
    first.process.kill()
    while ctl("get", "away") == "False":
        time.sleep(0.02)
    print(f"its server was killed; it stands at {position():.2f} s")
    time.sleep(1)
    return player


def second_part(player: subprocess.Popen[bytes]) -> None:
    """It goes on with another server, is killed, and goes on again."""
    while ctl("get", "away") == "True":
        time.sleep(0.02)
    print(f"another server is there; it goes on at {position():.2f} s")
    till(position() + 6)
    killed = position()
    player.kill()
    player.wait()
    print(f"killed at {killed:.2f} s")
    again = voicecoach("resume", "-q")
    till(0.1)
    print(f"goes on at {position():.2f} s")
    till(killed + 6)
    ctl("stop")
    again.wait()


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        os.environ.update(SoundServer.environment_in(home), XDG_DATA_HOME=name, VOICECOACH_CACHE=f"{name}/cache")
        script = home / "ticks.yaml"
        script.write_text("title: Ticks\nsteps:\n" + "".join(MOVE.format(move) for move in ("One", "Two", "Three")))
        with run_sound_server(home) as first, first.record() as recording:
            player = first_part(first, script)
            before = recording.samples
        with run_sound_server(home) as second, second.record() as recording:
            second_part(player)
        period = period_of(script)
        measured("first server", before, period)
        measured("second server", recording.samples, period)


if __name__ == "__main__":
    main()
