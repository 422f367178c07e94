"""From what an engine gives to a clip that can stand beside any other: trimmed, faded, as loud as all, limited.

The figures: a session is to measure −19 LUFS in one channel, which is −16 through two speakers, where listening on
a phone is at its ease, and costs speech only 2 to 4 dB of limiting. A session's silences are gated, but not the
blocks half in them: measured over the built-in routines, a session comes out 0.3 to 0.9 LU under its clips. Lossy
encoders overshoot a ceiling by up to 2.2 dB (AAC), so −3.3 dBTP keeps them all under 0, and a WAV under −3.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from voicecoach.sound import limiter
from voicecoach.sound.clip import Clip, Samples, fade_edges, pad_to_ms, trim_silence
from voicecoach.sound.loudness import BLOCK_MS, integrated_loudness, true_peaks, weighted_energies
from voicecoach.units import FRAMES_PER_MS, SAMPLE_RATE

__all__ = ["CEILING", "TARGET", "NoSound", "master_sound", "master_speech", "sentence_gain"]

TARGET = -18.5
"""LUFS in one channel, of each clip: for sessions at −19."""
CEILING = -3.3
"""dBTP."""
_TOLERANCE = 0.05
"""dB: what counts as right."""
_MAX_PASSES = 6
_MAX_GAIN = 40.0
"""dB: an engine this quiet is broken, and what would be raised is its noise."""
_MAX_BOOST = 6.0
"""dB: how far a user's own sound is raised at most; it may be soft by intention."""


class NoSound(ValueError):
    """There is nothing to hear."""


def master_speech(samples: npt.NDArray[np.floating], rate: int, short_gain: Callable[[], float]) -> Clip:
    """Speech, one channel of any level at `rate` Hz, made ready.

    A clip too short to have a loudness (under 0.4 s) is changed by `short_gain()` dB, which `sentence_gain` finds.
    Raises `NoSound`.
    """
    edged = _trim_and_resample(samples, rate)
    if len(edged) < BLOCK_MS * FRAMES_PER_MS:
        return Clip(_limit(edged, short_gain(), CEILING))
    return Clip(_level(edged, TARGET))


def sentence_gain(samples: npt.NDArray[np.floating], rate: int) -> float:
    """The gain in dB that brings this sentence to the target, as a measure for the same voice's short words."""
    return min(_MAX_GAIN, TARGET - integrated_loudness(weighted_energies(_trim_and_resample(samples, rate))))


def master_sound(samples: Samples) -> Clip:
    """A user's own sound at 48 kHz: brought down to the target, or up towards it by 6 dB at most; edges kept."""
    sound = pad_to_ms(samples)
    loudness = integrated_loudness(weighted_energies(sound))
    gain = min(_MAX_BOOST, TARGET - loudness) if math.isfinite(loudness) else 0.0
    return Clip(_limit(sound, gain, CEILING))


def _trim_and_resample(samples: npt.NDArray[np.floating], rate: int) -> Samples:
    sound = np.asarray(samples, np.float32)
    if rate != SAMPLE_RATE and len(sound):
        import soxr  # only where something is spoken: the warm path does without

        sound = soxr.resample(sound, rate, SAMPLE_RATE, quality="HQ")
    edged = fade_edges(trim_silence(pad_to_ms(sound)))
    if not len(edged):
        raise NoSound("there is no sound in it")
    return edged


def _level(sound: Samples, target: float) -> Samples:
    """At the target and under the ceiling, both measured on the result, again until they are right."""
    by_ms, peaks = weighted_energies(sound), true_peaks(sound)
    aim, ceiling = target, CEILING
    made = sound
    for _ in range(_MAX_PASSES):
        made = _limit(sound, _gain_for(by_ms, peaks, aim, ceiling), ceiling, peaks)
        short = target - integrated_loudness(weighted_energies(made))
        over = _decibels(float(true_peaks(made).max())) - CEILING
        if abs(short) <= _TOLERANCE and over <= _TOLERANCE:
            break
        aim, ceiling = aim + short, ceiling - max(0.0, over)
    return made


def _gain_for(by_ms: npt.NDArray[np.float64], peaks: npt.NDArray[np.float32], aim: float, ceiling: float) -> float:
    """The gain in dB that, limited afterwards, gives the loudness `aim`.

    Found on milliseconds alone: the limiter's gain moves so slowly that weighting before or after it is nearly
    the same, and what remains is seen when the result is measured.
    """
    gain = min(_MAX_GAIN, aim - integrated_loudness(by_ms))
    for _ in range(20):
        curve = limiter.gain_curve(peaks * _linear(gain), _linear(ceiling))
        middle = (curve[:-1] + curve[1:]) / 2 * _linear(gain)
        short = aim - integrated_loudness(by_ms * middle**2)
        if abs(short) < _TOLERANCE / 5 or gain >= _MAX_GAIN:
            break
        gain = min(_MAX_GAIN, gain + short)
    return gain


def _limit(sound: Samples, gain: float, ceiling: float, peaks: npt.NDArray[np.float32] | None = None) -> Samples:
    peaks = true_peaks(sound) if peaks is None else peaks
    return limiter.apply_gain(sound, limiter.gain_curve(peaks * _linear(gain), _linear(ceiling)) * _linear(gain))


def _linear(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def _decibels(linear: float) -> float:
    return 20 * math.log10(max(linear, 1e-9))
