"""Mastering: turns an engine's output into a clip that fits beside any other (trimmed, faded, levelled, limited).

A session should measure −19 LUFS in one channel, which is −16 through two speakers: comfortable on a phone, and it
costs speech only 2 to 4 dB of limiting. Silences in a session are gated, but blocks half filled with silence are not:
over the built-in routines, a session measures 0.3 to 0.9 LU below its clips. Lossy encoders overshoot a ceiling by up
to 2.2 dB (AAC), so −3.3 dBTP keeps every format under 0 dBTP, and a WAV under −3.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from voicecoach.sound.clip import Clip, Samples, fade_edges, pad_to_ms, trim_silence
from voicecoach.sound.loudness import BLOCK_MS, integrated_loudness, true_peaks, weighted_energies
from voicecoach.units import FRAMES_PER_MS, SAMPLE_RATE

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


TARGET = -18.5
"""LUFS of each clip in one channel; makes sessions measure −19."""
CEILING = -3.3
"""dBTP."""
_TOLERANCE = 0.05
"""dB."""
_MAX_PASSES = 6
_MAX_GAIN = 40.0
"""dB: an engine as quiet as that is broken, and more gain would raise its noise."""
_MAX_BOOST = 6.0
"""dB, for a user's own sound: it may be soft on purpose."""


class NoSound(ValueError):
    """There is nothing to hear."""


def master_speech(samples: npt.NDArray[np.floating], rate: int, short_gain: Callable[[], float]) -> Clip:
    """Master one channel of speech, of any level, at `rate` Hz.

    Under 0.4 s a clip has no loudness; it is amplified by `short_gain()` dB, which `sentence_gain` measures. Raises
    `NoSound`.
    """
    speech = _resample_and_trim(samples, rate)
    if len(speech) < BLOCK_MS * FRAMES_PER_MS:
        return Clip(_limit(speech, short_gain(), CEILING))
    return Clip(_level(speech))


def sentence_gain(samples: npt.NDArray[np.floating], rate: int) -> float:
    """The gain in dB that brings this sentence to the target; a measure for short words of the same voice."""
    return min(_MAX_GAIN, TARGET - integrated_loudness(weighted_energies(_resample_and_trim(samples, rate))))


def master_sound(samples: Samples) -> Clip:
    """Master a user's own sound at 48 kHz: lower it to the target, or raise it by 6 dB at most; keep its edges."""
    sound = pad_to_ms(samples)
    loudness = integrated_loudness(weighted_energies(sound))
    gain = min(_MAX_BOOST, TARGET - loudness) if math.isfinite(loudness) else 0.0
    return Clip(_limit(sound, gain, CEILING))


def _resample_and_trim(samples: npt.NDArray[np.floating], rate: int) -> Samples:
    sound = np.asarray(samples, np.float32)
    if rate != SAMPLE_RATE and len(sound):
        import soxr  # needed for new speech only

        sound = soxr.resample(sound, rate, SAMPLE_RATE, quality="HQ")
    trimmed = fade_edges(trim_silence(pad_to_ms(sound)))
    if not len(trimmed):
        raise NoSound("there is no sound in it")
    return trimmed


def _level(sound: Samples) -> Samples:
    """Bring a sound to the target and under the ceiling: measure the result and correct it until both are met."""
    by_ms, peaks = weighted_energies(sound), true_peaks(sound)
    aim, ceiling = TARGET, CEILING
    result = sound
    for _ in range(_MAX_PASSES):
        result = _limit(sound, _gain_for(by_ms, peaks, aim, ceiling), ceiling, peaks)
        short = TARGET - integrated_loudness(weighted_energies(result))
        over = _to_decibels(float(true_peaks(result).max())) - CEILING
        if abs(short) <= _TOLERANCE and over <= _TOLERANCE:
            break
        aim, ceiling = aim + short, ceiling - max(0.0, over)
    return result


def _gain_for(by_ms: npt.NDArray[np.float64], peaks: npt.NDArray[np.float32], aim: float, ceiling: float) -> float:
    """The gain in dB that gives the loudness `aim` after limiting.

    Estimated from milliseconds alone: the limiter's gain moves so slowly that weighting before or after it hardly
    differs, and `_level` corrects the rest.
    """
    gain = min(_MAX_GAIN, aim - integrated_loudness(by_ms))
    for _ in range(20):
        curve = gain_curve(peaks * _to_linear(gain), _to_linear(ceiling))
        middle = (curve[:-1] + curve[1:]) / 2 * _to_linear(gain)
        short = aim - integrated_loudness(by_ms * middle**2)
        if abs(short) < _TOLERANCE / 5 or gain >= _MAX_GAIN:
            break
        gain = min(_MAX_GAIN, gain + short)
    return gain


def _limit(sound: Samples, gain: float, ceiling: float, peaks: npt.NDArray[np.float32] | None = None) -> Samples:
    peaks = true_peaks(sound) if peaks is None else peaks
    return apply_gain(sound, gain_curve(peaks * _to_linear(gain), _to_linear(ceiling)) * _to_linear(gain))


def _to_linear(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def _to_decibels(linear: float) -> float:
    return 20 * math.log10(max(linear, 1e-9))
