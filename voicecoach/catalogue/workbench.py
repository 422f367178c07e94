"""A hidden folder in a catalogue, in which a batch's processes write: what is finished moves in one step."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voicecoach.errors import FileError
from voicecoach.exporter.held import abandoned, hold

__all__ = ["HIDDEN", "ledger_in", "workbench"]

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
