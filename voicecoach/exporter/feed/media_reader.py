"""Reads the tags, chapters, captions and cover of a sound file: inside a `Sandbox`, since it may be damaged."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition

from voicecoach.containers import open_sound
from voicecoach.errors import FileError
from voicecoach.exporter.feed.embedded_captions import read_embedded_captions
from voicecoach.exporter.feed.media_files import MediaFile, feed_format
from voicecoach.exporter.metadata import iso_639_1
from voicecoach.exporter.plain_text import single_line
from voicecoach.units import Ms

_MAX_TAG = 200
"""Characters; apps show one line."""
HINT = "export it again, or remove it"


def read_media_file(path: Path) -> MediaFile:
    """Read a file as the format that its extension names. Raises FileError if it is damaged, or of another format."""
    with open_sound(path, HINT, expected=feed_format(path).container) as file:
        return _read(file, path)


def _read(file: InputContainer, path: Path) -> MediaFile:
    length = Ms((file.duration or 0) * 1000 // av.time_base)
    if length <= 0 or not file.streams.audio[0].rate:
        raise FileError(f"{path}: there is no sound in it", HINT)
    tags = _tags(file)
    title, album, artist, comment, date, language = (
        single_line(tags.get(name, ""), _MAX_TAG)
        for name in ("title", "album", "artist", "comment", "date", "language")
    )
    return MediaFile(
        path=path,
        media_type=feed_format(path).media_type,
        size=path.stat().st_size,
        length=length,
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
