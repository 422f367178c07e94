"""The limiter: never above the ceiling, and without effect below it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.sound.loudness import true_peaks
from voicecoach.sound.mastering import apply_gain, gain_curve


@given(st.lists(st.floats(0, 8, width=32), min_size=1, max_size=200), st.floats(0.1, 1))
def test_gain_keeps_every_millisecond_below_ceiling(peaks, ceiling):
    nodes = gain_curve(np.array(peaks), ceiling)
    assert len(nodes) == len(peaks) + 1
    loudest = np.maximum(nodes[:-1], nodes[1:]) * peaks
    assert loudest.max() <= ceiling * (1 + 1e-9)


def test_soft_sound_is_untouched():
    sound = np.random.default_rng(2).uniform(-0.5, 0.5, 4800).astype(np.float32)
    curve = gain_curve(np.full(100, 0.6), 0.7)
    assert np.array_equal(apply_gain(sound, curve), sound)


def test_gain_recovers_away_from_a_peak():
    peaks = np.full(400, 0.1)
    peaks[200] = 2.0
    nodes = gain_curve(peaks, 0.5)
    assert nodes[200] <= 0.25 + 1e-9
    assert nodes[[150, 250]] == pytest.approx(1.0)


def test_gain_changes_slowly():
    peaks = np.full(400, 0.1)
    peaks[200] = 2.0
    assert np.abs(np.diff(gain_curve(peaks, 0.5))).max() < 0.06


def test_true_peak_stays_below_ceiling():
    noise = (0.4 * np.random.default_rng(3).standard_normal(48_000)).astype(np.float32)
    limited = apply_gain(noise, gain_curve(true_peaks(noise), 0.5))
    assert true_peaks(limited).max() <= 0.5 * 1.01
