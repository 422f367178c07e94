"""Weaving: the packets of islands in their places, and packets of silence between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice, repeat

import numpy as np

from voicecoach.exporter.material import Material
from voicecoach.exporter.weaving.grid import Grid
from voicecoach.exporter.weaving.islands import Excerpt
from voicecoach.exporter.weaving.spool import Spool
from voicecoach.sound.clip import Samples

__all__ = ["Encode", "woven"]

Encode = Callable[[Samples], list[bytes]]
"""What an encoder, begun afresh, makes of samples: a packet for each packet's worth of them."""

_BEFORE = 1
"""Packets of silence before an island, in which an encoder is early by its lag."""
_AT_HAND = 128
"""Islands whose packets are held while a file is made: all of an ordinary session, 4 MB of one of hours."""
_SETTLED = 8
"""The packet of nothing but silence that is as all later ones are."""
_BATCH = 500
"""Packets, five to twelve seconds of them: how often progress is told."""


def woven(material: Material, grid: Grid, encode: Encode, setting: str) -> Iterator[bytes]:
    """Every packet of the file, in order. `setting` is all that shapes packets beside the samples."""
    total = -(-(material.length + grid.skipped) // grid.frame)
    packets = islice(_laid(material, grid, encode, Spool(setting, material.kept)), total)
    while batch := list(islice(packets, _BATCH)):
        yield from batch
        material.tell(len(batch) * grid.frame)


def _laid(material: Material, grid: Grid, encode: Encode, spool: Spool) -> Iterator[bytes]:
    @lru_cache(_AT_HAND)
    def packets(excerpt: Excerpt) -> list[bytes]:
        samples = material.samples(excerpt)
        return spool.packets(samples, lambda: encode(_padded(samples, grid))[grid.warmth :])

    nothing = np.zeros((_SETTLED + 1) * grid.frame, np.float32)
    silence = spool.packets(nothing, lambda: encode(nothing))[_SETTLED]
    at = 0
    for island in material.islands:
        begin = island.start // grid.frame - _BEFORE
        yield from repeat(silence, begin - at)
        laid = packets(island.sound)[max(0, -begin) :]  # a file's beginning has no room for silence before, nor need
        yield from laid
        at = max(0, begin) + len(laid)
    yield from repeat(silence)


def _padded(samples: Samples, grid: Grid) -> Samples:
    """With what the encoder is to hear before and behind, and early by the lag, so that it comes out in time."""
    before = grid.warmth + _BEFORE
    behind = -(-(len(samples) + grid.skipped) // grid.frame) + 1
    padded = np.zeros((before + behind) * grid.frame, np.float32)
    begin = before * grid.frame - grid.lag
    padded[begin : begin + len(samples)] = samples
    return padded
