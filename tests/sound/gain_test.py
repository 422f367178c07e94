"""Louder and softer without a click."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.sound.mix import RAMP, ramp_gain, silence

GAIN = st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0])


def ones(count: int) -> np.ndarray:
    return np.ones(count, np.float32)


def test_what_nobody_steers_is_not_touched():
    block = ones(10)
    assert ramp_gain(block, 1.0, 1.0) is block


@settings(deadline=None)
@given(before=GAIN, after=GAIN, count=st.integers(1, 3 * RAMP))
def test_it_goes_from_one_gain_to_the_other_in_even_steps(before, after, count):
    got = ramp_gain(ones(count), before, after)
    assert np.max(np.abs(np.diff(got, prepend=np.float32(before)))) <= 1.01 / RAMP
    assert np.all((got >= min(before, after) - 1e-6) & (got <= max(before, after) + 1e-6))
    assert got[RAMP - 1 :] == pytest.approx(after)
    assert got.dtype == np.float32


def test_silence_is_silent():
    assert silence(3).tolist() == [0, 0, 0]
