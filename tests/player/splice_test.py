"""Going over to another speed: the session of conftest.py, and the same with its opening a second longer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from durations import seconds

from voicecoach.player.command import Action, Command
from voicecoach.player.timeline_edits import Splice, find_splice
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.timeline import Timeline
from voicecoach.units import Frames


def later(timeline: Timeline) -> Timeline:
    """All but the opening comes a second later."""

    def moved(each):
        return replace(each, start=Frames(each.start + seconds(1))) if each.start else each

    def until(each):
        return replace(moved(each), end=Frames(each.end + seconds(1))) if each.start else each

    return replace(
        timeline,
        length=seconds(11),
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
def test_splice_is_at_next_event(index, slower, at, leave):
    assert find_splice(index, slower, seconds(at)) == Splice(seconds(leave), seconds(leave + 1))


def test_no_splice_in_closing(index, slower):
    assert find_splice(index, slower, seconds(9.2)) is None
    assert Transport(index, seconds(9.2)).switch_to(slower) == Transport(index, seconds(9.2))


def test_session_crosses_splice(index, slower):
    going = Transport(index, seconds(2.1)).switch_to(slower)
    assert (going.at, going.index, going.play_until) == (seconds(2.1), index, seconds(5))
    assert going.advance(going.play_until - going.at) == Transport(slower, seconds(6))


def test_jump_lands_in_new_version(index, slower):
    going = Transport(index, seconds(2.1)).switch_to(slower)
    assert going.take(Command(Action.NEXT)) == Transport(slower, seconds(6))
    assert going.take(Command(Action.TOO_MUCH)) == Transport(slower, seconds(6))


def test_jump_into_hold_waits_for_splice(index, slower):
    there = Transport(index, seconds(0.2)).switch_to(slower).take(Command(Action.GO, 2500))
    assert (there.at, there.index, there.play_until) == (seconds(2.5), index, seconds(5))


def test_more_time_moves_splice(index, slower):
    longer = Transport(index, seconds(3)).switch_to(slower).take(Command(Action.MORE_TIME))
    assert longer.play_until == seconds(7)


def test_rewind_before_splice(index, slower):
    before = Transport(index, seconds(4.9)).switch_to(slower)
    over = before.advance(before.play_until - before.at).advance(480)
    back = over.rewind_to(before)
    assert (back.at, back.index, back.play_until) == (seconds(4.9), index, seconds(5))
