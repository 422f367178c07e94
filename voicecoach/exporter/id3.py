"""An ID3v2.3 tag (https://id3.org/id3v2.3.0, https://id3.org/id3v2-chapters-1.0): what FFmpeg writes and more.

FFmpeg has no synchronised lyrics, and puts comments where no player looks for them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from voicecoach.exporter.caption_track import one_at_a_time
from voicecoach.exporter.recording import Recording
from voicecoach.exporter.tags import three_letters
from voicecoach.units import ms

__all__ = ["id3_tag"]

_UTF16 = b"\1"
"""The one encoding of version 2.3 that has all letters; with a byte order mark."""
_FRONT_COVER = 3
_IN_MS, _LYRICS = 2, 1
_MOST_IN_CONTENTS = 255
"""A table of contents counts its entries in one byte; the chapters themselves are all there."""


def id3_tag(recording: Recording) -> bytes:
    """The whole tag, to stand before the sound."""
    body = b"".join(_frames(recording))
    return b"ID3\3\0\0" + _seven_bits(len(body)) + body


def _frames(recording: Recording) -> Iterator[bytes]:
    tags = recording.tags
    language = three_letters(tags.language).encode("ascii")
    known = tags.known
    names = {"title": b"TIT2", "artist": b"TPE1", "album": b"TALB", "track": b"TRCK"}
    yield from (_words(frame, known[name]) for name, frame in names.items() if name in known)
    if tags.date:
        year, month, day = tags.date.split("-")
        yield _words(b"TYER", year) + _words(b"TDAT", day + month)
    yield _words(b"TLAN", language.decode("ascii"))
    yield _words(b"TLEN", str(ms(recording.length)))
    if tags.comment:
        yield _frame(b"COMM", _UTF16 + language + _ended("") + _text(tags.comment))
    yield from _chapters(recording)
    if recording.cues:
        yield _frame(b"SYLT", b"".join(_lyrics(recording, language)))
    if recording.cover:
        yield _frame(b"APIC", b"\0image/png\0" + bytes([_FRONT_COVER]) + b"\0" + recording.cover)


def _chapters(recording: Recording) -> Iterator[bytes]:
    """Times in milliseconds; the offsets in bytes are left open, as the standard allows."""
    ids = [f"chp{number}".encode("ascii") + b"\0" for number in range(len(recording.chapters))]
    if ids:
        listed = ids[:_MOST_IN_CONTENTS]
        top_level_and_ordered = 3
        yield _frame(b"CTOC", b"toc\0" + bytes([top_level_and_ordered, len(listed)]) + b"".join(listed))
    for name, chapter in zip(ids, recording.chapters, strict=True):
        times = struct.pack(">IIII", ms(chapter.start), ms(chapter.end), 0xFFFFFFFF, 0xFFFFFFFF)
        yield _frame(b"CHAP", name + times + _words(b"TIT2", chapter.title))


def _lyrics(recording: Recording, language: bytes) -> Iterator[bytes]:
    """Each text at its beginning, and nothing at its end."""
    yield _UTF16 + language + bytes([_IN_MS, _LYRICS]) + _ended("")
    shown = one_at_a_time(recording.cues)
    nexts = [cue.start for cue in shown[1:]]
    for cue, following in zip(shown, [*nexts, None], strict=True):
        yield _ended(cue.text) + struct.pack(">I", cue.start)
        if following is None or following > cue.end:
            yield _ended("") + struct.pack(">I", cue.end)


def _words(name: bytes, text: str) -> bytes:
    return _frame(name, _UTF16 + _text(text))


def _frame(name: bytes, content: bytes) -> bytes:
    return name + struct.pack(">IH", len(content), 0) + content


def _text(text: str) -> bytes:
    return b"\xff\xfe" + text.encode("utf-16-le")


def _ended(text: str) -> bytes:
    return _text(text) + b"\0\0"


def _seven_bits(size: int) -> bytes:
    """28 bits in four bytes, so that none looks like the beginning of a frame of sound."""
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
