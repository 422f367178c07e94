"""Samples as 16-bit numbers: the one place where sound loses precision."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from voicecoach.sound.clip import Samples

__all__ = ["FULL_SCALE", "Pcm", "to_pcm"]

Pcm: TypeAlias = npt.NDArray[np.int16]
"""One channel at 48 kHz, shape (frames,)."""

FULL_SCALE: Final = 32767
"""What 1.0 becomes; the same below zero, so that loud and soft halves of a wave stay alike."""


def to_pcm(samples: Samples) -> Pcm:
    """To the nearest whole number; what lies beyond ±1 is held there instead of wrapping round."""
    scaled = samples * np.float32(FULL_SCALE)
    np.rint(scaled, out=scaled)
    np.clip(scaled, -FULL_SCALE, FULL_SCALE, out=scaled)
    return scaled.astype(np.int16)
