"""Staging: workers write to a hidden folder, and finished files are committed from there in one step.

A commit appends to the ledger before it renames, so every file that a batch has made is known as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from voicecoach.batch.job import FinishedFile
from voicecoach.batch.ledger import Ledger, LedgerEntry
from voicecoach.files import whole_file, write_error
from voicecoach.temporary import HeldFolder, remove_abandoned_folders

_HIDDEN_FOLDER = ".voicecoach"
"""Inside the batch's folder; holds the ledger and the staging folders."""


def ledger_path(folder: Path) -> Path:
    """The ledger of a batch's folder."""
    return folder / _HIDDEN_FOLDER / "made.jsonl"


def prepare_folder(folder: Path) -> None:
    """Create a batch's folder if there is none, and remove what killed batches have staged. Raises FileError."""
    hidden = folder / _HIDDEN_FOLDER
    make_folder(hidden)
    remove_abandoned_folders(hidden)


@contextmanager
def staging_folder(folder: Path) -> Iterator[Path]:
    """A staging folder for one batch, in a prepared folder. Removes it afterwards. Raises FileError."""
    try:
        staging = HeldFolder(folder / _HIDDEN_FOLDER)
    except OSError as error:
        raise write_error(folder, error) from error
    with staging as name:
        yield Path(name)


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
