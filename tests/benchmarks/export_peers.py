"""Exporting a session, beside what people write today to make such a file: `python tests/benchmarks/export_peers.py`.

30 minutes of `muscle-knots` in espeak's voice, every clip in the cache, each way in turn on one core: our whole
command, and the scripts under `peers/`, which get the same cues as WAV files, at the same bit rate. Counted are the
processor's seconds of the command and of all that it starts, the seconds on the clock, and the largest resident
size of a single process. Needs Linux, the `ffmpeg` command, and `pip install pydub` (pydub serves this benchmark
alone; on Python 3.13 and later it wants `audioop-lts` too).

`--formats mp3,opus` takes some of the formats, `--minutes 15` a shorter session, `--rounds 9` more turns of what is
quick. The whole takes about ten minutes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PEERS = Path(__file__).parent / "peers"
ROUTINE = "muscle-knots"
KBIT = {"mp3": 96, "m4a": 80, "opus": 48}
"""Our own defaults, asked of everybody."""
TIMES_FASTER = {
    "ffmpeg_encode.sh": {"mp3": 5, "m4a": 10, "opus": 20},
    "pydub_overlay.py": dict.fromkeys(KBIT, 20),
    "ffmpeg_graph.py": dict.fromkeys(KBIT, 20),
}
SECONDS = 1.0
"""Of the processor, that our whole command may take."""
PART_OF_MEMORY = {"pydub_overlay.py": 0.1, "ffmpeg_graph.py": 1.0}
RUN_BY = {".py": sys.executable, ".sh": "sh"}
SLOW = 10.0
"""Seconds of processor time. Slower tools run once only: they are slower by more than they vary."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a command."""

    processor: float
    clock: float
    megabytes: float


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--formats", default=",".join(KBIT))
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = str(Path(folder) / "cache")
        subprocess.run([sys.executable, PEERS / "cues.py", ROUTINE, str(asked.minutes), folder], check=True)
        for kind in asked.formats.split(","):
            compare(Path(folder), kind, asked.minutes, asked.rounds)


def compare(folder: Path, kind: str, minutes: int, rounds: int) -> None:
    """Print the table of one format."""
    print(f"\n{ROUTINE}, {minutes} minutes, {kind} at {KBIT[kind]} kbit/s")
    print(
        f"{'':16} {'processor':>10} {'clock':>9} {'memory':>9}   ours is faster by          ours takes of its memory",
        flush=True,
    )
    file = folder / f"ours.{kind}"
    ours = cost(our_command(file, kind, minutes), rounds)
    print(line("ours", ours) + f"   ({verdict(f'at most {SECONDS} s of the processor', ours.processor <= SECONDS)})")
    for peer, least in TIMES_FASTER.items():
        made = folder / f"{peer}.{kind}"
        theirs = cost([RUN_BY[Path(peer).suffix], PEERS / peer, folder, made, str(KBIT[kind])], rounds)
        alike(file, made)
        print(line(peer, theirs) + "   " + faster(ours, theirs, least[kind]) + smaller(ours, theirs, peer))


def our_command(file: Path, kind: str, minutes: int) -> list[str | Path]:
    return [
        sys.executable, "-m", "voicecoach", "export", ROUTINE, "--minutes", str(minutes), "--voice", "espeak",
        "--bitrate", str(KBIT[kind]), "--force", "-o", file,
    ]  # fmt: skip


def cost(command: list[str | Path], rounds: int) -> Cost:
    """The medians of some runs, after one that only warms the caches."""
    first = run(command)
    if first.processor > SLOW:
        return first
    runs = [run(command) for _ in range(rounds)]
    return Cost(*(statistics.median(getattr(one, name) for one in runs) for name in Cost.__slots__))


def run(command: list[str | Path]) -> Cost:
    """One run. The system counts with a child all that the child has waited for.

    It also counts our own size as the child's at its start, so this process has to stay small: nothing large is
    imported here.
    """
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, command
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss / 1000)


def alike(ours: Path, theirs: Path) -> None:
    """Both hold the whole session: neither is faster because it wrote less."""
    assert abs(seconds(ours) - seconds(theirs)) < 0.2, (seconds(ours), seconds(theirs))


def seconds(file: Path) -> float:
    show = ["-show_entries", "format=duration", "-of", "csv=p=0"]
    return float(subprocess.run(["ffprobe", "-v", "error", *show, file], check=True, capture_output=True).stdout)


def line(name: str, cost: Cost) -> str:
    return f"{name:16} {cost.processor:8.2f} s {cost.clock:7.2f} s {cost.megabytes:6.0f} MB"


def faster(ours: Cost, theirs: Cost, least: int) -> str:
    """By the processor's time, which other programs disturb less."""
    times = theirs.processor / ours.processor
    return f"{wanted(times, f'at least {least}', times >= least):27}"


def smaller(ours: Cost, theirs: Cost, peer: str) -> str:
    part = ours.megabytes / theirs.megabytes
    most = PART_OF_MEMORY.get(peer)
    return f"{part:.2f}" if most is None else wanted(part, f"at most {most}", part <= most)


def wanted(figure: float, wish: str, kept: bool) -> str:
    return f"{figure:.2f} ({verdict(wish, kept)})"


def verdict(wish: str, kept: bool) -> str:
    return wish if kept else f"{wish}: NO"


if __name__ == "__main__":
    main()
