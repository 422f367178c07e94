"""A timeline as samples: the one stream that the player plays and the exporter writes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Protocol

import numpy as np

from voicecoach.sound.clip import Clip, Samples
from voicecoach.timeline import Placement, Source
from voicecoach.units import Frames

__all__ = ["Placed", "Renderer"]

_CLIPS_AT_HAND = 8
"""How many clips are kept between reads: those of a breath or a count that take turns, in small blocks."""


class Placed(Protocol):
    """A timeline, or an excerpt of one."""

    @property
    def length(self) -> Frames:
        """How long it is."""

    @property
    def placements(self) -> tuple[Placement, ...]:
        """What sounds in it, sorted by start."""


class Renderer:
    """Any stretch of `session`, as often and in whatever pieces one likes: always the same samples.

    `clip` gives the sound of a source, as long as its placements say. It is asked when the sound is first
    needed and may be asked again, since only a few clips are held at a time.
    """

    def __init__(self, session: Placed, clip: Callable[[Source], Clip]) -> None:
        self.length: Frames = session.length
        self._placements = session.placements
        self._starts = [placement.start for placement in session.placements]
        ends = (placement.start + placement.length for placement in session.placements)
        self._ends_so_far = list(accumulate(ends, max))
        self._clip = lru_cache(_CLIPS_AT_HAND)(clip)

    def read(self, start: int, count: int, only: type[Source] | None = None) -> Samples:
        """`count` frames from `start` on, silent past the end; the array is the caller's own.

        `only` leaves out all but the voice (`Utterance`), or all but chimes and sound files (`Sound`). What
        sounds at once is added up, in the order of the timeline, and may then exceed ±1.
        """
        out: Samples = np.zeros(count, np.float32)
        first = bisect_right(self._ends_so_far, start)
        last = bisect_left(self._starts, min(start + count, self.length))
        for placement in self._placements[first:last]:
            begin = max(start, placement.start)
            end = min(start + count, placement.start + placement.length, self.length)
            if begin < end and (only is None or isinstance(placement.source, only)):
                piece = self._samples(placement)[begin - placement.start : end - placement.start]
                out[begin - start : end - start] += piece if placement.gain == 1 else piece * np.float32(placement.gain)
        return out

    def blocks(self, size: int, start: int = 0) -> Iterator[Samples]:
        """From `start` to the end in blocks of `size` frames; the last may be shorter."""
        for at in range(start, self.length, size):
            yield self.read(at, min(size, self.length - at))

    def _samples(self, placement: Placement) -> Samples:
        clip = self._clip(placement.source)
        if clip.length != placement.length:
            raise ValueError(f"{placement.source} is {clip.length} frames long, placed as {placement.length}")
        return clip.samples
