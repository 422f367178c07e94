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

from voicecoach.exporter.audio_track import AudioTrack
from voicecoach.exporter.caption_track import lyric_lines
from voicecoach.exporter.codec import Codec, encode_packets
from voicecoach.exporter.formats import FORMATS
from voicecoach.exporter.metadata import Metadata, iso_639_2
from voicecoach.units import Frames, ms

_DEFAULT_BIT_RATE = 96_000
# LAME's quality 7 is 1.3 times faster than its default and, measured on speech, nearer to the original.
# Frames of silence must neither save bits for later frames (the reservoir) nor refer to earlier ones.
_LAME = Codec(
    "libmp3lame", "fltp", _DEFAULT_BIT_RATE, options={"compression_level": "7"}, silent_options={"reservoir": "0"}
)
_LAME_SCALES = {192_000: 0.97, 224_000: 0.98, 256_000: 1.0, 320_000: 1.0}
_DEFAULT_LAME_SCALE = 0.95
"""Factors by which LAME's presets scale the samples at these bit rates, and at lower ones (`presets.c`; measured)."""
_ENCODER_DELAY = 576
"""Frames of delay where LAME's frames are written as they come (`lame_get_encoder_delay`)."""

_SAMPLES_PER_FRAME = 1152
"""In MPEG-1 Layer III."""
_BIT_RATES: tuple[int, ...] = (0, *FORMATS["mp3"].bit_rates)
"""In kbit/s, by their index in a frame's header."""
_MIN_BIT_RATE_INDEX = 5
"""64 kbit/s: a frame of 192 bytes, just enough for the LAME header."""
_SIDE_INFO_MONO, _SIDE_INFO_STEREO = 17, 32
"""Bytes of side information; zeros are a frame of silence."""
_MONO = 3
_ALL_FIELDS = 0b1111
"""The Xing part has the number of frames and of bytes, a seek table, and a quality."""
_SEEK_TABLE = bytes(256 * percent // 100 for percent in range(100))
"""The position of each hundredth of the time, in 256ths of the bytes: proportional at a constant bit rate."""
_ENCODER_NAME = b"Lavc LAME"
"""Nine characters. Players ignore the LAME part unless it starts with a name that they know."""
_CBR = 1

_UTF16 = b"\1"
"""The only encoding in version 2.3 that has all characters; needs a byte order mark."""
_FRONT_COVER = 3
_IN_MS, _LYRICS = 2, 1
_TOP_LEVEL_ORDERED = 3
_MAX_CONTENTS = 255
"""The table of contents counts its entries in one byte. The chapters themselves are all written."""


def write(file: BinaryIO, metadata: Metadata, audio: AudioTrack) -> None:
    """A `FormatWriter`. Players that ignore the LAME header play up to 50 ms of silence at the end."""
    codec = replace(_LAME, gain=1 / _LAME_SCALES.get(metadata.bit_rate or _DEFAULT_BIT_RATE, _DEFAULT_LAME_SCALE))
    file.write(_id3_tag(metadata))
    start = file.tell()
    first = b""
    frames = size = 0
    for packet in encode_packets(codec, metadata, audio):
        content = bytes(packet)
        if not frames:
            first = content
            file.write(bytes(_lame_header_size(first)))
        file.write(content)
        frames, size = frames + 1, size + len(content)
    delay = _ENCODER_DELAY if audio.grid is None else 0
    end = file.tell()
    file.seek(start)
    file.write(_lame_header(first, frames, size, delay, metadata.length))
    file.seek(end)


def _lame_header_size(first: bytes) -> int:
    """Bytes in the header, given any frame of sound."""
    return 144 * _BIT_RATES[_bit_rate_index(first)] // 48


def _lame_header(first: bytes, frames: int, size: int, delay: int, length: Frames) -> bytes:
    """A silent frame that tells players how much sound follows, and how much to skip at both ends.

    `frames` frames of `size` bytes follow, of which `first` is the first. Their sound starts after `delay` samples.
    """
    header_size = _lame_header_size(first)
    padding = min(max(frames * _SAMPLES_PER_FRAME - delay - length, 0), 0xFFF)
    total = size + header_size
    xing = b"Info" + struct.pack(">III", _ALL_FIELDS, frames, total) + _SEEK_TABLE + struct.pack(">I", 0)
    lame = _ENCODER_NAME + bytes([_CBR]) + bytes(10) + bytes([min(_BIT_RATES[first[2] >> 4], 255)])
    lame += (delay << 12 | padding).to_bytes(3, "big") + bytes(4) + struct.pack(">IH", total, 0)
    side_info = _SIDE_INFO_MONO if first[3] >> 6 == _MONO else _SIDE_INFO_STEREO
    without_checksum = first[1] | 1
    header = bytes([first[0], without_checksum, _bit_rate_index(first) << 4 | first[2] & 0x0C, first[3]])
    header += bytes(side_info) + xing + lame
    return (header + struct.pack(">H", _crc16(header))).ljust(header_size, b"\0")


def _bit_rate_index(first: bytes) -> int:
    """The file's own, or the lowest one whose frames have room for the header."""
    return max(first[2] >> 4, _MIN_BIT_RATE_INDEX)


def _crc16(content: bytes) -> int:
    """CRC-16 with the polynomial 0x8005, reflected."""
    crc = 0
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def _id3_tag(metadata: Metadata) -> bytes:
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
    """A table of contents, and chapters with times in milliseconds; byte offsets are left open, as ID3 allows."""
    ids = [f"chp{number}\0".encode() for number in range(len(metadata.chapters))]
    if ids:
        listed = ids[:_MAX_CONTENTS]
        yield _id3_frame(b"CTOC", b"toc\0" + bytes([_TOP_LEVEL_ORDERED, len(listed)]) + b"".join(listed))
    for name, chapter in zip(ids, metadata.chapters, strict=True):
        times = struct.pack(">IIII", ms(chapter.start), ms(chapter.end), 0xFFFFFFFF, 0xFFFFFFFF)
        yield _id3_frame(b"CHAP", name + times + _text_frame(b"TIT2", chapter.title))


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
