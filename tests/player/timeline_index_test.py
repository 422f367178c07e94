"""Where there is something to jump to, or to show, in the session of conftest.py."""

from __future__ import annotations

import pytest

from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.timeline import Timeline
from voicecoach.units import Frames, Ms, frames


def f(seconds: float) -> Frames:
    return frames(Ms(round(1000 * seconds)))


@pytest.mark.parametrize(
    ("at", "before", "after"),
    [
        (0.0, 0, 1),
        (0.5, 0, 1),
        (1.0, 1, 5),
        (4.999, 1, 5),
        (5.0, 5, 8),
        (8.5, 8, 9),
        (9.0, 9, 10),
        (9.9, 9, 10),
    ],
)
def test_opening_moves_and_closing_can_be_jumped_to(landmarks, at, before, after):
    assert landmarks.mark_before(f(at)) == f(before)
    assert landmarks.mark_after(f(at)) == f(after)


@pytest.mark.parametrize(
    ("at", "cue", "following"),
    [
        (0.0, "Side stretch, ten minutes.", "Lean over."),
        (2.5, "Lean over.", "Breathe into it."),
        (4.7, "Breathe into it.", "Come up."),
        (9.5, "That is all.", None),
    ],
)
def test_words_that_are_counted_are_no_cues(landmarks, at, cue, following):
    assert landmarks.cue(f(at)).text == cue
    after = landmarks.next_cue(f(at))
    assert (after and after.text) == following


def test_a_clock_runs_from_its_first_frame_to_its_last(landmarks):
    assert landmarks.clock(Frames(f(2) - 1)) is None
    assert landmarks.clock(f(2)).kind == "hold"
    assert landmarks.clock(Frames(f(5) - 1)).kind == "hold"
    assert landmarks.clock(f(5)) is None


def test_opening_and_closing_lie_in_no_move(landmarks):
    titles = [move.title if (move := landmarks.move(f(at))) else None for at in (0, 1, 5, 8, 9)]
    assert titles == [None, "Lean", "Cat and cow", "Roll", None]


def test_an_empty_session_has_a_start_and_an_end():
    empty = TimelineIndex(
        Timeline(title="", language="en", level=0, length=Frames(0), placements=(), events=(), moves=())
    )
    assert empty.mark_before(Frames(0)) == empty.mark_after(Frames(0)) == 0
    assert empty.cue(Frames(0)) is empty.clock(Frames(0)) is empty.move(Frames(0)) is None
