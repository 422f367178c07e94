"""The mix: a timeline as samples, with volumes and overlaid clips. The player and the exporter read the same one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Protocol, TypeAlias

import numpy as np

from voicecoach.sound.clip import Clip, Samples
from voicecoach.timeline import Placement, Sound, Source, Utterance
from voicecoach.units import Frames

RAMP = 480
"""Frames (10 ms) over which a volume changes: too short to be heard as a fade, long enough not to click."""
_CACHED_CLIPS = 8
"""Enough for the clips of a breath or a count, which take turns in small blocks."""

Volumes: TypeAlias = tuple[float, float]
"""Linear gains of the voice (`Utterance`) and of chimes and sound files (`Sound`)."""


class Arrangement(Protocol):
    """A timeline, or an excerpt of one."""

    @property
    def length(self) -> Frames:
        """Its duration."""

    @property
    def placements(self) -> tuple[Placement, ...]:
        """Its clips, sorted by start."""


class Mix:
    """The samples of a timeline, at volumes that may change, with clips overlaid.

    At full volume and without overlays, a stretch always gives the same samples, in whatever pieces it is read.
    Volumes and overlays belong to the stream of blocks read so far, not to positions in the timeline.

    `clip` gives the sound of a source, as long as its placements say. It is called when the sound is first needed and
    again later on, since only a few clips are cached.
    """

    def __init__(self, timeline: Arrangement, clip: Callable[[Source], Clip], volumes: Volumes = (1.0, 1.0)) -> None:
        self.volumes = volumes
        """Take effect in the next block, spread over its first `RAMP` frames."""
        self._last_volumes = volumes
        self._overlays: list[tuple[int, Clip, float]] = []
        self._read = 0
        self.load(timeline, clip)

    def load(self, timeline: Arrangement, clip: Callable[[Source], Clip]) -> None:
        """Go on with another timeline, under the same volumes and overlays."""
        self.length: Frames = timeline.length
        self._placements = timeline.placements
        self._starts = [placement.start for placement in timeline.placements]
        ends = (placement.start + placement.length for placement in timeline.placements)
        self._ends_so_far = list(accumulate(ends, max))
        self._clip = lru_cache(_CACHED_CLIPS)(clip)

    def read(self, start: int, count: int) -> Samples:
        """The next block: `count` frames of the timeline from `start` on, silent past its end, and the overlays.

        The array is the caller's own. Simultaneous sounds are added up, in timeline order, and may exceed ±1.
        """
        (voice, chimes), (new_voice, new_chimes) = self._last_volumes, self.volumes
        self._last_volumes = self.volumes
        if (voice, new_voice) == (chimes, new_chimes):
            block = ramp_gain(self._placed(start, count), voice, new_voice)
        else:
            block = ramp_gain(self._placed(start, count, Utterance), voice, new_voice)
            block += ramp_gain(self._placed(start, count, Sound), chimes, new_chimes)
        return self._add_overlays(block)

    def read_overlays(self, count: int) -> Samples:
        """The next block while the timeline stands still: the overlays alone."""
        return self._add_overlays(np.zeros(count, np.float32))

    def blocks(self, size: int, start: int = 0) -> Iterator[Samples]:
        """Read from `start` to the end in blocks of `size` frames; the last one may be shorter."""
        for at in range(start, self.length, size):
            yield self.read(at, min(size, self.length - at))

    def overlay(self, clip: Clip, gain: float = 1.0, after: int = 0) -> None:
        """Lay a clip over the blocks, at a linear gain, `after` frames from the start of the next one.

        The same clip is laid only once at one frame, with the last gain: two would be in phase, and twice as loud.
        """
        start = self._read + after
        self._overlays = [each for each in self._overlays if not (each[0] == start and each[1] is clip)]
        self._overlays.append((start, clip, gain))

    @property
    def overlay_left(self) -> Frames:
        """Frames until the last overlaid clip ends; 0 without any."""
        return Frames(max((start + clip.length - self._read for start, clip, _ in self._overlays), default=0))

    def restart(self) -> None:
        """Begin again after a gap: drop the overlays and fade the next block in."""
        self._last_volumes = 0.0, 0.0
        self._overlays = []

    def _placed(self, start: int, count: int, only: type[Source] | None = None) -> Samples:
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

    def _samples(self, placement: Placement) -> Samples:
        clip = self._clip(placement.source)
        if clip.length != placement.length:
            raise ValueError(f"{placement.source} is {clip.length} frames long, placed as {placement.length}")
        return clip.samples

    def _add_overlays(self, block: Samples) -> Samples:
        start, end = self._read, self._read + len(block)
        self._read = end
        if not self._overlays:
            return block
        for at, clip, gain in self._overlays:
            first, last = max(at, start), min(at + clip.length, end)
            if first < last:
                block[first - start : last - start] += clip.samples[first - at : last - at] * np.float32(gain)
        self._overlays = [each for each in self._overlays if each[0] + each[1].length > end]
        return block


def ramp_gain(block: Samples, before: float, after: float) -> Samples:
    """Apply the linear gain `after`, coming from `before` within the first `RAMP` frames.

    Gives the block itself if both are 1.
    """
    if before == after == 1.0:
        return block
    gains = np.full(len(block), after, np.float32)
    head = gains[:RAMP]
    head[:] = np.linspace(before, after, RAMP + 1, dtype=np.float32)[1 : len(head) + 1]
    return block * gains
