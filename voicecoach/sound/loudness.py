"""How loud a sound is to the ear: ITU-R BS.1770-5, one channel, measured a millisecond at a time.

The K-weighting is applied in the frequency domain: the two biquads are recursive, which numpy alone would have to
walk sample by sample, while their impulse response fades below −150 dB within 4,096 frames, so that one transform
of the clip, padded by that much, gives the same result.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from voicecoach.sound.clip import Samples
from voicecoach.sound.transform import size_for
from voicecoach.units import FRAMES_PER_MS, RATE

__all__ = ["BLOCK_MS", "energies", "integrated"]

Energies = npt.NDArray[np.float64]

# BS.1770-5, tables 1 and 2: the filter coefficients at 48 kHz (b0 b1 b2, a1 a2).
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
_TAIL = 4096

BLOCK_MS = 400
"""A gating block: what is shorter has no loudness of its own."""
_STEP_MS = 100
_OFFSET = -0.691
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0


def energies(samples: Samples) -> Energies:
    """The mean square of each millisecond after K-weighting, of a whole number of milliseconds.

    Scaling the sound by g scales these by g².
    """
    size = size_for(len(samples) + _TAIL)
    weighted = np.fft.irfft(np.fft.rfft(samples, size) * _weighting(size), size)[: len(samples)]
    by_ms: Energies = np.square(weighted, dtype=np.float64).reshape(-1, FRAMES_PER_MS).mean(axis=1)
    return by_ms


def integrated(by_ms: Energies) -> float:
    """The gated loudness in LUFS of one channel; minus infinity where nothing passes the gate."""
    if len(by_ms) < BLOCK_MS:
        return -math.inf
    total = np.concatenate(([0.0], np.cumsum(by_ms)))
    blocks = (total[BLOCK_MS::_STEP_MS] - total[: len(total) - BLOCK_MS : _STEP_MS]) / BLOCK_MS
    blocks = blocks[blocks > _energy(_ABSOLUTE_GATE)]
    if not len(blocks):
        return -math.inf
    return _level(blocks[blocks > _energy(_level(blocks.mean()) + _RELATIVE_GATE)].mean())


def _level(energy: float) -> float:
    return _OFFSET + 10 * math.log10(energy)


def _energy(level: float) -> float:
    return float(10 ** ((level - _OFFSET) / 10))


@lru_cache(maxsize=8)
def _weighting(size: int) -> npt.NDArray[np.complex64]:
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    assert RATE == 48_000
    response = np.ones(len(z), complex)
    for (b0, b1, b2), (a0, a1, a2) in (_SHELF, _HIGH_PASS):
        response *= (b0 + z * (b1 + z * b2)) / (a0 + z * (a1 + z * a2))
    return response.astype(np.complex64)
