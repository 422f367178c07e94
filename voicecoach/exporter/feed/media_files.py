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
from voicecoach.exporter.caption_track import Cue
from voicecoach.exporter.feed.embedded_captions import words
from voicecoach.exporter.feed.markup import in_line
from voicecoach.exporter.formats import FORMATS
from voicecoach.exporter.recording import two_letters
from voicecoach.units import Ms

if TYPE_CHECKING:
    from av.container import InputContainer

__all__ = ["Bundle", "Sound", "bundles", "read"]

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


_CONTAINERS = {"m4a": "mp4", "m4b": "mp4", "mp3": "mp3", "opus": "ogg", "flac": "flac", "wav": "wav"}
"""FFmpeg is not left to guess: among what it knows are lists that make it open other files."""
TITLE = 200
"""Letters of a title at most: apps show one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
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
    words: tuple[Cue, ...]
    """The captions inside it."""


def read(path: Path, kind: str) -> Sound:
    """All that `path`, of that format, says. Raises FileError for what is no such file, or damaged."""
    try:
        with av.open(str(path.absolute()), format=_CONTAINERS[kind], metadata_errors="replace") as file:
            return _read(file, path, kind)
    except av.FFmpegError as fault:
        raise FileError(f"{path}: {fault.strerror}", "export it again, or take it away") from fault
    except OSError as fault:
        raise FileError.of(path, fault, "export it again, or take it away") from fault


def _read(file: InputContainer, path: Path, kind: str) -> Sound:
    if not file.streams.audio or not file.duration or not file.streams.audio[0].rate:
        raise FileError(f"{path}: there is no sound in it", "export it again, or take it away")
    said = _said(file)
    return Sound(
        path=path,
        kind=kind,
        size=path.stat().st_size,
        length=Ms(file.duration * 1000 // av.time_base),
        title=in_line(said.get("title", ""), TITLE) or in_line(path.stem, TITLE),
        album=in_line(said.get("album", ""), TITLE),
        artist=in_line(said.get("artist", ""), TITLE),
        comment=in_line(said.get("comment", ""), TITLE),
        date=in_line(said.get("date", ""))[:10],
        language=two_letters(in_line(said.get("language", ""))),
        chapters=_chapters(file),
        words=words(file, path, said),
        cover=_cover(file),
    )


def _said(file: InputContainer) -> Mapping[str, str]:
    """The tags of the file and of its sound, names in small letters."""
    both = {**file.streams.audio[0].metadata, **file.metadata}
    return {name.lower(): value for name, value in both.items()}


def _chapters(file: InputContainer) -> tuple[tuple[Ms, str], ...]:
    found = []
    for chapter in file.chapters():
        start = chapter["start"] * (chapter["time_base"] or 0) * 1000
        found.append((Ms(int(start)), in_line(chapter["metadata"].get("title", ""), TITLE)))
    return tuple(found)


def _cover(file: InputContainer) -> bytes:
    for stream in file.streams.video:
        if stream.disposition & Disposition.attached_pic:
            file.seek(0)
            return next((bytes(packet) for packet in file.demux(stream) if packet.size), b"")
    return b""
