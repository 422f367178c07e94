"""WAV, 16 bits: a header that is known beforehand, then the samples."""

from __future__ import annotations

import struct
from typing import BinaryIO

import numpy as np

from voicecoach.errors import ChoiceError
from voicecoach.exporter.audio_track import AudioTrack
from voicecoach.exporter.metadata import Metadata
from voicecoach.sound.clip import to_pcm
from voicecoach.units import SAMPLE_RATE

_SAMPLE_BYTES = 2
_MAX_BYTES = (1 << 32) - (1 << 20)
"""The most sound that fits: sizes have 32 bits, and the header needs some room too."""
_INFO_CHUNKS = {
    "title": b"INAM",
    "artist": b"IART",
    "album": b"IPRD",
    "comment": b"ICMT",
    "date": b"ICRD",
    "language": b"ILNG",
    "track": b"IPRT",
}
"""The chunk for each tag, as in FFmpeg and the RIFF standard."""


def write(file: BinaryIO, metadata: Metadata, audio: AudioTrack) -> None:
    """A `FormatWriter`. Chapters are cue points with labels, before the sound, so that the file is written once."""
    frame_bytes = _SAMPLE_BYTES * metadata.channels
    size = metadata.length * frame_bytes
    if size > _MAX_BYTES:
        hours = _MAX_BYTES // (SAMPLE_RATE * frame_bytes * 3600)
        raise ChoiceError(f"a WAV file holds no more than {hours} hours", "choose another format, such as FLAC")
    head = b"WAVE" + _format(metadata.channels, frame_bytes) + _info(metadata) + _cue_points(metadata)
    file.write(struct.pack("<4sI", b"RIFF", len(head) + 8 + size) + head + struct.pack("<4sI", b"data", size))
    for block in audio.blocks():
        file.write(np.repeat(to_pcm(block).astype("<i2", copy=False), metadata.channels).data)


def _format(channels: int, frame_bytes: int) -> bytes:
    rates = (SAMPLE_RATE, SAMPLE_RATE * frame_bytes)
    return _chunk(b"fmt ", struct.pack("<HHIIHH", 1, channels, *rates, frame_bytes, 8 * _SAMPLE_BYTES))


def _info(metadata: Metadata) -> bytes:
    tags = metadata.tags.by_name
    chunks = (_chunk(_INFO_CHUNKS[name], _terminated(value)) for name, value in tags.items())
    return _chunk(b"LIST", b"INFO" + b"".join(chunks))


def _cue_points(metadata: Metadata) -> bytes:
    """The first frame of each chapter, and its title under the same number."""
    chapters = list(enumerate(metadata.chapters, start=1))
    points = (
        struct.pack("<II4sIII", number, chapter.start, b"data", 0, 0, chapter.start) for number, chapter in chapters
    )
    labels = (_chunk(b"labl", struct.pack("<I", number) + _terminated(chapter.title)) for number, chapter in chapters)
    cues = _chunk(b"cue ", struct.pack("<I", len(chapters)) + b"".join(points))
    return cues + _chunk(b"LIST", b"adtl" + b"".join(labels))


def _terminated(text: str) -> bytes:
    return text.encode() + b"\0"


def _chunk(name: bytes, content: bytes) -> bytes:
    """Padded to an even length, which the chunk's size does not count."""
    return struct.pack("<4sI", name, len(content)) + content + b"\0" * (len(content) % 2)
