"""Small routines spoken by tones, hands that work right here, and a teller that keeps what it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from voicecoach.batch import Batch, BatchFailure, BatchOutcome, BatchSession, BatchSynthesizer, InvalidSession
from voicecoach.batch.job import Job, JobReply
from voicecoach.choices import Choices
from voicecoach.exporter import ExportOptions
from voicecoach.script.library import Library
from voicecoach.voices.tones_engine import TONES

TODAY = "2026-11-25"


class Here:
    """`JobExecutor` that do each job at once, in this process."""

    def __init__(self, *, near: bool = True) -> None:
        self.width, self.near = 1, near
        self.jobs: list[Job] = []
        self.ended = False

    def submit(self, work: Callable[[Job], JobReply], job: Job, /) -> Future[JobReply]:
        self.jobs.append(job)
        done: Future[JobReply] = Future()
        done.set_result(work(job))
        return done

    def doing(self) -> tuple[tuple[Job, float] | None, ...]:
        return ((self.jobs[-1], 1.0),)

    def end(self) -> None:
        self.ended = True


class Keeps:
    """A teller that keeps it all."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.failures: list[BatchFailure] = []
        self.bars: list[Any] = []
        self.spoken: list[tuple[int, int]] = []

    def at_work(self, doing: Sequence[tuple[str, float] | None], done: int, total: int) -> None:
        self.bars.append((doing, done, total))

    def speaking(self, done: int, total: int) -> None:
        self.spoken.append((done, total))

    def made(self, name: str, files: Iterable[str], done: int, total: int) -> None:  # noqa: ARG002
        self.files += files

    def failed(self, failure: BatchFailure) -> None:
        self.failures.append(failure)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """`write("wave", "Wave")`: a routine of a few seconds, in a file of its own."""

    def written(name: str, said: str = "Wave.", more: str = "") -> Path:
        (folder := tmp_path / "routines").mkdir(exist_ok=True)
        path = folder / f"{name}.yaml"
        path.write_text(f"title: {name}\noptions: {{chair: Seated.}}\n{more}steps:\n- say: {said}\n  then: 1-2 s\n")
        return path

    return written


@pytest.fixture
def session() -> Callable[..., BatchSession]:
    """`session(path, level=100)`: as captions only, the cheapest, unless `kinds` says otherwise."""

    def made(
        path: Path, kinds: tuple[str, ...] = ("vtt",), folder: str = "", voice=TONES, **choices: Any
    ) -> BatchSession:
        routine = Library((path.parent,)).load_path(path)
        return BatchSession(routine=routine, choices=Choices(**choices), voice=voice, kinds=kinds, folder=folder)

    return made


@pytest.fixture
def into(tmp_path: Path) -> Path:
    (folder := tmp_path / "out").mkdir()
    return folder


@pytest.fixture
def make(into: Path) -> Callable[..., tuple[BatchOutcome, Keeps]]:
    """`make([session, ...])`: a batch into `into`, worked off here; what came of it, and what was told."""

    def made(
        wanted: Iterable[BatchSession | InvalidSession], hands: Any = None, manner: ExportOptions | None = None
    ) -> tuple[BatchOutcome, Keeps]:
        keeps = Keeps()
        batch = Batch(into, wanted, manner or ExportOptions(), date=TODAY, tell=keeps)
        hands = hands or Here()
        return batch.run(hands, BatchSynthesizer(print)), keeps

    return made


def names(folder: Path) -> list[str]:
    """All visible files below a folder."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and ".voicecoach" not in path.parts
    )
