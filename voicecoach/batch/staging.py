"""Finished files under their names: the ledger first, so that every file of ours is known as ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from voicecoach.batch.job import File
from voicecoach.batch.ledger import Ledger, Statement
from voicecoach.errors import FileError
from voicecoach.files import whole_file

__all__ = ["placed"]


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
