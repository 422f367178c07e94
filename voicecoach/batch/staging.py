"""Staging: workers write to a hidden folder, and finished files are committed from there in one step.

A commit appends to the ledger before it renames, so every file that a batch has made is known as one.
"""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from voicecoach.batch.job import File
from voicecoach.batch.ledger import Ledger, Statement
from voicecoach.errors import FileError
from voicecoach.files import abandoned, hold, whole_file

__all__ = ["HIDDEN", "ledger_in", "placed", "workbench"]

HIDDEN = ".voicecoach"
"""The folder in a catalogue that holds what is ours alone."""
_HELD = ".held"
"""A file in a bench, locked while the batch runs; no session's file is called so, as a name begins with no dot."""


def ledger_in(folder: Path) -> Path:
    """Where the catalogue in a folder keeps count."""
    return folder / HIDDEN / "made.jsonl"


@contextmanager
def workbench(folder: Path) -> Iterator[Path]:
    """A folder for this batch alone, gone afterwards, and with it those of batches that were killed.

    Raises FileError.
    """
    try:
        _sweep(folder / HIDDEN)
        bench = Path(tempfile.mkdtemp(prefix=f"{_mark()}-{os.getpid()}-", dir=folder / HIDDEN))
        held = (bench / _HELD).open("xb")
    except OSError as fault:
        raise FileError.of(folder, fault, "choose another folder; nothing was changed") from fault
    try:
        with held:
            hold(held.fileno())
            yield bench
    finally:
        shutil.rmtree(bench, ignore_errors=True)


def _mark() -> str:
    """How benches of this machine begin: a process's number means nothing on another."""
    return f"making-{platform.node()}"


def _sweep(hidden: Path) -> None:
    for left in hidden.glob("making-*-*-*"):
        mark, process, _ = left.name.rsplit("-", 2)
        if mark == _mark() and abandoned(left / _HELD, process):
            shutil.rmtree(left, ignore_errors=True)


def placed(
    made: Sequence[File], names: Mapping[str, str], inputs: Mapping[str, str], into: Path, ledger: Ledger
) -> None:
    """Put files where they belong in the catalogue `into`; `names` and `inputs` by kind. Raises FileError."""
    with ExitStack() as arriving:
        made = [_arrived(arriving, file, into / names[file.kind]) for file in made]
        ledger.add(
            [Statement(names[file.kind], inputs[file.kind], file.size, file.changed, file.content) for file in made]
        )
        for file in made:
            if isinstance(file.at, str):
                _move(Path(file.at), into / names[file.kind])


def _arrived(arriving: ExitStack, file: File, path: Path) -> File:
    """What was sent lies on the disk, and appears with the others when all do."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise FileError.of(path.parent, fault, "choose another folder; nothing was changed") from fault
    if isinstance(file.at, str):
        return file
    part = arriving.enter_context(whole_file(path))
    part.write(file.at)
    part.settle()
    return replace(file, changed=part.part.stat().st_mtime_ns)


def _move(bench: Path, path: Path) -> None:
    try:
        bench.replace(path)
    except OSError as fault:
        raise FileError.of(path, fault, "choose another folder; nothing was changed") from fault
