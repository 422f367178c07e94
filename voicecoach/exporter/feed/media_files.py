"""Finds the sound files of a folder, and reads what each says about itself."""

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
from voicecoach.exporter.feed.embedded_captions import words
from voicecoach.exporter.feed.markup import single_line
from voicecoach.exporter.formats import FORMATS
from voicecoach.exporter.recording import iso_639_1
from voicecoach.units import Ms

if TYPE_CHECKING:
    from av.container import InputContainer

__all__ = ["EpisodeFiles", "MediaFile", "find_episode_files", "read_media_file"]

_PREFERENCE = ("m4a", "mp3", "m4b", "opus", "flac", "wav")
"""Which format is the episode, and in which order the others are offered: first what every app plays."""
_FORMAT_BY_ENDING = {ending: name for name in _PREFERENCE for ending in FORMATS[name].endings}
_NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class EpisodeFiles:
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


def find_episode_files(folder: Path) -> tuple[EpisodeFiles, ...]:
    """All below `folder` but what is hidden, in the order of folders and names; 2 comes before 10.

    Raises FileError for a folder that is missing or cannot be read, ChoiceError where no sound is in it.
    """
    try:
        if not folder.is_dir():
            raise FileError(f"{folder}: no such folder", "name the one that the exported files are in")
        found = _files_by_name(folder)
    except OSError as fault:
        raise FileError.of(fault.filename or folder, fault, "choose a folder that you may read") from fault
    if not found:
        raise ChoiceError(f"{folder}: no sound files in it", "`voicecoach export` makes some")
    return tuple(
        EpisodeFiles(name, tuple(sorted(found[name], key=_preference))) for name in sorted(found, key=_natural_order)
    )


def _files_by_name(folder: Path) -> dict[PurePath, list[tuple[str, Path]]]:
    """By name, each file with its format."""
    found: dict[PurePath, list[tuple[str, Path]]] = {}
    for place, inner, names in os.walk(folder, onerror=_raise):
        inner[:] = [name for name in inner if not name.startswith(".")]
        for path in (Path(place, name) for name in names if not name.startswith(".")):
            kind = _FORMAT_BY_ENDING.get(path.suffix.lower())
            if kind is not None and path.is_file():
                found.setdefault(path.relative_to(folder).with_suffix(""), []).append((kind, path))
    return found


def _raise(fault: OSError) -> NoReturn:
    raise fault


def _preference(file: tuple[str, Path]) -> tuple[int, str]:
    return _PREFERENCE.index(file[0]), file[1].suffix


def _natural_order(name: PurePath) -> tuple[object, ...]:
    return (*map(_natural_key, name.parent.parts),), _natural_key(name.name), str(name)


def _natural_key(name: str) -> list[tuple[int, str]]:
    """Its numbers by their worth."""
    pieces = _NUMBER.split(unicodedata.normalize("NFC", name).casefold())
    return [(int(piece), "") if index % 2 else (-1, piece) for index, piece in enumerate(pieces)]


_CONTAINERS = {"m4a": "mp4", "m4b": "mp4", "mp3": "mp3", "opus": "ogg", "flac": "flac", "wav": "wav"}
"""FFmpeg is not left to guess: among what it knows are lists that make it open other files."""
MAX_TITLE = 200
"""Letters of a title at most: apps show one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """One file; texts in one line, empty where it does not say."""

    path: Path
    kind: str
    """The name of its format."""
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
    """Where each begins, and its title."""
    cover: bytes
    """A picture file; empty for none."""
    words: tuple[Caption, ...]
    """The captions inside it."""


def read_media_file(path: Path, kind: str) -> MediaFile:
    """All that `path`, of that format, says. Raises FileError for what is no such file, or damaged."""
    try:
        with av.open(str(path.absolute()), format=_CONTAINERS[kind], metadata_errors="replace") as file:
            return _read(file, path, kind)
    except av.FFmpegError as fault:
        raise FileError(f"{path}: {fault.strerror}", "export it again, or take it away") from fault
    except OSError as fault:
        raise FileError.of(path, fault, "export it again, or take it away") from fault


def _read(file: InputContainer, path: Path, kind: str) -> MediaFile:
    if not file.streams.audio or not file.duration or not file.streams.audio[0].rate:
        raise FileError(f"{path}: there is no sound in it", "export it again, or take it away")
    said = _tags(file)
    return MediaFile(
        path=path,
        kind=kind,
        size=path.stat().st_size,
        length=Ms(file.duration * 1000 // av.time_base),
        title=single_line(said.get("title", ""), MAX_TITLE) or single_line(path.stem, MAX_TITLE),
        album=single_line(said.get("album", ""), MAX_TITLE),
        artist=single_line(said.get("artist", ""), MAX_TITLE),
        comment=single_line(said.get("comment", ""), MAX_TITLE),
        date=single_line(said.get("date", ""))[:10],
        language=iso_639_1(single_line(said.get("language", ""))),
        chapters=_chapters(file),
        words=words(file, path, said),
        cover=_cover(file),
    )


def _tags(file: InputContainer) -> Mapping[str, str]:
    """The tags of the file and of its sound, names in small letters."""
    both = {**file.streams.audio[0].metadata, **file.metadata}
    return {name.lower(): value for name, value in both.items()}


def _chapters(file: InputContainer) -> tuple[tuple[Ms, str], ...]:
    found = []
    for chapter in file.chapters():
        start = chapter["start"] * (chapter["time_base"] or 0) * 1000
        found.append((Ms(int(start)), single_line(chapter["metadata"].get("title", ""), MAX_TITLE)))
    return tuple(found)


def _cover(file: InputContainer) -> bytes:
    for stream in file.streams.video:
        if stream.disposition & Disposition.attached_pic:
            file.seek(0)
            return next((bytes(packet) for packet in file.demux(stream) if packet.size), b"")
    return b""
