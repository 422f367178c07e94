"""MP3, through LAME."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from voicecoach.exporter.encoder import Encoding, encode
from voicecoach.sound.clip import Samples
from voicecoach.timeline import Timeline

__all__ = ["write"]

# LAME's quality 7 is 1.3 times faster than its default and, measured on speech, nearer to the original.
_OPTIONS = {"compression_level": "7"}
# ID3 of version 2.3 is what every player reads, Windows' own included.
_TAGS = {"id3v2_version": "3"}
# LAME's presets for constant bit rates scale by this: unheard, but measured (and in its `presets.c`).
_SCALE = 0.95
_MP3 = Encoding("mp3", "libmp3lame", "fltp", 96_000, 1 / _SCALE, codec_options=_OPTIONS, container_options=_TAGS)


def write(file: BinaryIO, timeline: Timeline, blocks: Iterable[Samples]) -> None:
    """A `Writer`. The exact length is in the LAME header; what ignores it adds up to 50 ms of silence."""
    encode(file, _MP3, timeline, blocks)
