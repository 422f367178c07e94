"""One session behind another: the one of conftest.py, and behind it once more itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from voicecoach.choices import Choices
from voicecoach.player.command import Action, Command
from voicecoach.player.queue import QueueItem, QueueSlot, titles_ahead
from voicecoach.player.timeline_edits import append_session
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.routine import Routine
from voicecoach.sound.mix import Mix
from voicecoach.timeline import Placement, Timeline, Utterance
from voicecoach.units import DAY, Frames, Ms, frames

WISH = QueueItem(Routine(title="More", steps=()), Choices())


def f(seconds: float) -> Frames:
    return frames(Ms(round(1000 * seconds)))


def texts(timeline: Timeline) -> list[str]:
    return [event.text for event in timeline.events if event.kind == "say"]


def warned(timeline: Timeline, text: str) -> Timeline:
    """With a caution for its opening."""
    events = (replace(timeline.events[0], text=text), *timeline.events[1:])
    first = replace(timeline.placements[0], source=Utterance(text))
    return replace(timeline, title="More", events=events, placements=(first, *timeline.placements[1:]))


@pytest.fixture(scope="session")
def part(timeline) -> Timeline:
    return replace(timeline, title="More")


@pytest.fixture(scope="session")
def both(timeline, part) -> Timeline:
    return append_session(timeline, part, Frames(0))


def test_it_has_one_opening_and_one_closing_and_sounds_as_both_do(both, clip, renderer):
    assert texts(both).count("Side stretch, ten minutes.") == texts(both).count("That is all.") == 1
    assert (both.title, both.length) == ("Side stretch, More", f(18))
    got, whole = Mix(both, clip).read(0, both.length), renderer.read(0, renderer.length)
    np.testing.assert_array_equal(got, np.concatenate([whole[: f(9)], whole[f(1) :]]))


def test_it_needs_and_warns_of_all_that_both_do(timeline):
    first = replace(timeline, needs=("wall", "ball"), cautions=("Not on a fresh strain.",))
    both = append_session(first, replace(first, needs=("Wall", "chair"), cautions=("Slowly.",)), Frames(0))
    assert both.needs == ("wall", "ball", "chair")
    assert both.cautions == ("Not on a fresh strain.", "Slowly.")


def test_its_moves_follow_and_all_in_them_belongs_to_them(both):
    assert [(move.title, move.start) for move in both.moves[2:5]] == [
        ("Roll", f(8)),
        ("Lean", f(9)),
        ("Cat and cow", f(13)),
    ]
    assert {event.move for event in both.events if f(9) <= event.start < f(13)} == {3}
    assert both.events[-1].move is None
    for placed in both.placements:
        assert both.events[placed.event].text == placed.source.text
        assert both.events[placed.event].start == placed.start


def test_a_new_caution_is_the_first_word_of_its_first_move(timeline):
    both = append_session(timeline, warned(timeline, "Not on a fresh strain."), Frames(0))
    marks = TimelineIndex(both)
    assert both.moves[3].start == f(9)
    assert (marks.cue(f(9.1)).text, marks.cue(f(9.1)).move) == ("Not on a fresh strain.", 3)
    assert both.length == f(19)


@pytest.mark.parametrize(("at", "begins"), [(8.9, 9.0), (9.0, 9.0), (9.2, 9.5), (9.8, 9.8), (10.0, 10.0)], ids=str)
def test_of_a_closing_that_has_begun_what_sounds_is_heard_out(timeline, part, at, begins):
    both = append_session(timeline, part, f(at))
    assert (both.moves[3].start, both.length) == (f(begins), f(begins + 9))
    assert texts(both).count("That is all.") == (2 if begins > 9 else 1)


def test_what_lasts_beyond_the_moves_is_heard_out_too(timeline, part):
    long = replace(timeline, placements=(*timeline.placements[:-1], Placement(f(8), f(1.2), Utterance("Roll."), 8)))
    assert append_session(long, part, Frames(0)).moves[3].start == f(9.2)


@pytest.fixture
def asked(landmarks) -> Transport:
    return Transport(landmarks, f(2.5)).take(Command(Action.ADD, wish=WISH))


def test_what_was_asked_for_lies_ahead_until_it_begins(asked, part, timeline):
    assert titles_ahead(asked.queue, timeline, f(2.5)) == ("More",)
    made = asked.followed_by(part)
    assert made.queue == (QueueSlot(WISH, 3),)
    both = made.landmarks.timeline
    assert [titles_ahead(made.queue, both, f(at)) for at in (2.5, 8.9, 9.0)] == [("More",), ("More",), ()]
    assert (made.at, made.state) == (f(2.5), "playing")


def test_it_is_waited_for_before_the_closing(asked, part):
    there = replace(asked, at=f(8.5))
    assert there.till == f(9)
    waiting = there.advanced(f(0.5))
    assert (waiting.at, waiting.waits, waiting.state) == (f(9), True, "playing")
    going_on = waiting.followed_by(part)
    assert (going_on.waits, going_on.till) == (False, f(18))
    assert waiting.followed_by(None).till == f(10)


def test_asked_for_in_the_closing_it_is_waited_for_at_the_end(asked, part):
    waiting = replace(asked, at=f(9.2)).advanced(f(0.8))
    assert (waiting.at, waiting.waits, waiting.state) == (f(10), True, "playing")
    assert waiting.followed_by(part).landmarks.timeline.moves[3].start == f(10)
    assert waiting.followed_by(None).advanced(0).state == "ended"


def test_what_cannot_be_had_is_told(asked, part):
    assert asked.followed_by(None) == replace(asked, queue=(), failed=("More",))
    assert asked.followed_by(part).failed == ()


def test_in_an_ended_session_nothing_follows(asked, part):
    ended = replace(asked, state="ended")
    assert ended.followed_by(part) is ended


def test_what_would_end_a_day_after_its_start_does_not_follow(asked, part):
    endless = replace(part, length=Frames(frames(DAY) - f(9)))
    assert asked.followed_by(endless) == replace(asked, queue=(), failed=("More",))


def test_what_was_taken_back_from_before_it_came_keeps_it(asked, part):
    made = asked.followed_by(part)
    assert replace(made, at=f(2.6)).back_at(asked) == made


def test_it_follows_at_another_speed_too_while_that_is_coming(asked, part, timeline):
    longer = TimelineIndex(replace(timeline, length=f(11)))
    going = asked.going_over(longer).followed_by(part)
    assert going.coming.timeline == append_session(longer.timeline, part, Frames(0))
    over = going.advanced(going.till - going.at)
    assert over.landmarks.timeline.title == "Side stretch, More"
