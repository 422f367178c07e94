"""Mastering: any engine output becomes a clip of standard loudness."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.sound.loudness import integrated_loudness, true_peaks, weighted_energies
from voicecoach.sound.mastering import CEILING, TARGET, NoSound, master_sound, master_speech, sentence_gain

RATE = 22_050


def speech(seconds, level=0.1, seed=0):
    """Noise in syllables, with the peaks of speech, between half a second of silence."""
    random = np.random.default_rng(seed)
    count = round(seconds * RATE)
    syllables = np.abs(np.sin(np.pi * 4 * np.arange(count) / RATE)) ** 3
    sound = level * syllables * random.laplace(size=count)
    silence = np.zeros(RATE // 2)
    return np.concatenate([silence, sound, silence])


def no_short_gain():
    raise AssertionError("this sound is long enough to be measured itself")


def decibels(clip):
    return 20 * np.log10(true_peaks(clip.samples).max())


@pytest.mark.parametrize("level", [0.005, 0.05, 0.3])
def test_speech_of_any_level_reaches_the_target(level):
    clip = master_speech(speech(3, level), RATE, no_short_gain)
    assert integrated_loudness(weighted_energies(clip.samples)) == pytest.approx(TARGET, abs=0.1)
    assert decibels(clip) <= CEILING + 0.1


@settings(max_examples=20, deadline=None)
@given(st.floats(0.5, 3), st.integers(0, 99), st.sampled_from([8_000, 16_000, 22_050, 44_100, 48_000]))
def test_any_length_and_rate_stays_below_ceiling(seconds, seed, rate):
    clip = master_speech(speech(seconds, seed=seed), rate, lambda: 0.0)
    assert clip.length % 48 == 0
    assert decibels(clip) <= CEILING + 0.1


def test_outer_silence_is_trimmed():
    clip = master_speech(speech(2), RATE, no_short_gain)
    assert 1.9 < clip.length / 48_000 < 2.1
    assert abs(clip.samples[0]) < 1e-4
    assert abs(clip.samples[-1]) < 1e-4


def test_short_words_take_the_sentence_level():
    gain = sentence_gain(speech(3), RATE)
    short = master_speech(speech(0.2), RATE, lambda: gain)
    softer = master_speech(speech(0.2), RATE, lambda: gain - 6)
    assert np.abs(short.samples).max() == pytest.approx(2 * np.abs(softer.samples).max(), rel=0.3)
    repeated = np.tile(short.samples, 10)[: 48 * (len(short.samples) * 10 // 48)]
    assert integrated_loudness(weighted_energies(repeated)) == pytest.approx(TARGET, abs=3)


def test_mastering_is_deterministic():
    first, second = (master_speech(speech(1), RATE, no_short_gain) for _ in range(2))
    assert np.array_equal(first.samples, second.samples)


@pytest.mark.parametrize("nothing", [np.zeros(0), np.zeros(RATE), np.full(RATE, 1e-6)])
def test_silence_is_refused(nothing):
    with pytest.raises(NoSound):
        master_speech(nothing, RATE, no_short_gain)


def test_a_soft_user_sound_stays_soft():
    loud, soft = ((level * np.sin(np.arange(96_000) / 20)).astype(np.float32) for level in (0.9, 0.01))
    assert integrated_loudness(weighted_energies(master_sound(loud).samples)) == pytest.approx(TARGET, abs=0.2)
    assert integrated_loudness(weighted_energies(master_sound(soft).samples)) == pytest.approx(
        integrated_loudness(weighted_energies(soft)) + 6, abs=0.2
    )
