"""WAV, 16 bits: the samples themselves behind a head that is known before the first of them."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import BinaryIO

from voicecoach.errors import ChoiceError
from voicecoach.sound.clip import Samples
from voicecoach.sound.pcm import to_pcm
from voicecoach.timeline import Timeline
from voicecoach.units import RATE

__all__ = ["write"]

_WIDTH = 2
"""Bytes in a sample."""
_LONGEST = (1 << 32) - (1 << 20)
"""Bytes of sound: sizes are 32 bits, and the head needs some room too."""


def write(file: BinaryIO, timeline: Timeline, blocks: Iterable[Samples]) -> None:
    """A `Writer`. Chapters are cue points with labels, before the sound so that the file is made in one go."""
    size = timeline.length * _WIDTH
    if size > _LONGEST:
        raise ChoiceError("a WAV file holds no more than 12 hours", "choose another format, such as FLAC")
    head = b"WAVE" + _chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, RATE, RATE * _WIDTH, _WIDTH, 8 * _WIDTH))
    head += _chunk(b"LIST", b"INFO" + _chunk(b"INAM", _text(timeline.title))) + _cues(timeline)
    file.write(struct.pack("<4sI", b"RIFF", len(head) + 8 + size) + head + struct.pack("<4sI", b"data", size))
    for block in blocks:
        file.write(to_pcm(block).astype("<i2", copy=False).data)


def _cues(timeline: Timeline) -> bytes:
    """Each chapter's first frame, and its title under the same number."""
    starts = [
        struct.pack("<II4sIII", number, move.start, b"data", 0, 0, move.start)
        for number, move in enumerate(timeline.moves, start=1)
    ]
    titles = [
        _chunk(b"labl", struct.pack("<I", number) + _text(move.title))
        for number, move in enumerate(timeline.moves, start=1)
    ]
    points = _chunk(b"cue ", struct.pack("<I", len(starts)) + b"".join(starts))
    return points + _chunk(b"LIST", b"adtl" + b"".join(titles))


def _text(text: str) -> bytes:
    return text.encode() + b"\0"


def _chunk(name: bytes, content: bytes) -> bytes:
    """Padded to an even length, which its own size does not count."""
    return struct.pack("<4sI", name, len(content)) + content + b"\0" * (len(content) % 2)
