"""Reads the captions inside a sound file: from a track, an ID3 tag or a comment, depending on the format."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.containers import ID3_HEADER, id3_size
from voicecoach.exporter.caption_track import Caption
from voicecoach.exporter.plain_text import single_line
from voicecoach.files import open_regular
from voicecoach.units import Ms

if TYPE_CHECKING:
    from av.container import InputContainer


_LRC_LINE = re.compile(r"^\[([0-9]{1,5}):([0-9]{2})\.([0-9]{2})\](.*)$", re.MULTILINE)
_UTF16 = 1
_SYLT_TEXT = re.compile(rb"((?:..)*?)\0\0", re.DOTALL)
_SYLT_ENTRY = re.compile(_SYLT_TEXT.pattern + rb"(.{4})", re.DOTALL)
"""A text in UTF-16 up to two zero bytes, and its time in four."""
_MAX_TAG = 1 << 24
"""Bytes that are read of a tag."""


def read_embedded_captions(file: InputContainer, path: Path, tags: Mapping[str, str]) -> tuple[Caption, ...]:
    """The captions of `path`, which is open as `file` and has `tags`; none where it contains none."""
    if file.streams.subtitles:
        found = _from_track(file)
    elif "lyrics" in tags:
        found = _from_lyrics(tags["lyrics"])
    else:
        found = _from_id3(path)
    return tuple(caption for caption in found if caption.text and caption.start < caption.end)


def _from_track(file: InputContainer) -> Iterator[Caption]:
    """MP4's `tx3g`: the length of the text in two bytes, then the text."""
    for packet in file.demux(file.streams.subtitles[0]):
        data = bytes(packet)
        if len(data) > 2 and packet.pts is not None and packet.duration:
            (length,) = struct.unpack_from(">H", data)
            start, end = (Ms(int(at * packet.time_base * 1000)) for at in (packet.pts, packet.pts + packet.duration))
            yield Caption(start, end, single_line(data[2 : 2 + length].decode(errors="replace")))


def _from_lyrics(lyrics: str) -> Iterator[Caption]:
    """LRC: each line is shown until the next."""
    texts = []
    for minutes, seconds, hundredths, text in _LRC_LINE.findall(lyrics):
        texts.append((Ms(60_000 * int(minutes) + 1000 * int(seconds) + 10 * int(hundredths)), text))
    return _until_next(texts)


def _from_id3(path: Path) -> Iterator[Caption]:
    """The `SYLT` frame of an ID3v2.3 tag, in UTF-16 and milliseconds, as our own MP3 files have it."""
    with open_regular(path) as file:
        header = file.read(ID3_HEADER)
        if header[:4] != b"ID3\3":
            return
        tag = file.read(min(id3_size(header), _MAX_TAG))
    at = 0
    while at + ID3_HEADER < len(tag) and tag[at]:
        content = tag[at + ID3_HEADER : (next_at := at + ID3_HEADER + int.from_bytes(tag[at + 4 : at + 8], "big"))]
        if tag[at : at + 4] == b"SYLT" and content[:1] == bytes([_UTF16]):
            yield from _until_next(_timed_texts(content[6:]))
        at = next_at


def _timed_texts(content: bytes) -> list[tuple[Ms, str]]:
    """Read the texts and times that follow a description."""
    description = _SYLT_TEXT.match(content)
    found = _SYLT_ENTRY.findall(content, description.end()) if description else []
    return [(Ms(int.from_bytes(time, "big")), text.decode("utf-16", errors="replace")) for text, time in found]


def _until_next(texts: list[tuple[Ms, str]]) -> Iterator[Caption]:
    """Each text until the next; the last one is dropped, and is empty in our own files."""
    for (start, text), (end, _) in pairwise(texts):
        yield Caption(start, end, single_line(text))
