"""WAV, 16 bits: a header that is known beforehand, then the samples."""

from __future__ import annotations

import struct
from typing import BinaryIO

import numpy as np

from voicecoach.errors import ChoiceError
from voicecoach.exporter.material import Material
from voicecoach.exporter.recording import Recording
from voicecoach.sound.clip import to_pcm
from voicecoach.units import SAMPLE_RATE

__all__ = ["write"]

_SAMPLE_BYTES = 2
"""Bytes in a sample."""
_MAX_BYTES = (1 << 32) - (1 << 20)
"""Bytes of sound: sizes are 32 bits, and the head needs some room too."""
_INFO = {
    "title": b"INAM",
    "artist": b"IART",
    "album": b"IPRD",
    "comment": b"ICMT",
    "date": b"ICRD",
    "language": b"ILNG",
    "track": b"IPRT",
}
"""The chunk for each tag, as FFmpeg and the RIFF standard have them."""


def write(file: BinaryIO, recording: Recording, material: Material) -> None:
    """A `FormatWriter`. Chapters are cue points with labels, before the sound so that the file is made in one go."""
    frame = _SAMPLE_BYTES * recording.channels
    size = recording.length * frame
    if size > _MAX_BYTES:
        hours = _MAX_BYTES // (SAMPLE_RATE * frame * 3600)
        raise ChoiceError(f"a WAV file holds no more than {hours} hours", "choose another format, such as FLAC")
    head = b"WAVE" + _chunk(
        b"fmt ",
        struct.pack("<HHIIHH", 1, recording.channels, SAMPLE_RATE, SAMPLE_RATE * frame, frame, 8 * _SAMPLE_BYTES),
    )
    head += _info(recording) + _cue_points(recording)
    file.write(struct.pack("<4sI", b"RIFF", len(head) + 8 + size) + head + struct.pack("<4sI", b"data", size))
    for block in material.blocks():
        file.write(np.repeat(to_pcm(block).astype("<i2", copy=False), recording.channels).data)


def _info(recording: Recording) -> bytes:
    """The tags; a WAV has no room for a cover."""
    known = recording.tags.known
    return _chunk(b"LIST", b"INFO" + b"".join(_chunk(_INFO[name], _text(known[name])) for name in known))


def _cue_points(recording: Recording) -> bytes:
    """Each chapter's first frame, and its title under the same number."""
    starts = [
        struct.pack("<II4sIII", number, chapter.start, b"data", 0, 0, chapter.start)
        for number, chapter in enumerate(recording.chapters, start=1)
    ]
    titles = [
        _chunk(b"labl", struct.pack("<I", number) + _text(chapter.title))
        for number, chapter in enumerate(recording.chapters, start=1)
    ]
    points = _chunk(b"cue ", struct.pack("<I", len(starts)) + b"".join(starts))
    return points + _chunk(b"LIST", b"adtl" + b"".join(titles))


def _text(text: str) -> bytes:
    return text.encode() + b"\0"


def _chunk(name: bytes, content: bytes) -> bytes:
    """Padded to an even length, which its own size does not count."""
    return struct.pack("<4sI", name, len(content)) + content + b"\0" * (len(content) % 2)
