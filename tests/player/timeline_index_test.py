"""Where there is something to jump to, or to show, in the session of conftest.py."""

from __future__ import annotations

from dataclasses import replace

import pytest
from durations import seconds

from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.timeline import Event, Timeline
from voicecoach.units import Frames


@pytest.mark.parametrize(
    ("at", "start", "end"),
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
def test_part_starts_and_ends(index, at, start, end):
    assert index.part_start(seconds(at)) == seconds(start)
    assert index.part_end(seconds(at)) == seconds(end)


@pytest.mark.parametrize(
    ("at", "cue", "following"),
    [
        (0.0, "Side stretch, ten minutes.", "Lean over."),
        (2.5, "Lean over.", "Breathe into it."),
        (4.7, "Breathe into it.", "Come up."),
        (9.5, "That is all.", None),
    ],
)
def test_counted_words_are_no_cues(index, at, cue, following):
    assert index.cue(seconds(at)).text == cue
    after = index.next_cue(seconds(at))
    assert (after and after.text) == following


def test_clock_includes_first_and_last_frame(index):
    assert index.clock(Frames(seconds(2) - 1)) is None
    assert index.clock(seconds(2)).kind == "hold"
    assert index.clock(Frames(seconds(5) - 1)).kind == "hold"
    assert index.clock(seconds(5)) is None


def test_opening_and_closing_have_no_move(index):
    titles = [move.title if (move := index.move(seconds(at))) else None for at in (0, 1, 5, 8, 9)]
    assert titles == [None, "Lean", "Cat and cow", "Roll", None]


def test_empty_session():
    empty = TimelineIndex(
        Timeline(title="", language="en", level=0, length=Frames(0), placements=(), events=(), moves=())
    )
    assert empty.part_start(Frames(0)) == empty.part_end(Frames(0)) == 0
    assert empty.cue(Frames(0)) is empty.clock(Frames(0)) is empty.move(Frames(0)) is None


@pytest.mark.parametrize(
    ("at", "start"),
    [(0, 0), (1.2, 1.0), (1.5, 1.5), (2.7, 2.7), (3.6, 3.5), (4.2, 4.2), (9.9, 9.9)],
    ids=["first", "in a word", "behind it", "in a hold", "in a cue of a hold", "in a count", "last"],
)
def test_resume_at_start_of_broken_cue(index, at, start):
    assert index.resume_point(seconds(at)) == seconds(start)


def test_resume_point_is_near(timeline):
    long = TimelineIndex(replace(timeline, events=(Event("say", seconds(1), seconds(9), "A long story."),)))
    assert long.resume_point(seconds(3.4)) == seconds(1)
    assert long.resume_point(seconds(3.6)) == seconds(3.6)
