"""A stream cut at its silences, for devices that play whole buffers only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voicecoach.sound.clip import Samples
from voicecoach.units import RATE

__all__ = ["GAP", "LONGEST", "Stretch", "Stretches"]

GAP = RATE // 4
"""Frames of silence at which it is cut: longer than any stop within a spoken sentence."""
LONGEST = 20 * RATE
"""Frames after which it is cut in any case, so that memory and delay stay bounded."""


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Sound between two silences."""

    start: int
    """Frame of the stream at which it begins."""
    samples: Samples
    """Begins and ends with what is not silent."""


class Stretches:
    """Takes blocks of any size, gives stretches as soon as they are whole."""

    def __init__(self) -> None:
        self._begin = 0
        self._held: Samples = np.empty(0, np.float32)

    @property
    def open(self) -> bool:
        """Whether a stretch has begun whose end is not known yet."""
        return len(self._held) > 0

    def add(self, block: Samples) -> list[Stretch]:
        """The stretches that end within `block`, or before it by the silence at its head."""
        held = np.concatenate([self._held, block])
        loud = np.flatnonzero(held)
        if not len(loud):
            self._keep(held, len(held))
            return []
        breaks = np.flatnonzero(np.diff(loud) > GAP)
        firsts = [int(loud[0]), *(int(at) for at in loud[breaks + 1])]
        lasts = [*(int(at) for at in loud[breaks]), int(loud[-1])]
        whole = len(held) - 1 - lasts[-1] > GAP or lasts[-1] - firsts[-1] >= LONGEST
        found = [
            Stretch(self._begin + first, held[first : last + 1]) for first, last in zip(firsts, lasts, strict=True)
        ]
        if whole:
            self._keep(held, len(held))
            return found
        self._keep(held, firsts[-1])
        return found[:-1]

    def restart(self, at: int) -> None:
        """Forget what is held: the next block is frame `at` of the stream."""
        self._begin, self._held = at, self._held[:0]

    def _keep(self, held: Samples, first: int) -> None:
        self._begin += first
        self._held = held[first:]
