"""The cost of a batch: `python tests/benchmarks/batch_cost.py [SESSIONS...] [--without-cluster]`, by hand.

Personal sessions of the built-in routines: each at many levels, sides, speeds and options, as M4A, in the tones voice.
They are spoken into a cache of their own first, so that everything is warm. Ways of working are compared on FLAC
sessions of ten minutes and more: a session of stitched packets takes less than the 0.2 s that a comparison needs.
Prints ratios within one run:

* seconds for each session at 10, 100 and 1,000 sessions (or as many as are named), with one process;
* two processes against one;
* a real Dask scheduler with two workers on this machine against two processes, with warm workers in both;
* the parent's own processor time for each session, and the time of a second run, which makes nothing.
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

from voicecoach.batch import (
    Batch,
    BatchFailure,
    BatchReporter,
    BatchSession,
    BatchSynthesizer,
    JobExecutor,
    ProcessPool,
)
from voicecoach.choices import Choices
from voicecoach.exporter import ExportOptions
from voicecoach.script.library import Library
from voicecoach.units import SAMPLE_RATE
from voicecoach.voices.tones_engine import TONES

SIZES = (10, 100, 1_000)
WARM_UP = 24
"""Sessions made before a stopwatch starts, so that processes run and have the clips."""
COMPARED = 36
"""Sessions for the ratios between ways of working."""
MINUTES = 10
"""The least length of each of them."""
ROUNDS = 3
"""Of each way, in turns. The best counts, since other work on the machine only ever adds."""


class FailingReporter(BatchReporter):
    """Stops at the first failure: none may happen here."""

    def failed(self, failure: BatchFailure) -> None:
        raise AssertionError(failure)


@dataclass
class Reusable:
    """An executor that does not end with a batch, so that the next one finds warm workers."""

    executor: JobExecutor

    def __getattr__(self, name: str) -> object:
        return getattr(self.executor, name)

    def end(self) -> None:
        """Not yet."""


def personal_sessions(kind: str) -> list[BatchSession]:
    """More than a thousand different sessions, the routines in turns."""
    library = Library()
    routines = [library.load_path(path) for path in library.paths().values()]
    choices = product(range(5, 100, 5), ("both", "left"), (100, 90, 110))
    return [
        BatchSession(routine=routine, choices=Choices(level=level, side=side, speed=speed), voice=TONES, kinds=(kind,))
        for level, side, speed in choices
        for routine in routines
    ]


def prepare(folder: str, sessions: list[BatchSession]) -> Batch:
    return Batch(Path(folder), sessions, ExportOptions(), date="2026-01-01", reporter=FailingReporter())


def make(sessions: list[BatchSession], executor: JobExecutor) -> tuple[float, float]:
    """Run a batch into a new folder; returns its seconds and this process's own processor time."""
    with tempfile.TemporaryDirectory() as folder:
        begun, own = time.perf_counter(), time.process_time()
        outcome = prepare(folder, sessions).run(executor, BatchSynthesizer(print))
        took = time.perf_counter() - begun, time.process_time() - own
        assert outcome.sessions == len(sessions)
        begun = time.perf_counter()
        assert not prepare(folder, sessions).due
        if len(sessions) >= max(SIZES):
            print(f"  a second run over {len(sessions)}: {1000 * (time.perf_counter() - begun):.0f} ms")
    return took


def main() -> None:
    sizes = [int(word) for word in sys.argv[1:] if word.isdecimal()] or list(SIZES)
    with tempfile.TemporaryDirectory() as cache:
        os.environ["VOICECOACH_CACHE"] = cache
        sessions = personal_sessions("m4a")
        compared = [each for each in personal_sessions("flac") if minutes_of([each]) >= MINUTES][:COMPARED]
        one, two = Reusable(ProcessPool(1)), Reusable(ProcessPool(2))
        print(f"speaking the texts of {max(sizes)} sessions ...", flush=True)
        speak([*sessions[: max(sizes)], *compared], two)
        compare_sizes(sessions, sizes, one)
        ways: dict[str, JobExecutor] = {"one process": one, "two processes": two}
        with contextlib.ExitStack() as stack:
            if "--without-cluster" not in sys.argv:
                ways["cluster of two"] = stack.enter_context(cluster())
            compare_ways(compared, ways)
        one.executor.end()
        two.executor.end()


def speak(sessions: list[BatchSession], executor: JobExecutor) -> None:
    """Speak everything once, for captions, which cost little else."""
    captions = [BatchSession(routine=s.routine, choices=s.choices, voice=s.voice, kinds=("vtt",)) for s in sessions]
    make(captions, executor)


def compare_sizes(sessions: list[BatchSession], sizes: list[int], executor: JobExecutor) -> None:
    """The cost of a session by the number of sessions, with the same mix of routines each time."""
    make(sessions[:WARM_UP], executor)
    costs = {}
    for size in sizes:
        spread = list(islice(sessions, 0, len(sessions), max(1, len(sessions) // size)))[:size]
        spread = sorted(sessions[:size], key=id) if len(spread) < size else spread
        took, own = make(spread, executor)
        costs[size] = took / minutes_of(spread)
        print(
            f"{size:5} sessions: {1000 * took / size:7.1f} ms each, {1000 * costs[size] / 60:.3f} ms a second to hear, "
            f"{1000 * own / size:.1f} ms of it the parent's own"
        )
    first = costs[sizes[0]]
    print("cost against the smallest:", ", ".join(f"{size}: {cost / first:.2f}" for size, cost in costs.items()))


def minutes_of(sessions: list[BatchSession]) -> float:
    """Minutes to hear, estimated: sessions differ in length."""
    from voicecoach.compiler import compile_session, estimate_lengths

    frames = sum(compile_session(s.routine, s.choices, estimate_lengths).length for s in sessions)
    return frames / SAMPLE_RATE / 60


def compare_ways(sessions: list[BatchSession], ways: dict[str, JobExecutor]) -> None:
    best: dict[str, tuple[float, float]] = {}
    for executor in [*ways.values()] * 2:  # each worker must have had each clip
        make(sessions, executor)
    for _ in range(ROUNDS):
        for name, executor in ways.items():
            best[name] = min(best.get(name, (1e9, 1e9)), make(sessions, executor))
    for name, (took, own) in best.items():
        print(f"{name:15} {1000 * took / COMPARED:7.1f} ms a session, {1000 * own / COMPARED:.1f} ms the parent's own")
    print(f"two processes are {best['one process'][0] / best['two processes'][0]:.2f} times one")
    if "cluster of two" in best:
        print(f"the cluster takes {best['cluster of two'][0] / best['two processes'][0]:.2f} times two processes")


@contextlib.contextmanager
def cluster() -> Iterator[JobExecutor]:
    """A scheduler and two workers with a thread each."""
    from voicecoach.batch.cluster import connect

    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as running:
        file = Path(folder) / "scheduler.json"

        def start(module: str, *options: object) -> None:
            command = [sys.executable, "-m", f"distributed.cli.{module}", "--host", "127.0.0.1", "--no-dashboard"]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            process = subprocess.Popen([*command, *map(str, options)], **quiet)
            running.callback(process.wait)
            running.callback(process.kill)

        start("dask_scheduler", "--port", 0, "--no-show", "--scheduler-file", file)
        for name in ("one", "two"):
            start("dask_worker", "--scheduler-file", file, "--nthreads", 1, "--no-nanny", "--local-directory",
                  Path(folder) / name)  # fmt: skip
        while not file.exists() or not file.read_text():
            time.sleep(0.1)
        executor = connect(json.loads(file.read_text())["address"])
        executor._client.wait_for_workers(2, timeout=30)
        yield Reusable(executor)
        executor.end()


if __name__ == "__main__":
    main()
