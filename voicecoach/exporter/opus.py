"""Opus in an Ogg file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from voicecoach.exporter.encoder import Encoding, encode
from voicecoach.sound.clip import Samples
from voicecoach.timeline import Timeline

__all__ = ["write"]

# Complexity 5: 3.5 times faster than the default of 10 and, measured on speech, no further from the original.
_OPTIONS = {"compression_level": "5", "application": "audio"}
# An Ogg stream bears a number of its own, which would be random.
_NUMBER = {"fflags": "+bitexact"}
_OPUS = Encoding("ogg", "libopus", "flt", 48_000, vorbis=True, codec_options=_OPTIONS, container_options=_NUMBER)


def write(file: BinaryIO, timeline: Timeline, blocks: Iterable[Samples]) -> None:
    """A `Writer`."""
    encode(file, _OPUS, timeline, blocks)
