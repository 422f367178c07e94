"""FLAC: every sample of the 16-bit WAV in about a third of its room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from voicecoach.exporter.encoder import Encoding, encode
from voicecoach.sound.clip import Samples
from voicecoach.timeline import Timeline

__all__ = ["write"]

_FLAC = Encoding("flac", "flac", "s16", vorbis=True, codec_options={"compression_level": "5"})


def write(file: BinaryIO, timeline: Timeline, blocks: Iterable[Samples]) -> None:
    """A `Writer`."""
    encode(file, _FLAC, timeline, blocks)
