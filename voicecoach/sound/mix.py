"""The mix: a timeline as samples, with volumes and overlaid clips. The one source that player and exporter read."""

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

__all__ = ["RAMP", "Arrangement", "Mix", "Overlay", "ramp_gain", "silence"]

RAMP = 480
"""Frames (10 ms) that a change of loudness takes: too short to be heard as one, too long to click."""


def ramp_gain(block: Samples, before: float, after: float) -> Samples:
    """`block` with the linear gain `after`, coming from `before` within its first `SLIDE` frames.

    The block itself where both are 1: what nobody steers is not touched.
    """
    if before == after == 1.0:
        return block
    gains = np.full(len(block), after, np.float32)
    head = gains[:RAMP]
    head[:] = np.linspace(before, after, RAMP + 1, dtype=np.float32)[1 : len(head) + 1]
    return block * gains


def silence(count: int) -> Samples:
    """`count` frames of nothing."""
    return np.zeros(count, np.float32)


_CACHED_CLIPS = 8
"""How many clips are kept between reads: those of a breath or a count that take turns, in small blocks."""


class Arrangement(Protocol):
    """A timeline, or an excerpt of one."""

    @property
    def length(self) -> Frames:
        """How long it is."""

    @property
    def placements(self) -> tuple[Placement, ...]:
        """What sounds in it, sorted by start."""


class Mix:
    """Any stretch of `session`, as often and in whatever pieces one likes: always the same samples.

    `clip` gives the sound of a source, as long as its placements say. It is asked when the sound is first
    needed and may be asked again, since only a few clips are held at a time.
    """

    def __init__(self, session: Arrangement, clip: Callable[[Source], Clip]) -> None:
        self.length: Frames = session.length
        self._placements = session.placements
        self._starts = [placement.start for placement in session.placements]
        ends = (placement.start + placement.length for placement in session.placements)
        self._ends_so_far = list(accumulate(ends, max))
        self._clip = lru_cache(_CACHED_CLIPS)(clip)

    def read(self, start: int, count: int, only: type[Source] | None = None) -> Samples:
        """`count` frames from `start` on, silent past the end; the array is the caller's own.

        `only` leaves out all but the voice (`Utterance`), or all but chimes and sound files (`MediaFile`). What
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


class Overlay:
    """Clips laid over a stream of blocks: it knows nothing of the session, only how many frames went by."""

    def __init__(self) -> None:
        self._at = 0
        self._clips: list[tuple[int, Clip, float]] = []

    @property
    def busy(self) -> Frames:
        """Frames from here on until the last of them has sounded."""
        return Frames(max((start + clip.length - self._at for start, clip, _ in self._clips), default=0))

    def lay(self, clip: Clip, gain: float = 1.0, after: int = 0) -> None:
        """Let `clip` sound, at a linear gain, `after` frames from the next block's first.

        At one frame it is laid once, with the last gain: two of them would be in phase, and twice as loud.
        """
        start = self._at + after
        self._clips = [each for each in self._clips if not (each[0] == start and each[1] is clip)]
        self._clips.append((start, clip, gain))

    def clear(self) -> None:
        """Nothing of what was laid is heard any more."""
        self._clips = []

    def over(self, block: Samples) -> Samples:
        """The block with what lies over it; itself where nothing does. The next one follows it."""
        end = self._at + len(block)
        due = [each for each in self._clips if each[0] < end]
        if due:
            block = block.copy()
        for start, clip, gain in due:
            first, last = max(start, self._at), min(start + clip.length, end)
            block[first - self._at : last - self._at] += clip.samples[first - start : last - start] * np.float32(gain)
        self._clips = [each for each in self._clips if each[0] + each[1].length > end]
        self._at = end
        return block
