"""What a catalogue costs: `python tests/benchmarks/catalogue.py [SESSIONS...] [--without-cluster]`, by hand.

Personal sessions of the built-in catalogue: each routine at many levels, sides, speeds and options, as M4A, spoken by
tones into a cache of its own first, so that everything is warm. Between ways of working those of ten minutes and
more, as FLAC, since a session that is woven takes less than the 0.2 s from which they are compared. Printed as ratios
of one run:

* seconds a session at 10, 100 and 1,000 sessions (or as many as are named), with one process;
* two processes against one;
* a real Dask scheduler with two workers on this machine against two processes, workers warm in both;
* what the parent itself costs a session, in processor time, and a second run that does nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path

from voicecoach.batch import Batch, BatchSession, BatchSynthesizer, JobExecutor, ProcessPool
from voicecoach.batch.runner import BatchFailure
from voicecoach.choices import Choices
from voicecoach.exporter import ExportOptions
from voicecoach.script.library import Library
from voicecoach.voices.tones_engine import TONES

SIZES = (10, 100, 1_000)
WARM = 24
"""Sessions that are made before a stopwatch runs, so that processes have started and clips are at hand."""
BOTH = 36
"""Sessions for ratios between ways of working."""
LONG = 10 * 60
"""Seconds to hear, at least, of each of them."""
ROUNDS = 3
"""Of each such way, in turns; the best counts, since other work on the machine only ever adds."""


class Silent:
    """A teller who tells nothing but what must not happen here."""

    def at_work(self, *_: object) -> None:
        """Nothing."""

    speaking = made = at_work

    def failed(self, failure: BatchFailure) -> None:
        raise AssertionError(failure)


@dataclass
class Staying:
    """Hands that outlive a batch, so that the next finds them warm."""

    hands: JobExecutor

    def __getattr__(self, name: str) -> object:
        return getattr(self.hands, name)

    def end(self) -> None:
        """Not yet."""


def personal(kind: str) -> list[BatchSession]:
    """A thousand different sessions and more, the routines in turns."""
    library = Library()
    routines = [library.load_path(path) for path in library.paths().values()]
    fits = product(range(5, 100, 5), ("both", "left"), (100, 90, 110))
    return [
        BatchSession(routine=routine, choices=Choices(level=level, side=side, speed=speed), voice=TONES, kinds=(kind,))
        for level, side, speed in fits
        for routine in routines
    ]


def make(sessions: list[BatchSession], hands: JobExecutor) -> tuple[float, float]:
    """Seconds, and the parent's own processor time, for a batch into a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        begun, own = time.perf_counter(), time.process_time()
        outcome = Batch(Path(folder), sessions, ExportOptions(), date="2026-01-01", tell=Silent()).run(
            hands, BatchSynthesizer(print)
        )
        took = time.perf_counter() - begun, time.process_time() - own
        assert outcome.sessions == len(sessions)
        begun = time.perf_counter()
        assert not Batch(Path(folder), sessions, ExportOptions(), date="2026-01-01", tell=Silent()).due
        if len(sessions) >= max(SIZES):
            print(f"  a second run over {len(sessions)}: {1000 * (time.perf_counter() - begun):.0f} ms")
    return took


def main() -> None:
    asked = [int(word) for word in sys.argv[1:] if word.isdecimal()] or list(SIZES)
    with tempfile.TemporaryDirectory() as cache:
        os.environ["VOICECOACH_CACHE"] = cache
        sessions = personal("m4a")
        both = [each for each in personal("flac") if length_of([each]) >= LONG / 60][:BOTH]
        two = Staying(ProcessPool(2))
        print(f"speaking what {max(asked)} sessions say ...", flush=True)
        make_words([*sessions[: max(asked)], *both], two)
        one = Staying(ProcessPool(1))
        flat(sessions, asked, one)
        ways: dict[str, JobExecutor] = {"one process": one, "two processes": two}
        with contextlib.ExitStack() as stack:
            if "--without-cluster" not in sys.argv:
                ways["cluster of two"] = stack.enter_context(cluster())
            ratios(both, ways)
        one.hands.end()
        two.hands.end()


def make_words(sessions: list[BatchSession], hands: JobExecutor) -> None:
    """Everything spoken once, by way of transcripts, which cost little else."""
    words = [BatchSession(routine=s.routine, choices=s.choices, voice=s.voice, kinds=("vtt",)) for s in sessions]
    make(words, hands)


def flat(sessions: list[BatchSession], sizes: list[int], one: JobExecutor) -> None:
    """The cost of a session by the number of sessions. The same mix of routines each time, by whole turns."""
    make(sessions[:WARM], one)
    costs = {}
    for size in sizes:
        spread = list(islice(sessions, 0, len(sessions), max(1, len(sessions) // size)))[:size]
        spread = sorted(sessions[:size], key=id) if len(spread) < size else spread
        took, own = make(spread, one)
        sounds = length_of(spread)
        costs[size] = took / sounds
        print(
            f"{size:5} sessions: {1000 * took / size:7.1f} ms each, {1000 * costs[size] / 60:.3f} ms a second to hear, "
            f"{1000 * own / size:.1f} ms of it the parent's own"
        )
    first = costs[sizes[0]]
    print("cost against the smallest:", ", ".join(f"{size}: {cost / first:.2f}" for size, cost in costs.items()))


def length_of(sessions: list[BatchSession]) -> float:
    """Minutes to hear, estimated: sessions are not equally long."""
    from voicecoach.compiler import compile_session, estimate_lengths

    return sum(compile_session(s.routine, s.choices, estimate_lengths).length for s in sessions) / 48_000 / 60


def ratios(sessions: list[BatchSession], ways: dict[str, JobExecutor]) -> None:
    """The ways of working against one another, in turns."""
    best: dict[str, tuple[float, float]] = {}
    for hands in [*ways.values()] * 2:  # each worker must have met each clip
        make(sessions, hands)
    for _ in range(ROUNDS):
        for name, hands in ways.items():
            best[name] = min(best.get(name, (1e9, 1e9)), make(sessions, hands))
    for name, (took, own) in best.items():
        print(f"{name:15} {1000 * took / BOTH:7.1f} ms a session, {1000 * own / BOTH:.1f} ms the parent's own")
    print(f"two processes are {best['one process'][0] / best['two processes'][0]:.2f} times one")
    if "cluster of two" in best:
        print(f"the cluster takes {best['cluster of two'][0] / best['two processes'][0]:.2f} times two processes")


@contextlib.contextmanager
def cluster() -> Iterator[JobExecutor]:
    """A scheduler and two workers with a thread each, and hands that stay."""
    from voicecoach.batch.cluster import connect

    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as running:
        file = Path(folder) / "scheduler.json"

        def begin(module: str, *options: object) -> None:
            command = [sys.executable, "-m", f"distributed.cli.{module}", "--host", "127.0.0.1", "--no-dashboard"]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            process = subprocess.Popen([*command, *map(str, options)], **quiet)
            running.callback(process.wait)
            running.callback(process.kill)

        begin("dask_scheduler", "--port", 0, "--no-show", "--scheduler-file", file)
        for name in ("one", "two"):
            begin("dask_worker", "--scheduler-file", file, "--nthreads", 1, "--no-nanny", "--local-directory",
                  Path(folder) / name)  # fmt: skip
        while not file.exists() or not file.read_text():
            time.sleep(0.1)
        hands = connect(json.loads(file.read_text())["address"])
        hands._client.wait_for_workers(2, timeout=30)
        yield Staying(hands)
        hands.end()


if __name__ == "__main__":
    main()
