"""The true peak of a sound: how far the wave swings between its samples, where a decoder will find it.

BS.1770-5, annex 2: look at the sound four times oversampled.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voicecoach.sound.clip import Samples
from voicecoach.units import FRAMES_PER_MS

__all__ = ["true_peaks"]

_TAPS = 24
_QUIET = 0.25
"""Between samples a wave made of audible sound swings at most about 6 dB over them. Milliseconds this far (12 dB)
below the loudest cannot hold the peak, and are taken at their samples: a third of the work in speech."""


def _interpolators() -> npt.NDArray[np.float32]:
    """Windowed sincs that give the wave 1/4, 1/2 and 3/4 of the way from one sample to the next."""
    at = np.arange(_TAPS)[:, None] - (_TAPS // 2 - 1) - np.array([0.25, 0.5, 0.75])
    window = np.i0(9 * np.sqrt(np.clip(1 - (at / (_TAPS / 2)) ** 2, 0, 1))) / np.i0(9)
    taps = np.sinc(at) * window
    return np.asarray(taps / taps.sum(axis=0), np.float32)


_INTERPOLATORS = _interpolators()


def true_peaks(samples: Samples) -> npt.NDArray[np.float32]:
    """The largest swing in each millisecond (linear), of a whole number of milliseconds."""
    by_ms = np.abs(samples).reshape(-1, FRAMES_PER_MS).max(axis=1, initial=0)
    loud = np.flatnonzero(by_ms > by_ms.max(initial=0) * _QUIET)
    before = _TAPS // 2 - 1
    padded = np.pad(samples, (before, _TAPS - before))
    windows = np.lib.stride_tricks.sliding_window_view(padded, FRAMES_PER_MS + _TAPS - 1)[::FRAMES_PER_MS][
        loud
    ]
    between = (
        np.lib.stride_tricks.sliding_window_view(windows, _TAPS, axis=1).reshape(-1, _TAPS) @ _INTERPOLATORS
    )
    swings = np.abs(between).reshape(len(loud), -1).max(axis=1, initial=0)
    by_ms[loud] = np.maximum(by_ms[loud], swings)
    return np.asarray(by_ms, np.float32)
