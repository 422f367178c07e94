"""The cost of playing, and how exactly it keeps time: `python tests/benchmarks/play_cost.py [MINUTES]`.

Plays a session of tones through `voicecoach play`, on a terminal, into a PulseAudio null sink that is recorded, and
compares the recording with what the same command writes into a file. The player's ring is looked at from
outside, by the name that it has in /dev/shm until the device is open.
"""

from __future__ import annotations

import mmap
import os
import pty
import subprocess
import sys
import tempfile
import threading
import time
import wave
from contextlib import suppress
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from sound_server import SoundServer, run_sound_server

from voicecoach.outputs.ring_buffer import Counter
from voicecoach.units import SAMPLE_RATE

TICKS = os.sysconf("SC_CLK_TCK")


def command(*more: str) -> list[str]:
    return [sys.executable, "-m", "voicecoach", "play", "--voice", "tones", *more]


def routine(folder: Path, minutes: float) -> Path:
    """Sentences and ticks, two to three seconds apart."""
    path = folder / "ticks.yaml"
    path.write_text(
        f"title: Ticks\nsteps:\n  - repeat: {round(minutes * 60 / 6)}\n    steps:\n"
        "      - {say: Lean over to the left., then: 2 s}\n      - {chime: tick}\n      - {pause: 2 s}\n"
    )
    return path


def counters_of(player: subprocess.Popen[bytes]) -> memoryview[int]:
    """The numbers of its ring, once it has made one."""
    while player.poll() is None:
        maps = Path(f"/proc/{player.pid}/maps").read_text()
        for name in Path("/dev/shm").glob("psm_*"):
            if str(name) in maps:
                with suppress(FileNotFoundError), name.open("rb") as file:
                    return memoryview(mmap.mmap(file.fileno(), 8 * len(Counter), prot=mmap.PROT_READ)).cast("q")
        time.sleep(0.0005)
    sys.exit("the player ended at once")


def first_frame(script: Path, server: SoundServer) -> tuple[float, float]:
    """Seconds from starting the command to the first callback, and to the first frame of the session in one."""
    environment = os.environ | server.environment
    start = time.monotonic_ns()
    player = subprocess.Popen(command(str(script), "--lead-in", "0", "-q"), env=environment)
    counters = counters_of(player)
    while not counters[Counter.READ] and player.poll() is None:
        time.sleep(0.0005)
    first, frame = counters[Counter.FIRST] - start, counters[Counter.LAST] - start
    player.terminate()
    player.wait()
    return first / 1e9, frame / 1e9


def cpu_seconds(pid: int) -> float:
    """Of a process and its children, so far."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        if pid in (int(stat.parent.name), int(fields[1])):
            total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def cpu_share(script: Path, server: SoundServer, minutes: float) -> tuple[float, int]:
    """Of one core, drawing on a terminal included, from 5 s after the start to the end; and under-runs."""
    screen, theirs = pty.openpty()
    threading.Thread(target=drain, args=(screen,), daemon=True).start()
    environment = os.environ | server.environment | {"TERM": "xterm"}
    player = subprocess.Popen(command(str(script)), env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    counters = counters_of(player)
    time.sleep(5)
    start, used = time.monotonic(), cpu_seconds(player.pid)
    time.sleep(minutes * 60 - 5)
    share = (cpu_seconds(player.pid) - used) / (time.monotonic() - start)
    player.wait()
    return share, counters[Counter.UNDERRUNS]


def drain(screen: int) -> None:
    while os.read(screen, 65536):
        pass


def onsets(samples: np.ndarray) -> np.ndarray:
    """Where sound begins after at least half a second of silence: frames."""
    loud = np.flatnonzero(np.abs(samples) > 0.001)
    return loud[np.diff(loud, prepend=-SAMPLE_RATE) > SAMPLE_RATE // 2]


def lateness(script: Path, recorded: np.ndarray, *, whole: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Of each onset from 2 s after opening: its frame, and by how many ms it is later than the same command writes it
    into a file. Only a recording that is not of the `whole` session may end early."""
    path = script.with_suffix(".wav")
    subprocess.run(command(str(script), "--output", f"wav:{path}", "-q"), check=True)
    with wave.open(str(path)) as file:
        rendered = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767
    expected, heard = onsets(rendered), onsets(recorded)
    both = min(len(expected), len(heard))
    if whole and len(expected) != len(heard):
        late = np.diff(heard[:both] - expected[:both])
        at = expected[np.argmax(np.abs(late) > SAMPLE_RATE // 4)] / SAMPLE_RATE
        sys.exit(
            f"{len(expected)} onsets in the timeline, {len(heard)} in the recording, not the same after {at:.1f} s"
        )
    expected = expected[:both]
    later = expected > 2 * SAMPLE_RATE
    return expected[later], 1000 * (heard[later] - expected[later]) / SAMPLE_RATE


def timing(script: Path, recorded: np.ndarray) -> tuple[float, float, int]:
    """Largest error of an onset and drift from first to last, from 2 s after opening, ms; how many onsets."""
    expected, late = lateness(script, recorded)
    for at in np.flatnonzero(np.abs(np.diff(late)) > 1):
        print(f"a slip of {late[at + 1] - late[at]:+.1f} ms at {expected[at + 1] / SAMPLE_RATE:.1f} s")
    return float(np.ptp(late)), float(late[-1] - late[0]), len(late)


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    with tempfile.TemporaryDirectory() as name, run_sound_server(Path(name)) as server:
        folder = Path(name)
        os.environ["VOICECOACH_CACHE"] = str(folder / "cache")
        script = routine(folder, minutes)
        subprocess.run(command(str(script), "--output", f"wav:{folder}/warm.wav", "-q"), check=True)
        with server.record() as recording:  # an idle sink would answer after 2 s
            starts = [first_frame(script, server) for _ in range(5)]
        with server.record() as recording:
            share, underruns = cpu_share(script, server, minutes)
        error, drift, count = timing(script, recording.samples)
    print(f"first callback after the command:  {min(s[0] for s in starts):.3f} s (best of 5)")
    print(f"first frame of the session:        {min(s[1] for s in starts):.3f} s (best of 5), allowed 0.6")
    print(f"player, device and screen:         {100 * share:.1f} % of one core, allowed 4")
    print(f"under-runs:                        {underruns}")
    print(f"{count} onsets in {minutes:g} min: largest error {error:.2f} ms, allowed 10; drift {drift:.3f} ms")


if __name__ == "__main__":
    main()
