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
"""What an encoder, begun afresh, makes of samples: a packet for each packet's worth of them."""

_LEAD_IN_PACKETS = 1
"""Packets of silence before an island, in which an encoder is early by its lag."""
_CACHED_SEGMENTS = 16
"""Islands whose packets are held while a file is made: those of a count or of breaths that take turns. What comes
again later is fetched again."""
_SETTLED_PACKET = 8
"""The packet of nothing but silence that is as all later ones are."""
_BATCH = 500
"""Packets, five to twelve seconds of them: how often progress is told."""


def assemble_packets(material: Material, grid: PacketGrid, encode: Encode, setting: str) -> Iterator[bytes]:
    """Every packet of the file, in order. `setting` is all that shapes packets beside the samples."""
    total = -(-(material.length + grid.skipped) // grid.frame)
    packets = islice(_lay_out(material, grid, encode, setting), total)
    while batch := list(islice(packets, _BATCH)):
        yield from batch
        material.tell(len(batch) * grid.frame)


def _lay_out(material: Material, grid: PacketGrid, encode: Encode, setting: str) -> Iterator[bytes]:
    @lru_cache(_CACHED_SEGMENTS)
    def packets(excerpt: Excerpt) -> list[bytes]:
        def made() -> list[bytes]:
            return encode(_pad(np.concatenate([*material.samples(excerpt)]), grid))[grid.warmth :]

        return memoize(material.memo, setting, (block.data for block in material.samples(excerpt)), made)

    nothing = np.zeros((_SETTLED_PACKET + 1) * grid.frame, np.float32)
    silence = memoize(material.memo, setting, [nothing.data], lambda: encode(nothing))[_SETTLED_PACKET]
    at = 0
    for island in material.islands:
        begin = island.start // grid.frame - _LEAD_IN_PACKETS
        yield from repeat(silence, begin - at)
        laid = packets(island.sound)[max(0, -begin) :]  # a file's beginning has no room for silence before, nor need
        yield from laid
        at = max(0, begin) + len(laid)
    yield from repeat(silence)


def _pad(samples: Samples, grid: PacketGrid) -> Samples:
    """With what the encoder is to hear before and behind, and early by the lag, so that it comes out in time."""
    before = grid.warmth + _LEAD_IN_PACKETS
    behind = -(-(len(samples) + grid.skipped) // grid.frame) + 1
    padded = np.zeros((before + behind) * grid.frame, np.float32)
    begin = before * grid.frame - grid.lag
    padded[begin : begin + len(samples)] = samples
    return padded
