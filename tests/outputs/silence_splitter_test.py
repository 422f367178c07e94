"""Cutting a stream at its silences, so that whole buffers can be played."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.outputs.simpleaudio import MAX_CHUNK, MIN_SILENCE, SilenceSplitter

PART = st.tuples(st.booleans(), st.integers(1, 2 * MIN_SILENCE))


def stream(parts: list[tuple[bool, int]]) -> np.ndarray:
    return np.concatenate(
        [np.full(size, loud, np.float32) for loud, size in parts] + [np.zeros(MIN_SILENCE + 1, np.float32)]
    )


@settings(deadline=None)
@given(parts=st.lists(PART, max_size=8), size=st.sampled_from([479, 7200, 48000]))
def test_the_stretches_laid_in_their_places_are_the_stream(parts, size):
    whole = stream(parts)
    cutter, again = SilenceSplitter(), np.zeros_like(whole)
    for at in range(0, len(whole), size):
        for stretch in cutter.add(whole[at : at + size]):
            again[stretch.start : stretch.start + len(stretch.samples)] = stretch.samples
    np.testing.assert_array_equal(again, whole)
    assert not cutter.incomplete


def test_a_short_silence_does_not_part_them_and_a_long_one_does():
    whole = stream([(True, 100), (False, MIN_SILENCE - 1), (True, 100), (False, MIN_SILENCE + 1), (True, 50)])
    assert [(s.start, len(s.samples)) for s in SilenceSplitter().add(whole)] == [
        (0, MIN_SILENCE + 199),
        (2 * MIN_SILENCE + 200, 50),
    ]


def test_a_stretch_is_open_until_enough_silence_has_come():
    cutter = SilenceSplitter()
    assert cutter.add(np.ones(100, np.float32)) == []
    assert cutter.incomplete
    assert cutter.add(np.zeros(MIN_SILENCE, np.float32)) == []
    assert len(cutter.add(np.zeros(1, np.float32))) == 1
    assert not cutter.incomplete


def test_sound_without_end_is_cut_in_the_end():
    (stretch,) = SilenceSplitter().add(np.ones(MAX_CHUNK + 1, np.float32))
    assert len(stretch.samples) == MAX_CHUNK + 1


def test_after_a_restart_the_next_block_has_its_place():
    cutter = SilenceSplitter()
    cutter.add(np.ones(100, np.float32))
    cutter.restart(40)
    assert not cutter.incomplete
    (stretch,) = cutter.add(stream([(False, 10), (True, 5)]))
    assert (stretch.start, len(stretch.samples)) == (50, 5)
