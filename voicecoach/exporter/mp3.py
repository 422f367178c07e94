"""MP3: an ID3v2.3 tag, a LAME header, then nothing but frames of sound.

We write the tag ourselves, because FFmpeg has no synchronised lyrics and puts comments where no player looks.

* ID3: https://id3.org/id3v2.3.0, https://id3.org/id3v2-chapters-1.0
* LAME header: http://gabriel.mp3-tech.org/mp3infotag.html; the offsets of its Xing part are in FFmpeg's `mp3enc.c` too
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from voicecoach.exporter.caption_track import one_at_a_time
from voicecoach.exporter.codec import Codec, encode_packets
from voicecoach.exporter.material import Material
from voicecoach.exporter.recording import Recording, iso_639_2
from voicecoach.units import Frames, ms

__all__ = ["SAMPLES_PER_FRAME", "id3_tag", "lame_header", "lame_header_size", "write"]

_DEFAULT_BIT_RATE = 96_000
_LAME_SCALES = {192_000: 0.97, 224_000: 0.98, 256_000: 1.0, 320_000: 1.0}
_DEFAULT_LAME_SCALE = 0.95
"""What LAME's presets multiply samples by at these constant bit rates, and at lower ones: unheard, but measured (and in
its `presets.c`)."""
# LAME's quality 7 is 1.3 times faster than its default and, measured on speech, nearer to the original.
# Frames of silence must not lend one another bits (the reservoir), nor point at those before.
_MP3 = Codec(
    "libmp3lame",
    "fltp",
    _DEFAULT_BIT_RATE,
    options={"compression_level": "7"},
    silent_options={"reservoir": "0"},
)
_ENCODER_DELAY = 576
"""Frames by which LAME is late, where its frames are written as they come (`lame_get_encoder_delay`)."""


def write(file: BinaryIO, recording: Recording, material: Material) -> None:
    """A `FormatWriter`. The exact length is in LAME's header; what ignores it adds up to 50 ms of silence."""
    codec = replace(_MP3, gain=1 / _LAME_SCALES.get(recording.bit_rate or _DEFAULT_BIT_RATE, _DEFAULT_LAME_SCALE))
    file.write(id3_tag(recording))
    begin = file.tell()
    first = b""
    frames = size = 0
    for packet in encode_packets(codec, recording, material):
        content = bytes(packet)
        if not frames:
            first = content
            file.write(bytes(lame_header_size(first)))
        file.write(content)
        frames, size = frames + 1, size + len(content)
    late = _ENCODER_DELAY if material.grid is None else 0
    end = file.tell()
    file.seek(begin)
    file.write(lame_header(first, frames, size, late, recording.length))
    file.seek(end)


SAMPLES_PER_FRAME = 1152
"""Frames of sound in a frame of MPEG-1 Layer III."""
_BIT_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""Kilobits a second by their number in a frame's head (ISO 11172-3, 2.4.2.3)."""
_MIN_BIT_RATE_INDEX = 5
"""The number of 64 kbit/s, whose frames have 192 bytes: just enough."""
_SIDE_MONO, _SIDE_STEREO = 17, 32
"""Bytes of side information, which are all zero here: a frame of silence."""
_MONO = 3
_ALL_FIELDS = 0b1111
"""Xing's part has the number of frames, of bytes, a table for seeking and a quality."""
_SEEK_TABLE = bytes(256 * percent // 100 for percent in range(100))
"""Where each hundredth of the time lies in each 256th of the bytes: at a constant bit rate, right there."""
_ENCODER_NAME = b"Lavc LAME"
"""Nine letters. Players heed LAME's part where it begins with a name that they know."""
_CBR = 1


def lame_header_size(first: bytes) -> int:
    """Bytes of the whole frame, from one with sound."""
    return 144 * _BIT_RATES[_bit_rate_index(first)] // 48


def lame_header(first: bytes, frames: int, size: int, late: int, length: Frames) -> bytes:
    """The frame for `frames` more of them in `size` bytes, whose sound begins `late` frames of sound too late.

    What then is over `length` is to be left out at the end. `first` is any frame with sound.
    """
    whole = lame_header_size(first)
    over = min(max(frames * SAMPLES_PER_FRAME - late - length, 0), 0xFFF)
    xing = b"Info" + struct.pack(">III", _ALL_FIELDS, frames, size + whole) + _SEEK_TABLE + struct.pack(">I", 0)
    lame = _ENCODER_NAME + bytes([_CBR]) + bytes(10) + bytes([min(_BIT_RATES[first[2] >> 4], 255)])
    lame += (late << 12 | over).to_bytes(3, "big") + bytes(4) + struct.pack(">IH", size + whole, 0)
    side = _SIDE_MONO if first[3] >> 6 == _MONO else _SIDE_STEREO
    without_checksum = first[1] | 1
    start = bytes([first[0], without_checksum, _bit_rate_index(first) << 4 | first[2] & 0x0C, first[3]])
    start += bytes(side) + xing + lame
    return (start + struct.pack(">H", _crc16(start))).ljust(whole, b"\0")


def _bit_rate_index(first: bytes) -> int:
    """Its number: the file's own, or the lowest one in whose frames there is room."""
    return max(first[2] >> 4, _MIN_BIT_RATE_INDEX)


def _crc16(content: bytes) -> int:
    """CRC-16 with the polynomial 0x8005, its bits turned round."""
    crc = 0
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


_UTF16 = b"\1"
"""The one encoding of version 2.3 that has all letters; with a byte order mark."""
_FRONT_COVER = 3
_IN_MS, _LYRICS = 2, 1
_MAX_CONTENTS = 255
"""A table of contents counts its entries in one byte; the chapters themselves are all there."""


def id3_tag(recording: Recording) -> bytes:
    """The whole tag, to stand before the sound."""
    body = b"".join(_id3_frames(recording))
    return b"ID3\3\0\0" + _synchsafe(len(body)) + body


def _id3_frames(recording: Recording) -> Iterator[bytes]:
    tags = recording.tags
    language = iso_639_2(tags.language).encode("ascii")
    known = tags.known
    names = {"title": b"TIT2", "artist": b"TPE1", "album": b"TALB", "track": b"TRCK"}
    yield from (_text_frame(frame, known[name]) for name, frame in names.items() if name in known)
    if tags.date:
        year, month, day = tags.date.split("-")
        yield _text_frame(b"TYER", year) + _text_frame(b"TDAT", day + month)
    yield _text_frame(b"TLAN", language.decode("ascii"))
    yield _text_frame(b"TLEN", str(ms(recording.length)))
    if tags.comment:
        yield _id3_frame(b"COMM", _UTF16 + language + _utf16_terminated("") + _utf16(tags.comment))
    yield from _chapter_frames(recording)
    if recording.captions:
        yield _id3_frame(b"SYLT", b"".join(_synced_lyrics(recording, language)))
    if recording.cover:
        yield _id3_frame(b"APIC", b"\0image/png\0" + bytes([_FRONT_COVER]) + b"\0" + recording.cover)


def _chapter_frames(recording: Recording) -> Iterator[bytes]:
    """Times in milliseconds; the offsets in bytes are left open, as the standard allows."""
    ids = [f"chp{number}".encode("ascii") + b"\0" for number in range(len(recording.chapters))]
    if ids:
        listed = ids[:_MAX_CONTENTS]
        top_level_and_ordered = 3
        yield _id3_frame(b"CTOC", b"toc\0" + bytes([top_level_and_ordered, len(listed)]) + b"".join(listed))
    for name, chapter in zip(ids, recording.chapters, strict=True):
        times = struct.pack(">IIII", ms(chapter.start), ms(chapter.end), 0xFFFFFFFF, 0xFFFFFFFF)
        yield _id3_frame(b"CHAP", name + times + _text_frame(b"TIT2", chapter.title))


def _synced_lyrics(recording: Recording, language: bytes) -> Iterator[bytes]:
    """Each text at its beginning, and nothing at its end."""
    yield _UTF16 + language + bytes([_IN_MS, _LYRICS]) + _utf16_terminated("")
    shown = one_at_a_time(recording.captions)
    nexts = [cue.start for cue in shown[1:]]
    for cue, following in zip(shown, [*nexts, None], strict=True):
        yield _utf16_terminated(cue.text) + struct.pack(">I", cue.start)
        if following is None or following > cue.end:
            yield _utf16_terminated("") + struct.pack(">I", cue.end)


def _text_frame(name: bytes, text: str) -> bytes:
    return _id3_frame(name, _UTF16 + _utf16(text))


def _id3_frame(name: bytes, content: bytes) -> bytes:
    return name + struct.pack(">IH", len(content), 0) + content


def _utf16(text: str) -> bytes:
    return b"\xff\xfe" + text.encode("utf-16-le")


def _utf16_terminated(text: str) -> bytes:
    return _utf16(text) + b"\0\0"


def _synchsafe(size: int) -> bytes:
    """28 bits in four bytes, so that none looks like the beginning of a frame of sound."""
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
