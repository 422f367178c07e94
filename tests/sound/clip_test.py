"""Clips: 16-bit rounding, and lengths."""

import numpy as np
import pytest

from voicecoach.sound.clip import Clip, pad_or_cut, to_pcm


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0.0, 0),
        (1.0, 32767),
        (-1.0, -32767),
        (0.6 / 32767, 1),
        (-0.4 / 32767, 0),
        (1.5, 32767),
        (-7.0, -32767),
    ],
)
def test_samples_are_rounded_and_clipped(value: float, number: int) -> None:
    assert to_pcm(np.array([value], np.float32)).tolist() == [number]


def test_16_bit_values_round_trip() -> None:
    numbers = np.arange(-32767, 32768)
    assert np.array_equal(to_pcm((numbers / 32767).astype(np.float32)), numbers)
    sound = numbers[: 48 * 1000].astype("<i2").tobytes()
    assert Clip.from_bytes(sound).to_bytes() == sound


@pytest.mark.parametrize("samples", [np.zeros(47, np.float32), np.zeros(48), np.zeros((48, 1), np.float32)])
def test_malformed_clips_are_refused(samples: np.ndarray) -> None:
    with pytest.raises(ValueError, match="whole milliseconds"):
        Clip(samples)


@pytest.mark.parametrize("length", [1440, 2400, 3840])
def test_a_clip_takes_the_wanted_length(length: int) -> None:
    clip = Clip(np.ones(2400, np.float32))
    got = pad_or_cut(clip, length)
    assert got.length == length
    assert got.samples[240] > 0.9
    assert (got is clip) == (length == 2400)
    assert length == 2400 or abs(got.samples[-1]) < 0.01
