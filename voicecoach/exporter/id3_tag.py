"""An ID3v2.3 tag: the tags of a file, its chapters, words and cover, ahead of the sound of an MP3.

We write it ourselves, because FFmpeg has no synchronised lyrics and puts comments where no player looks.

https://id3.org/id3v2.3.0, https://id3.org/id3v2-chapters-1.0
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from voicecoach.exporter.caption_track import lyric_lines
from voicecoach.exporter.metadata import Metadata, iso_639_2
from voicecoach.units import ms

_UTF16 = b"\1"
"""The only encoding in version 2.3 that has all characters; needs a byte order mark."""
_FRONT_COVER = 3
_IN_MS, _LYRICS = 2, 1
_ORDERED, _TOP_LEVEL = 1, 2
_MAX_ENTRIES = 255
"""A table of contents counts its entries in one byte. One with more of them lists further tables."""


def id3_tag(metadata: Metadata) -> bytes:
    """Write the tag of a file."""
    body = b"".join(_id3_frames(metadata))
    return b"ID3\3\0\0" + _synchsafe(len(body)) + body


def _id3_frames(metadata: Metadata) -> Iterator[bytes]:
    tags = metadata.tags
    language = iso_639_2(tags.language)
    track = tags.by_name.get("track", "")
    named = {b"TIT2": tags.title, b"TPE1": tags.artist, b"TALB": tags.album, b"TRCK": track}
    yield from (_text_frame(name, text) for name, text in named.items() if text)
    if tags.date:
        year, month, day = tags.date.split("-")
        yield _text_frame(b"TYER", year) + _text_frame(b"TDAT", day + month)
    yield _text_frame(b"TLAN", language)
    yield _text_frame(b"TLEN", str(ms(metadata.length)))
    if tags.comment:
        yield _id3_frame(b"COMM", _UTF16 + language.encode() + _utf16_terminated("") + _utf16(tags.comment))
    yield from _chapter_frames(metadata)
    if metadata.captions:
        yield _id3_frame(b"SYLT", b"".join(_synced_lyrics(metadata, language)))
    if metadata.cover:
        yield _id3_frame(b"APIC", b"\0image/png\0" + bytes([_FRONT_COVER]) + b"\0" + metadata.cover)


def _chapter_frames(metadata: Metadata) -> Iterator[bytes]:
    """Tables of contents, and chapters with times in milliseconds; byte offsets are left open, as ID3 allows."""
    ids = [f"chp{number}\0".encode() for number in range(len(metadata.chapters))]
    if ids:
        yield from _contents(ids)
    for name, chapter in zip(ids, metadata.chapters, strict=True):
        times = struct.pack(">IIII", ms(chapter.start), ms(chapter.end), 0xFFFFFFFF, 0xFFFFFFFF)
        yield _id3_frame(b"CHAP", name + times + _text_frame(b"TIT2", chapter.title))


def _contents(ids: Sequence[bytes]) -> Iterator[bytes]:
    """The table of contents, and the tables that it lists if there are too many entries for one."""
    tables = 0
    while len(ids) > _MAX_ENTRIES:
        groups = [ids[at : at + _MAX_ENTRIES] for at in range(0, len(ids), _MAX_ENTRIES)]
        ids = [f"toc{tables + number}\0".encode() for number in range(len(groups))]
        tables += len(groups)
        for name, group in zip(ids, groups, strict=True):
            yield _table(name, _ORDERED, group)
    yield _table(b"toc\0", _TOP_LEVEL | _ORDERED, ids)


def _table(name: bytes, flags: int, entries: Sequence[bytes]) -> bytes:
    return _id3_frame(b"CTOC", name + bytes([flags, len(entries)]) + b"".join(entries))


def _synced_lyrics(metadata: Metadata, language: str) -> Iterator[bytes]:
    yield _UTF16 + language.encode() + bytes([_IN_MS, _LYRICS]) + _utf16_terminated("")
    for time, text in lyric_lines(metadata.captions):
        yield _utf16_terminated(text) + struct.pack(">I", time)


def _text_frame(name: bytes, text: str) -> bytes:
    return _id3_frame(name, _UTF16 + _utf16(text))


def _id3_frame(name: bytes, content: bytes) -> bytes:
    return name + struct.pack(">IH", len(content), 0) + content


def _utf16(text: str) -> bytes:
    return b"\xff\xfe" + text.encode("utf-16-le")


def _utf16_terminated(text: str) -> bytes:
    return _utf16(text) + b"\0\0"


def _synchsafe(size: int) -> bytes:
    """28 bits in four bytes, so that none looks like the start of a frame of sound."""
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
