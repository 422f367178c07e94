"""A stateless look-ahead limiter: the gain curve that keeps a sound under a ceiling, one node per millisecond."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voicecoach.sound.clip import Samples
from voicecoach.units import FRAMES_PER_MS

__all__ = ["apply_gain", "gain_curve"]

GainCurve = npt.NDArray[np.float64]

_LOOKAHEAD_MS = 20
"""How far a peak lowers the gain on either side: slower than the pitch of a voice, faster than a syllable."""
_WINDOW = np.hanning(2 * _LOOKAHEAD_MS + 3)[1:-1]


def gain_curve(peaks: npt.NDArray[np.floating], ceiling: float) -> GainCurve:
    """The nodes of a gain, one more than there are peaks, for one peak per millisecond; all values linear.

    The gain runs straight between two nodes and never exceeds `ceiling / peak` there: each node is an average of
    minima, and each of these minima takes that peak into account.
    """
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    nodes = np.minimum(np.append(wanted, 1.0), np.append(1.0, wanted))
    padded = np.pad(nodes, _LOOKAHEAD_MS, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * _LOOKAHEAD_MS + 1).min(axis=1)
    padded = np.pad(lowest, _LOOKAHEAD_MS, mode="edge")
    return np.convolve(padded, _WINDOW / _WINDOW.sum(), mode="valid")


def apply_gain(samples: Samples, curve: GainCurve) -> Samples:
    """Multiply whole milliseconds of samples by a gain curve."""
    ramp = np.arange(FRAMES_PER_MS) / FRAMES_PER_MS
    gain = curve[:-1, None] + np.diff(curve)[:, None] * ramp
    return np.asarray(samples * gain.reshape(-1), np.float32)
