"""Assembles a file's packets: those of each segment in its place, and packets of silence between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice, repeat

import numpy as np

from voicecoach.exporter.material import Material
from voicecoach.exporter.memo import memoize
from voicecoach.exporter.stitching.segments import Excerpt, PacketGrid
from voicecoach.sound.clip import Samples

__all__ = ["Encode", "assemble_packets"]

Encode = Callable[[Samples], list[bytes]]
"""Encodes samples with a new encoder, to one packet for each `packet_size` of them."""

_LEAD_IN_PACKETS = 1
"""Packets of silence before a segment, into which the encoder's delay moves its sound."""
_CACHED_SEGMENTS = 16
"""Segments whose packets stay in memory: those of a count, or of breaths that alternate."""
_SETTLED_PACKET = 8
"""The first packet of pure silence that equals all later ones."""
_BATCH = 500
"""Packets between two reports of progress: five to twelve seconds."""


def assemble_packets(material: Material, grid: PacketGrid, encode: Encode, setting: str) -> Iterator[bytes]:
    """Give every packet of the file, in order. `setting` names all that shapes packets apart from the samples."""
    total = -(-(material.length + grid.pre_skip) // grid.packet_size)
    packets = islice(_lay_out(material, grid, encode, setting), total)
    while batch := list(islice(packets, _BATCH)):
        yield from batch
        material.report(len(batch) * grid.packet_size)


def _lay_out(material: Material, grid: PacketGrid, encode: Encode, setting: str) -> Iterator[bytes]:
    @lru_cache(_CACHED_SEGMENTS)
    def encoded(excerpt: Excerpt) -> list[bytes]:
        def make() -> list[bytes]:
            return encode(_pad(np.concatenate([*material.samples(excerpt)]), grid))[grid.warm_up :]

        return memoize(material.memo, setting, (block.data for block in material.samples(excerpt)), make)

    zeros = np.zeros((_SETTLED_PACKET + 1) * grid.packet_size, np.float32)
    silence = memoize(material.memo, setting, [zeros.data], lambda: encode(zeros))[_SETTLED_PACKET]
    position = 0
    for segment in material.segments:
        start = segment.start // grid.packet_size - _LEAD_IN_PACKETS
        yield from repeat(silence, start - position)
        packets = encoded(segment.sound)[max(0, -start) :]  # at the start of a file there is no room for the lead-in
        yield from packets
        position = max(0, start) + len(packets)
    yield from repeat(silence)


def _pad(samples: Samples, grid: PacketGrid) -> Samples:
    """Add silence at both ends for the encoder, and make the sound early by the encoder's delay."""
    before = grid.warm_up + _LEAD_IN_PACKETS
    after = -(-(len(samples) + grid.pre_skip) // grid.packet_size) + 1
    padded = np.zeros((before + after) * grid.packet_size, np.float32)
    start = before * grid.packet_size - grid.delay
    padded[start : start + len(samples)] = samples
    return padded
