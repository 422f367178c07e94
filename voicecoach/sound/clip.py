"""A piece of sound in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from voicecoach.units import FRAMES_PER_MS, Frames

__all__ = ["Clip", "Samples"]

Samples: TypeAlias = npt.NDArray[np.float32]
"""One channel at 48 kHz, −1..1, shape (frames,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Sound that is ready to be placed: mono, 48 kHz, read-only, a whole number of milliseconds long."""

    samples: Samples

    def __post_init__(self) -> None:
        if self.samples.dtype != np.float32 or self.samples.ndim != 1 or len(self.samples) % FRAMES_PER_MS:
            raise ValueError("a clip is one channel of float32, whole milliseconds long")
        self.samples.setflags(write=False)

    @property
    def length(self) -> Frames:
        """How long it is."""
        return Frames(len(self.samples))
