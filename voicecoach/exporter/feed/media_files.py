"""What a sound file says of itself, read back from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av.stream import Disposition

from voicecoach.errors import FileError
from voicecoach.exporter.caption_track import Cue
from voicecoach.exporter.feed.embedded_captions import words
from voicecoach.exporter.feed.markup import in_line
from voicecoach.exporter.tags import two_letters
from voicecoach.units import Ms

if TYPE_CHECKING:
    from av.container import InputContainer

__all__ = ["Sound", "read"]

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
