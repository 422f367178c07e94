"""AAC in an M4A file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from voicecoach.exporter.encoder import Encoding, encode
from voicecoach.sound.clip import Samples
from voicecoach.timeline import Timeline

__all__ = ["write"]

# The fast coder: 1.7 times faster and, measured on one channel of speech at this rate, 11 dB nearer to the
# original than the default one.
_M4A = Encoding("ipod", "aac", "fltp", 80_000, from_zero=True, codec_options={"aac_coder": "fast"})


def write(file: BinaryIO, timeline: Timeline, blocks: Iterable[Samples]) -> None:
    """A `Writer`. The index at the end of the file is held in memory: about 10 MB an hour."""
    encode(file, _M4A, timeline, blocks)
