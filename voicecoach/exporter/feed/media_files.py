"""Finds the sound files of a folder; `media_reader` reads them."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import NoReturn

from voicecoach.errors import ChoiceError, FileError
from voicecoach.exporter.caption_track import Caption
from voicecoach.exporter.formats import FORMATS, FeedFormat
from voicecoach.files import fit_name
from voicecoach.units import Ms

_FORMAT_BY_EXTENSION = {
    extension: known.feed for known in FORMATS.values() for extension in known.extensions if known.feed
}
_NUMBER = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class EpisodeFiles:
    """The sound files of one name: one session in several formats."""

    name: PurePath
    """Relative to the folder, without an extension."""
    paths: tuple[Path, ...]
    """The preferred format first."""

    @property
    def key(self) -> str:
        """The name, spelled the same on every system."""
        return unicodedata.normalize("NFC", self.name.as_posix())

    def sidecar(self, extension: str) -> PurePath:
        """The relative path of a file beside the sound."""
        return self.name.with_name(fit_name(self.name.name, extension))


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """The content of a file but its samples; texts are in one line, and empty where the file has none."""

    path: Path
    media_type: str
    size: int
    """Bytes."""
    length: Ms
    title: str
    album: str
    artist: str
    comment: str
    date: str
    language: str
    """BCP 47."""
    chapters: tuple[tuple[Ms, str], ...]
    """The start of each, and its title."""
    cover: bytes
    """A picture file; empty for none."""
    captions: tuple[Caption, ...]


def find_episode_files(folder: Path) -> tuple[EpisodeFiles, ...]:
    """Find all sound below `folder` that is not hidden, in natural order: 2 comes before 10.

    Raises FileError for a folder that is missing or cannot be read, ChoiceError for one without sound.
    """
    try:
        if not folder.is_dir():
            raise FileError(f"{folder}: no such folder", "name the folder of the exported files")
        found = _files_by_name(folder)
    except OSError as fault:
        raise FileError.of(fault.filename or folder, fault, "choose a folder that you may read") from fault
    if not found:
        raise ChoiceError(f"{folder}: no sound files in it", "`voicecoach export` makes some")
    return tuple(EpisodeFiles(name, tuple(sorted(found[name], key=_preference))) for name in sorted(found, key=_order))


def _files_by_name(folder: Path) -> dict[PurePath, list[Path]]:
    found: dict[PurePath, list[Path]] = {}
    for place, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (Path(place, name) for name in names if not name.startswith(".")):
            if path.suffix.lower() in _FORMAT_BY_EXTENSION and path.is_file():
                found.setdefault(path.relative_to(folder).with_suffix(""), []).append(path)
    return found


def _raise(fault: OSError) -> NoReturn:
    raise fault


def feed_format(path: Path) -> FeedFormat:
    """The format that the extension of a file in a feed names."""
    return _FORMAT_BY_EXTENSION[path.suffix.lower()]


def _preference(path: Path) -> tuple[int, str]:
    return feed_format(path).rank, path.suffix


def _order(name: PurePath) -> tuple[object, ...]:
    """Folders first, then names."""
    return (*map(_natural_key, name.parent.parts),), _natural_key(name.name), str(name)


def _natural_key(name: str) -> list[tuple[int, str]]:
    """The name with its numbers as numbers."""
    pieces = _NUMBER.split(unicodedata.normalize("NFC", name).casefold())
    return [(int(piece), "") if index % 2 else (-1, piece) for index, piece in enumerate(pieces)]
