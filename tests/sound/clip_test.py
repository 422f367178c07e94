"""16 bits: rounded to the nearest, never wrapped round."""

import numpy as np
import pytest

from voicecoach.sound.clip import to_pcm


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
def test_a_sample_becomes_the_nearest_number(value: float, number: int) -> None:
    assert to_pcm(np.array([value], np.float32)).tolist() == [number]


def test_every_16_bit_number_comes_back_as_itself() -> None:
    numbers = np.arange(-32767, 32768)
    assert np.array_equal(to_pcm((numbers / 32767).astype(np.float32)), numbers)
