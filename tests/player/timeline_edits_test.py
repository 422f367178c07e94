"""Changes to the session of conftest.py while it plays: more time, an appended session, another version."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from durations import seconds

from voicecoach.choices import Choices
from voicecoach.player.command import Action, Command, QueueItem, titles_ahead
from voicecoach.player.timeline_edits import Splice, append_session, find_splice, lengthen_clock
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.routine import Routine
from voicecoach.sound.mix import Mix
from voicecoach.timeline import Placement, Timeline, Utterance
from voicecoach.units import DAY, Frames, frames


def said(timeline) -> list[tuple[float, str]]:
    return [(event.start / 48_000, event.text) for event in timeline.events if event.text]


def test_later_events_move(timeline, index):
    longer = lengthen_clock(timeline, index.clock(seconds(3.7)), seconds(3.7), seconds(2))
    assert said(longer) == [
        (0.0, "Side stretch, ten minutes."),
        (1.0, "Lean over."),
        (3.5, "Breathe into it."),
        (6.0, "two"),
        (6.5, "one"),
        (7.0, "Come up."),
        (8.0, "Cat and cow."),
        (10.0, "Roll."),
        (11.0, "That is all."),
    ]
    assert [(move.start, move.end) for move in longer.moves] == [
        (seconds(1), seconds(7)),
        (seconds(7), seconds(10)),
        (seconds(10), seconds(11)),
    ]


def test_begun_countdown_starts_anew(timeline, index):
    longer = lengthen_clock(timeline, index.clock(seconds(4.2)), seconds(4.2), seconds(2))
    assert [(at, text) for at, text in said(longer) if 3.5 < at < 7.5] == [
        (4.0, "two"),
        (6.0, "two"),
        (6.5, "one"),
        (7.0, "Come up."),
    ]


def test_placements_follow_events(timeline, index):
    longer = lengthen_clock(timeline, index.clock(seconds(4.2)), seconds(4.2), seconds(2))
    assert longer.length == seconds(12)
    for placement in longer.placements:
        event = longer.events[placement.event]
        assert (placement.start, placement.source.text) == (event.start, event.text)
    assert list(longer.events) == sorted(longer.events, key=lambda event: event.start)
    assert list(longer.placements) == sorted(longer.placements, key=lambda placement: placement.start)


WISH = QueueItem(Routine(title="More", steps=()), Choices())


def texts(timeline: Timeline) -> list[str]:
    return [event.text for event in timeline.events if event.kind == "say"]


def warned(timeline: Timeline, text: str) -> Timeline:
    """The timeline with a caution as its opening."""
    events = (replace(timeline.events[0], text=text), *timeline.events[1:])
    first = replace(timeline.placements[0], source=Utterance(text))
    return replace(timeline, title="More", events=events, placements=(first, *timeline.placements[1:]))


@pytest.fixture(scope="session")
def part(timeline) -> Timeline:
    return replace(timeline, title="More")


@pytest.fixture(scope="session")
def both(timeline, part) -> Timeline:
    return append_session(timeline, part, Frames(0))


def test_one_opening_and_one_closing(both, clip, mix):
    assert texts(both).count("Side stretch, ten minutes.") == texts(both).count("That is all.") == 1
    assert (both.title, both.length) == ("Side stretch, More", seconds(18))
    got, whole = Mix(both, clip).read(0, both.length), mix.read(0, mix.length)
    np.testing.assert_array_equal(got, np.concatenate([whole[: seconds(9)], whole[seconds(1) :]]))


def test_needs_and_cautions_are_united(timeline):
    first = replace(timeline, needs=("wall", "ball"), cautions=("Not on a fresh strain.",))
    both = append_session(first, replace(first, needs=("Wall", "chair"), cautions=("Slowly.",)), Frames(0))
    assert both.needs == ("wall", "ball", "chair")
    assert both.cautions == ("Not on a fresh strain.", "Slowly.")


def test_appended_moves_keep_their_events(both):
    assert [(move.title, move.start) for move in both.moves[2:5]] == [
        ("Roll", seconds(8)),
        ("Lean", seconds(9)),
        ("Cat and cow", seconds(13)),
    ]
    assert {event.move for event in both.events if seconds(9) <= event.start < seconds(13)} == {3}
    assert both.events[-1].move is None
    for placed in both.placements:
        assert both.events[placed.event].text == placed.source.text
        assert both.events[placed.event].start == placed.start


def test_new_caution_opens_first_move(timeline):
    both = append_session(timeline, warned(timeline, "Not on a fresh strain."), Frames(0))
    marks = TimelineIndex(both)
    assert both.moves[3].start == seconds(9)
    assert (marks.cue(seconds(9.1)).text, marks.cue(seconds(9.1)).move) == ("Not on a fresh strain.", 3)
    assert both.length == seconds(19)


@pytest.mark.parametrize(("at", "begins"), [(8.9, 9.0), (9.0, 9.0), (9.2, 9.5), (9.8, 9.8), (10.0, 10.0)], ids=str)
def test_begun_closing_sounds_to_its_end(timeline, part, at, begins):
    both = append_session(timeline, part, seconds(at))
    assert (both.moves[3].start, both.length) == (seconds(begins), seconds(begins + 9))
    assert texts(both).count("That is all.") == (2 if begins > 9 else 1)


def test_overlong_clip_sounds_to_its_end(timeline, part):
    long = replace(
        timeline, placements=(*timeline.placements[:-1], Placement(seconds(8), seconds(1.2), Utterance("Roll."), 8))
    )
    assert append_session(long, part, Frames(0)).moves[3].start == seconds(9.2)


@pytest.fixture
def asked(index) -> Transport:
    return Transport(index, seconds(2.5)).take(Command(Action.ADD, item=WISH))


def test_item_is_ahead_until_it_begins(asked, part, timeline):
    assert titles_ahead(asked.queue, timeline, seconds(2.5)) == ("More",)
    made = asked.append(part)
    assert made.queue == (replace(WISH, first_move=3),)
    both = made.timeline
    assert [titles_ahead(made.queue, both, seconds(at)) for at in (2.5, 8.9, 9.0)] == [("More",), ("More",), ()]
    assert (made.at, made.state) == (seconds(2.5), "playing")


def test_session_waits_before_closing(asked, part):
    there = replace(asked, at=seconds(8.5))
    assert there.play_until == seconds(9)
    waiting = there.advance(seconds(0.5))
    assert (waiting.at, waiting.awaits_queue, waiting.state) == (seconds(9), True, "playing")
    going_on = waiting.append(part)
    assert (going_on.awaits_queue, going_on.play_until) == (False, seconds(18))
    assert waiting.append(None).play_until == seconds(10)


def test_session_waits_at_end(asked, part):
    waiting = replace(asked, at=seconds(9.2)).advance(seconds(0.8))
    assert (waiting.at, waiting.awaits_queue, waiting.state) == (seconds(10), True, "playing")
    assert waiting.append(part).timeline.moves[3].start == seconds(10)
    assert waiting.append(None).advance(0).state == "ended"


def test_failed_item_leaves_queue(asked, part):
    assert asked.append(None) == replace(asked, queue=(), failed=("More",))
    assert asked.append(part).failed == ()


def test_ended_session_takes_no_part(asked, part):
    ended = replace(asked, state="ended")
    assert ended.append(part) is ended


def test_part_beyond_a_day_fails(asked, part):
    endless = replace(part, length=Frames(frames(DAY) - seconds(9)))
    assert asked.append(endless) == replace(asked, queue=(), failed=("More",))


def test_rewind_keeps_appended_part(asked, part):
    made = asked.append(part)
    assert replace(made, at=seconds(2.6)).rewind_to(asked) == made


def test_part_follows_next_version_too(asked, part, timeline):
    longer = TimelineIndex(replace(timeline, length=seconds(11)))
    going = asked.switch_to(longer).append(part)
    assert going.next_index.timeline == append_session(longer.timeline, part, Frames(0))
    over = going.advance(going.play_until - going.at)
    assert over.timeline.title == "Side stretch, More"


def later(timeline: Timeline) -> Timeline:
    """The timeline with everything but the opening a second later."""

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
