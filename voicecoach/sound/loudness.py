"""Loudness and true peak of one channel by ITU-R BS.1770-5, measured in milliseconds.

The K-weighting is applied in the frequency domain. Its two biquads are recursive, so numpy would have to walk them
sample by sample; but their impulse response fades below −150 dB within 4,096 frames, so one transform of the clip,
padded by that much, gives the same result.

The true peak (annex 2) is the highest point of the wave, which may lie between its samples; a decoder will find it. The
sound is oversampled four times: the three waves in between come from turning the phases of one transform, which is an
ideal interpolation and, unlike a resampler with threads, leaves the other cores to other workers.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from voicecoach.sound.clip import Samples
from voicecoach.units import FRAMES_PER_MS, SAMPLE_RATE

Energies = npt.NDArray[np.float64]

# BS.1770-5, tables 1 and 2: the filter coefficients at 48 kHz (b0 b1 b2, a0 a1 a2).
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
_FILTER_TAIL = 4096
_PEAK_TAIL = 256
"""Frames of silence between the end and, the transform being circular, the start: waves ring a little past an edge."""
_FFT_STEP = 8192

BLOCK_MS = 400
"""A gating block: a shorter sound has no loudness of its own."""
_STEP_MS = 100
_OFFSET = -0.691
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0


def weighted_energies(samples: Samples) -> Energies:
    """The mean square of each millisecond after K-weighting; takes whole milliseconds.

    Scaling the sound by g scales these by g².
    """
    size = _fft_size(len(samples) + _FILTER_TAIL)
    weighted = np.fft.irfft(np.fft.rfft(samples, size) * _k_weighting(size), size)[: len(samples)]
    by_ms: Energies = np.square(weighted, dtype=np.float64).reshape(-1, FRAMES_PER_MS).mean(axis=1)
    return by_ms


def integrated_loudness(by_ms: Energies) -> float:
    """The gated loudness in LUFS; minus infinity if no block passes the gate."""
    if len(by_ms) < BLOCK_MS:
        return -math.inf
    total = np.concatenate(([0.0], np.cumsum(by_ms)))
    blocks = (total[BLOCK_MS::_STEP_MS] - total[: len(total) - BLOCK_MS : _STEP_MS]) / BLOCK_MS
    blocks = blocks[blocks > _to_energy(_ABSOLUTE_GATE)]
    if not len(blocks):
        return -math.inf
    return _to_lufs(blocks[blocks > _to_energy(_to_lufs(blocks.mean()) + _RELATIVE_GATE)].mean())


def true_peaks(samples: Samples) -> npt.NDArray[np.float32]:
    """The true peak of each millisecond (linear); takes whole milliseconds."""
    size = _fft_size(len(samples) + _PEAK_TAIL)
    spectrum = np.fft.rfft(samples, size)
    peaks = np.abs(samples)
    for shift in _quarter_shifts(size):
        between = np.fft.irfft(spectrum * shift, size)[: len(samples)]
        np.maximum(peaks, np.abs(between, out=between), out=peaks)
    return np.asarray(peaks.reshape(-1, FRAMES_PER_MS).max(axis=1, initial=0), np.float32)


def _to_lufs(energy: float) -> float:
    return _OFFSET + 10 * math.log10(energy)


def _to_energy(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET) / 10))


def _fft_size(least: int) -> int:
    """A size with many small factors, which transforms quickly, and one of few, so that tables can be cached."""
    return -(-least // _FFT_STEP) * _FFT_STEP


@lru_cache(maxsize=8)
def _k_weighting(size: int) -> npt.NDArray[np.complex64]:
    assert SAMPLE_RATE == 48_000
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    response = np.ones(len(z), complex)
    for (b0, b1, b2), (a0, a1, a2) in (_SHELF, _HIGH_PASS):
        response *= (b0 + z * (b1 + z * b2)) / (a0 + z * (a1 + z * a2))
    return response.astype(np.complex64)


@lru_cache(maxsize=8)
def _quarter_shifts(size: int) -> tuple[npt.NDArray[np.complex64], ...]:
    """Spectra that shift a sound by 1/4, 1/2 and 3/4 of a sample."""
    turn = 2j * np.pi * np.fft.rfftfreq(size)
    return tuple(np.exp(turn * part).astype(np.complex64) for part in (0.25, 0.5, 0.75))
