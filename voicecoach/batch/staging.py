"""Staging: workers write to a hidden folder, and finished files are committed from there in one step.

A commit appends to the ledger before it renames, so every file that a batch has made is known as one.
"""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from voicecoach.batch.job import FinishedFile
from voicecoach.batch.ledger import Ledger, LedgerEntry
from voicecoach.files import is_abandoned, lock_file, whole_file, write_error

_HIDDEN_FOLDER = ".voicecoach"
"""Inside the batch's folder; holds the ledger and the staging folders."""
_LOCK_FILE = ".held"
"""In a staging folder; locked while its batch runs. A session's files never begin with a dot."""


def ledger_path(folder: Path) -> Path:
    """The ledger of a batch's folder."""
    return folder / _HIDDEN_FOLDER / "made.jsonl"


@contextmanager
def staging_folder(folder: Path) -> Iterator[Path]:
    """A staging folder for one batch. Removes it afterwards, and those of killed batches before. Raises FileError."""
    hidden = folder / _HIDDEN_FOLDER
    try:
        _remove_abandoned(hidden)
        staging = Path(tempfile.mkdtemp(prefix=f"{_machine_prefix()}-{os.getpid()}-", dir=hidden))
        lock = (staging / _LOCK_FILE).open("xb")
    except OSError as error:
        raise write_error(folder, error) from error
    try:
        with lock:
            lock_file(lock.fileno())
            yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def make_folder(folder: Path) -> None:
    """Create a folder where there is none. Raises FileError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error


def commit(files: Sequence[FinishedFile], into: Path, ledger: Ledger) -> None:
    """Move a session's files to their names in the folder `into`. Raises FileError."""
    with ExitStack() as received:
        ledger.add([_receive(received, file, into / file.entry.file) for file in files])
        for file in files:
            if isinstance(file.payload, str):
                _move(Path(file.payload), into / file.entry.file)


def _receive(received: ExitStack, file: FinishedFile, path: Path) -> LedgerEntry:
    """Write bytes from another machine to a part file, which takes its name when `received` closes."""
    make_folder(path.parent)
    if isinstance(file.payload, str):
        return file.entry
    part = received.enter_context(whole_file(path))
    part.write(file.payload)
    part.finish()
    return replace(file.entry, changed=part.part.stat().st_mtime_ns)


def _move(staged: Path, path: Path) -> None:
    try:
        staged.replace(path)
    except OSError as error:
        raise write_error(path, error) from error


def _machine_prefix() -> str:
    """Begins the names of this machine's staging folders: its process numbers mean nothing on others."""
    return f"making-{platform.node()}"


def _remove_abandoned(hidden: Path) -> None:
    for folder in hidden.glob("making-*-*-*"):
        prefix, process, _ = folder.name.rsplit("-", 2)
        if prefix == _machine_prefix() and is_abandoned(folder / _LOCK_FILE, process):
            shutil.rmtree(folder, ignore_errors=True)
