"""The sound files of a folder, those of one name together: a session in several formats is one episode."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import NoReturn

from voicecoach.errors import ChoiceError, FileError
from voicecoach.exporter.formats import FORMATS

__all__ = ["Bundle", "bundles"]

_RANK = ("m4a", "mp3", "m4b", "opus", "flac", "wav")
"""Which format is the episode, and in which order the others are offered: first what every app plays."""
_KINDS = {ending: name for name in _RANK for ending in FORMATS[name].endings}
_NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of one episode."""

    name: PurePath
    """Relative to the folder, without an ending."""
    files: tuple[tuple[str, Path], ...]
    """Each with the name of its format, the preferred one first."""

    @property
    def key(self) -> str:
        """What tells it from others, the same on every system."""
        return unicodedata.normalize("NFC", self.name.as_posix())

    def beside(self, ending: str) -> PurePath:
        """The relative path of a file that belongs to it."""
        return self.name.with_name(self.name.name + ending)


def bundles(folder: Path) -> tuple[Bundle, ...]:
    """All below `folder` but what is hidden, in the order of folders and names; 2 comes before 10.

    Raises FileError for a folder that is missing or cannot be read, ChoiceError where no sound is in it.
    """
    try:
        if not folder.is_dir():
            raise FileError(f"{folder}: no such folder", "name the one that the exported files are in")
        found = _found(folder)
    except OSError as fault:
        raise FileError.of(fault.filename or folder, fault, "choose a folder that you may read") from fault
    if not found:
        raise ChoiceError(f"{folder}: no sound files in it", "`voicecoach export` makes some")
    return tuple(Bundle(name, tuple(sorted(found[name], key=_ranked))) for name in sorted(found, key=_order))


def _found(folder: Path) -> dict[PurePath, list[tuple[str, Path]]]:
    """By name, each file with its format."""
    found: dict[PurePath, list[tuple[str, Path]]] = {}
    for place, inner, names in os.walk(folder, onerror=_raise):
        inner[:] = [name for name in inner if not name.startswith(".")]
        for path in (Path(place, name) for name in names if not name.startswith(".")):
            kind = _KINDS.get(path.suffix.lower())
            if kind is not None and path.is_file():
                found.setdefault(path.relative_to(folder).with_suffix(""), []).append((kind, path))
    return found


def _raise(fault: OSError) -> NoReturn:
    raise fault


def _ranked(file: tuple[str, Path]) -> tuple[int, str]:
    return _RANK.index(file[0]), file[1].suffix


def _order(name: PurePath) -> tuple[object, ...]:
    return (*map(_counted, name.parent.parts),), _counted(name.name), str(name)


def _counted(name: str) -> list[tuple[int, str]]:
    """Its numbers by their worth."""
    pieces = _NUMBER.split(unicodedata.normalize("NFC", name).casefold())
    return [(int(piece), "") if index % 2 else (-1, piece) for index, piece in enumerate(pieces)]
