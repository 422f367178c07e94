"""Finds the sound files of a folder, and reads the tags, chapters, captions and cover of each."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NoReturn

import av
from av.stream import Disposition

from voicecoach.errors import ChoiceError, FileError
from voicecoach.exporter.caption_track import Caption
from voicecoach.exporter.feed.embedded_captions import read_embedded_captions
from voicecoach.exporter.feed.markup import single_line
from voicecoach.exporter.formats import FORMATS, FeedFormat
from voicecoach.exporter.metadata import iso_639_1
from voicecoach.units import Ms

if TYPE_CHECKING:
    from av.container import InputContainer


_FORMAT_BY_EXTENSION = {
    extension: known.feed for known in FORMATS.values() for extension in known.extensions if known.feed
}
_NUMBER = re.compile(r"(\d+)")
_MAX_TAG = 200
"""Characters; apps show one line."""
_HINT = "export it again, or remove it"


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
        return self.name.with_name(self.name.name + extension)


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


def _format(path: Path) -> FeedFormat:
    return _FORMAT_BY_EXTENSION[path.suffix.lower()]


def _preference(path: Path) -> tuple[int, str]:
    return _format(path).rank, path.suffix


def _order(name: PurePath) -> tuple[object, ...]:
    """Folders first, then names."""
    return (*map(_natural_key, name.parent.parts),), _natural_key(name.name), str(name)


def _natural_key(name: str) -> list[tuple[int, str]]:
    """The name with its numbers as numbers."""
    pieces = _NUMBER.split(unicodedata.normalize("NFC", name).casefold())
    return [(int(piece), "") if index % 2 else (-1, piece) for index, piece in enumerate(pieces)]


def read_media_file(path: Path) -> MediaFile:
    """Read a file as the format that its extension names. Raises FileError if it is damaged, or of another format."""
    try:
        with av.open(str(path.absolute()), format=_format(path).demuxer, metadata_errors="replace") as file:
            return _read(file, path)
    except av.FFmpegError as fault:
        raise FileError(f"{path}: {fault.strerror}", _HINT) from fault
    except OSError as fault:
        raise FileError.of(path, fault, _HINT) from fault


def _read(file: InputContainer, path: Path) -> MediaFile:
    if not file.streams.audio or not file.duration or not file.streams.audio[0].rate:
        raise FileError(f"{path}: there is no sound in it", _HINT)
    tags = _tags(file)
    title, album, artist, comment, date, language = (
        single_line(tags.get(name, ""), _MAX_TAG)
        for name in ("title", "album", "artist", "comment", "date", "language")
    )
    return MediaFile(
        path=path,
        media_type=_format(path).media_type,
        size=path.stat().st_size,
        length=Ms(file.duration * 1000 // av.time_base),
        title=title or single_line(path.stem, _MAX_TAG),
        album=album,
        artist=artist,
        comment=comment,
        date=date[:10],
        language=iso_639_1(language),
        chapters=_chapters(file),
        captions=read_embedded_captions(file, path, tags),
        cover=_cover(file),
    )


def _tags(file: InputContainer) -> Mapping[str, str]:
    """The tags of the file and of its sound stream, names in lower case."""
    both = {**file.streams.audio[0].metadata, **file.metadata}
    return {name.lower(): value for name, value in both.items()}


def _chapters(file: InputContainer) -> tuple[tuple[Ms, str], ...]:
    found = []
    for chapter in file.chapters():
        start = chapter["start"] * (chapter["time_base"] or 0) * 1000
        found.append((Ms(int(start)), single_line(chapter["metadata"].get("title", ""), _MAX_TAG)))
    return tuple(found)


def _cover(file: InputContainer) -> bytes:
    for stream in file.streams.video:
        if stream.disposition & Disposition.attached_pic:
            file.seek(0)
            return next((bytes(packet) for packet in file.demux(stream) if packet.size), b"")
    return b""
