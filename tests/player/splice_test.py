"""Going over to another speed: the session of conftest.py, and the same with its opening a second longer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from voicecoach.player.command import Action, Command
from voicecoach.player.timeline_edits import Splice, find_splice
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.timeline import Timeline
from voicecoach.units import Frames, Ms, frames


def f(seconds: float) -> Frames:
    return frames(Ms(round(1000 * seconds)))


def later(timeline: Timeline) -> Timeline:
    """All but the opening comes a second later."""

    def moved(each):
        return replace(each, start=Frames(each.start + f(1))) if each.start else each

    def until(each):
        return replace(moved(each), end=Frames(each.end + f(1))) if each.start else each

    return replace(
        timeline,
        length=f(11),
        placements=tuple(map(moved, timeline.placements)),
        events=tuple(map(until, timeline.events)),
        moves=tuple(map(until, timeline.moves)),
    )


@pytest.fixture(scope="session")
def slower(timeline) -> TimelineIndex:
    return TimelineIndex(later(timeline))


@pytest.mark.parametrize(
    ("at", "leave"),
    [
        pytest.param(0.2, 1.0, id="in the opening: where the first cue begins"),
        pytest.param(1.0, 1.0, id="at a cue: there"),
        pytest.param(1.2, 2.0, id="in a cue: where the hold begins"),
        pytest.param(2.1, 5.0, id="in a hold: after it, not at what is said in it"),
    ],
)
def test_a_seam_is_where_the_next_thing_begins(landmarks, slower, at, leave):
    assert find_splice(landmarks, slower, f(at)) == Splice(f(leave), f(leave + 1))


def test_in_the_closing_words_there_is_none_left(landmarks, slower):
    assert find_splice(landmarks, slower, f(9.2)) is None
    assert Transport(landmarks, f(9.2)).going_over(slower) == Transport(landmarks, f(9.2))


def test_the_session_plays_on_to_the_seam_and_over_it(landmarks, slower):
    going = Transport(landmarks, f(2.1)).going_over(slower)
    assert (going.at, going.landmarks, going.till) == (f(2.1), landmarks, f(5))
    assert going.advanced(going.till - going.at) == Transport(slower, f(6))


def test_a_jump_lands_in_the_new_one_at_once(landmarks, slower):
    going = Transport(landmarks, f(2.1)).going_over(slower)
    assert going.take(Command(Action.NEXT)) == Transport(slower, f(6))
    assert going.take(Command(Action.TOO_MUCH)) == Transport(slower, f(6))


def test_a_jump_into_the_middle_goes_over_at_its_own_next_seam(landmarks, slower):
    there = Transport(landmarks, f(0.2)).going_over(slower).take(Command(Action.GO, 2500))
    assert (there.at, there.landmarks, there.till) == (f(2.5), landmarks, f(5))


def test_more_time_moves_the_seam(landmarks, slower):
    longer = Transport(landmarks, f(3)).going_over(slower).take(Command(Action.MORE_TIME))
    assert longer.till == f(7)


def test_what_was_taken_back_before_the_seam_is_before_it_again(landmarks, slower):
    before = Transport(landmarks, f(4.9)).going_over(slower)
    over = before.advanced(before.till - before.at).advanced(480)
    back = over.back_at(before)
    assert (back.at, back.landmarks, back.till) == (f(4.9), landmarks, f(5))
