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

from voicecoach.batch.job import FinishedFile
from voicecoach.batch.ledger import Ledger, LedgerEntry
from voicecoach.errors import FileError
from voicecoach.files import is_abandoned, lock_file, whole_file

__all__ = ["HIDDEN_FOLDER", "commit", "ledger_path", "staging_folder"]

HIDDEN_FOLDER = ".voicecoach"
"""The folder in a catalogue that holds what is ours alone."""
_LOCK_FILE = ".held"
"""A file in a bench, locked while the batch runs; no session's file is called so, as a name begins with no dot."""


def ledger_path(folder: Path) -> Path:
    """Where the catalogue in a folder keeps count."""
    return folder / HIDDEN_FOLDER / "made.jsonl"


@contextmanager
def staging_folder(folder: Path) -> Iterator[Path]:
    """A folder for this batch alone, gone afterwards, and with it those of batches that were killed.

    Raises FileError.
    """
    try:
        _remove_abandoned(folder / HIDDEN_FOLDER)
        bench = Path(tempfile.mkdtemp(prefix=f"{_machine_prefix()}-{os.getpid()}-", dir=folder / HIDDEN_FOLDER))
        held = (bench / _LOCK_FILE).open("xb")
    except OSError as fault:
        raise FileError.of(folder, fault, "choose another folder; nothing was changed") from fault
    try:
        with held:
            lock_file(held.fileno())
            yield bench
    finally:
        shutil.rmtree(bench, ignore_errors=True)


def _machine_prefix() -> str:
    """How benches of this machine begin: a process's number means nothing on another."""
    return f"making-{platform.node()}"


def _remove_abandoned(hidden: Path) -> None:
    for left in hidden.glob("making-*-*-*"):
        mark, process, _ = left.name.rsplit("-", 2)
        if mark == _machine_prefix() and is_abandoned(left / _LOCK_FILE, process):
            shutil.rmtree(left, ignore_errors=True)


def commit(
    made: Sequence[FinishedFile], names: Mapping[str, str], inputs: Mapping[str, str], into: Path, ledger: Ledger
) -> None:
    """Put files where they belong in the catalogue `into`; `names` and `inputs` by kind. Raises FileError."""
    with ExitStack() as arriving:
        made = [_receive(arriving, file, into / names[file.kind]) for file in made]
        ledger.add(
            [LedgerEntry(names[file.kind], inputs[file.kind], file.size, file.changed, file.content) for file in made]
        )
        for file in made:
            if isinstance(file.at, str):
                _move(Path(file.at), into / names[file.kind])


def _receive(arriving: ExitStack, file: FinishedFile, path: Path) -> FinishedFile:
    """What was sent lies on the disk, and appears with the others when all do."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise FileError.of(path.parent, fault, "choose another folder; nothing was changed") from fault
    if isinstance(file.at, str):
        return file
    part = arriving.enter_context(whole_file(path))
    part.write(file.at)
    part.finish()
    return replace(file, changed=part.part.stat().st_mtime_ns)


def _move(bench: Path, path: Path) -> None:
    try:
        bench.replace(path)
    except OSError as fault:
        raise FileError.of(path, fault, "choose another folder; nothing was changed") from fault
