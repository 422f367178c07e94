"""The true peak of a sound: how far the wave swings between its samples, where a decoder will find it.

BS.1770-5, annex 2: look at the sound four times oversampled. Here the three waves between are made by turning the
phases of one transform, which is an ideal interpolation, and one that leaves the other cores to other workers.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from voicecoach.sound.clip import Samples
from voicecoach.sound.transform import size_for
from voicecoach.units import FRAMES_PER_MS

__all__ = ["true_peaks"]

_TAIL = 256
"""Frames of silence between the end and, going round, the start: the waves ring a little beyond an edge."""


def true_peaks(samples: Samples) -> npt.NDArray[np.float32]:
    """The largest swing in each millisecond (linear), of a whole number of milliseconds."""
    size = size_for(len(samples) + _TAIL)
    spectrum = np.fft.rfft(samples, size)
    swings = np.abs(samples)
    for turned in _between(size):
        between = np.fft.irfft(spectrum * turned, size)[: len(samples)]
        np.maximum(swings, np.abs(between, out=between), out=swings)
    return np.asarray(swings.reshape(-1, FRAMES_PER_MS).max(axis=1, initial=0), np.float32)


@lru_cache(maxsize=8)
def _between(size: int) -> tuple[npt.NDArray[np.complex64], ...]:
    """What moves a sound by 1/4, 1/2 and 3/4 of a sample."""
    turn = 2j * np.pi * np.fft.rfftfreq(size)
    return tuple(np.exp(turn * part).astype(np.complex64) for part in (0.25, 0.5, 0.75))
