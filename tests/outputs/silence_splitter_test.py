"""Cutting a stream at its silences, so that whole buffers can be played."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.outputs.simpleaudio import GAP, LONGEST, Stretches

PART = st.tuples(st.booleans(), st.integers(1, 2 * GAP))


def stream(parts: list[tuple[bool, int]]) -> np.ndarray:
    return np.concatenate([np.full(size, loud, np.float32) for loud, size in parts] + [np.zeros(GAP + 1, np.float32)])


@settings(deadline=None)
@given(parts=st.lists(PART, max_size=8), size=st.sampled_from([479, 7200, 48000]))
def test_the_stretches_laid_in_their_places_are_the_stream(parts, size):
    whole = stream(parts)
    cutter, again = Stretches(), np.zeros_like(whole)
    for at in range(0, len(whole), size):
        for stretch in cutter.add(whole[at : at + size]):
            again[stretch.start : stretch.start + len(stretch.samples)] = stretch.samples
    np.testing.assert_array_equal(again, whole)
    assert not cutter.open


def test_a_short_silence_does_not_part_them_and_a_long_one_does():
    whole = stream([(True, 100), (False, GAP - 1), (True, 100), (False, GAP + 1), (True, 50)])
    assert [(s.start, len(s.samples)) for s in Stretches().add(whole)] == [
        (0, GAP + 199),
        (2 * GAP + 200, 50),
    ]


def test_a_stretch_is_open_until_enough_silence_has_come():
    cutter = Stretches()
    assert cutter.add(np.ones(100, np.float32)) == []
    assert cutter.open
    assert cutter.add(np.zeros(GAP, np.float32)) == []
    assert len(cutter.add(np.zeros(1, np.float32))) == 1
    assert not cutter.open


def test_sound_without_end_is_cut_in_the_end():
    (stretch,) = Stretches().add(np.ones(LONGEST + 1, np.float32))
    assert len(stretch.samples) == LONGEST + 1


def test_after_a_restart_the_next_block_has_its_place():
    cutter = Stretches()
    cutter.add(np.ones(100, np.float32))
    cutter.restart(40)
    assert not cutter.open
    (stretch,) = cutter.add(stream([(False, 10), (True, 5)]))
    assert (stretch.start, len(stretch.samples)) == (50, 5)
