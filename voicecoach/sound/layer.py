"""A second layer of sound, mixed over the stream that a renderer gives."""

from __future__ import annotations

import numpy as np

from voicecoach.sound.clip import Clip, Samples
from voicecoach.units import Frames

__all__ = ["Layer"]


class Layer:
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
