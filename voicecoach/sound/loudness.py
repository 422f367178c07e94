"""Loudness and true peak of a sound, by ITU-R BS.1770-5, for one channel, a millisecond at a time.

The K-weighting is applied in the frequency domain. Its two biquads are recursive, so numpy would have to walk them
sample by sample; but their impulse response fades below −150 dB within 4,096 frames, so one transform of the clip,
padded by that much, gives the same result.

The true peak (annex 2) is the largest swing of the wave between its samples, where a decoder will find it. The sound
is oversampled four times: the three waves in between come from turning the phases of one transform, which is an ideal
interpolation and, unlike a resampler with threads, leaves the other cores to other workers.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from voicecoach.sound.clip import Samples
from voicecoach.units import FRAMES_PER_MS, SAMPLE_RATE

__all__ = ["BLOCK_MS", "fft_size", "integrated_loudness", "true_peaks", "weighted_energies"]

_FFT_STEP = 8192


def fft_size(least: int) -> int:
    """A length that transforms quickly, having many small factors, and is one of few, so that tables can be kept."""
    return -(-least // _FFT_STEP) * _FFT_STEP


Energies = npt.NDArray[np.float64]

# BS.1770-5, tables 1 and 2: the filter coefficients at 48 kHz (b0 b1 b2, a1 a2).
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
_FILTER_TAIL = 4096

BLOCK_MS = 400
"""A gating block: what is shorter has no loudness of its own."""
_STEP_MS = 100
_OFFSET = -0.691
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0


def weighted_energies(samples: Samples) -> Energies:
    """The mean square of each millisecond after K-weighting, of a whole number of milliseconds.

    Scaling the sound by g scales these by g².
    """
    size = fft_size(len(samples) + _FILTER_TAIL)
    weighted = np.fft.irfft(np.fft.rfft(samples, size) * _weighting(size), size)[: len(samples)]
    by_ms: Energies = np.square(weighted, dtype=np.float64).reshape(-1, FRAMES_PER_MS).mean(axis=1)
    return by_ms


def integrated_loudness(by_ms: Energies) -> float:
    """The gated loudness in LUFS of one channel; minus infinity where nothing passes the gate."""
    if len(by_ms) < BLOCK_MS:
        return -math.inf
    total = np.concatenate(([0.0], np.cumsum(by_ms)))
    blocks = (total[BLOCK_MS::_STEP_MS] - total[: len(total) - BLOCK_MS : _STEP_MS]) / BLOCK_MS
    blocks = blocks[blocks > _to_energy(_ABSOLUTE_GATE)]
    if not len(blocks):
        return -math.inf
    return _to_lufs(blocks[blocks > _to_energy(_to_lufs(blocks.mean()) + _RELATIVE_GATE)].mean())


def _to_lufs(energy: float) -> float:
    return _OFFSET + 10 * math.log10(energy)


def _to_energy(level: float) -> float:
    return float(10 ** ((level - _OFFSET) / 10))


@lru_cache(maxsize=8)
def _weighting(size: int) -> npt.NDArray[np.complex64]:
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    assert SAMPLE_RATE == 48_000
    response = np.ones(len(z), complex)
    for (b0, b1, b2), (a0, a1, a2) in (_SHELF, _HIGH_PASS):
        response *= (b0 + z * (b1 + z * b2)) / (a0 + z * (a1 + z * a2))
    return response.astype(np.complex64)


_PEAK_TAIL = 256
"""Frames of silence between the end and, going round, the start: the waves ring a little beyond an edge."""


def true_peaks(samples: Samples) -> npt.NDArray[np.float32]:
    """The largest swing in each millisecond (linear), of a whole number of milliseconds."""
    size = fft_size(len(samples) + _PEAK_TAIL)
    spectrum = np.fft.rfft(samples, size)
    swings = np.abs(samples)
    for turned in _quarter_shifts(size):
        between = np.fft.irfft(spectrum * turned, size)[: len(samples)]
        np.maximum(swings, np.abs(between, out=between), out=swings)
    return np.asarray(swings.reshape(-1, FRAMES_PER_MS).max(axis=1, initial=0), np.float32)


@lru_cache(maxsize=8)
def _quarter_shifts(size: int) -> tuple[npt.NDArray[np.complex64], ...]:
    """What moves a sound by 1/4, 1/2 and 3/4 of a sample."""
    turn = 2j * np.pi * np.fft.rfftfreq(size)
    return tuple(np.exp(turn * part).astype(np.complex64) for part in (0.25, 0.5, 0.75))
