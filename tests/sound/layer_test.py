"""Clips over a stream, in blocks of any size."""

from __future__ import annotations

import numpy as np
import pytest

from voicecoach.sound.clip import Clip
from voicecoach.sound.mix import Overlay

HIGH, LOW = (Clip(np.full(480, level, np.float32)) for level in (0.5, 0.25))


def stream(layer: Overlay, length: int, size: int) -> np.ndarray:
    under = np.full(length, 0.125, np.float32)
    return np.concatenate([layer.over(under[at : at + size]) for at in range(0, length, size)])


@pytest.mark.parametrize("size", [2000, 479, 1])
def test_clips_sound_where_they_were_laid_and_add_up(size):
    layer = Overlay()
    layer.lay(HIGH, after=100)
    layer.lay(LOW, gain=0.5, after=300)
    expected = np.full(2000, 0.125, np.float32)
    expected[100:580] += 0.5
    expected[300:780] += 0.125
    np.testing.assert_array_equal(stream(layer, 2000, size), expected)


def test_what_is_laid_later_counts_from_there():
    layer = Overlay()
    stream(layer, 1000, 100)
    layer.lay(HIGH)
    assert layer.busy == 480
    assert stream(layer, 200, 100)[0] == 0.625
    assert layer.busy == 280


def test_the_same_at_the_same_frame_is_laid_once_as_loud_as_the_last_time():
    layer = Overlay()
    for gain in (1.0, 0.5):
        layer.lay(HIGH, gain, after=100)
        layer.lay(LOW, after=100)
    assert stream(layer, 200, 100)[100] == 0.125 + 0.25 + 0.25


def test_what_was_cleared_is_silent_and_a_bare_stream_is_not_copied():
    layer, block = Overlay(), np.zeros(10, np.float32)
    layer.lay(HIGH)
    layer.clear()
    assert layer.busy == 0
    assert layer.over(block) is block
