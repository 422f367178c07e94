"""The doses of the exercises in compiled sessions, to the second."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from voicecoach.script.library import Library
from voicecoach.timeline import Event, Timeline
from voicecoach.units import SECOND, ms

LEVELS = (0, 50, 100)
Session = Callable[..., Timeline]


def of(timeline: Timeline, kind: str, move: str | None = None) -> list[Event]:
    """All events of a kind, in one move or in the whole session."""
    return [
        event
        for event in timeline.events
        if event.kind == kind
        and (move is None or (event.move is not None and move == timeline.moves[event.move].title))
    ]


def lengths(events: list[Event]) -> list[float]:
    return [ms(event.end - event.start) / SECOND for event in events]


def said(timeline: Timeline, text: str) -> list[Event]:
    return [event for event in of(timeline, "say") if event.text == text]


@pytest.mark.parametrize(("level", "length"), [(0, 600), (50, 750), (100, 900)])
def test_ice_takes_10_to_15_minutes(session: Session, level: int, length: int) -> None:
    assert lengths(of(session("ice", level=level), "hold")) == [length]


@pytest.mark.parametrize(("level", "length"), [(0, 900), (50, 1050), (100, 1200)])
def test_heat_takes_15_to_20_minutes(session: Session, level: int, length: int) -> None:
    assert lengths(of(session("heat", level=level), "hold")) == [length]


@pytest.mark.parametrize("name", ["heat", "ice"])
@pytest.mark.parametrize("level", LEVELS)
def test_long_holds_speak_every_90_seconds(session: Session, name: str, level: int) -> None:
    timeline = session(name, level=level)
    (hold,) = of(timeline, "hold")
    spoken = [event.start for event in of(timeline, "say") if hold.start <= event.start < hold.end]
    gaps = [ms(b - a) / SECOND for a, b in pairwise([hold.start, *spoken, hold.end])]
    assert max(gaps) <= 90


def test_trigger_release_moves_on_within_60_seconds(session: Session) -> None:
    assert lengths(of(session("trigger-release", level=100), "hold")) == [60] * 6
    for level in LEVELS:
        holds = lengths(of(session("trigger-release", level=level), "hold"))
        assert len(holds) >= 2
        assert all(25 <= hold <= 60 for hold in holds)
        moved_on = said(session("trigger-release", level=level), "Move the ball to the next knot.")
        assert len(moved_on) == len(holds) - 1


@pytest.mark.parametrize("level", LEVELS)
def test_foam_roll_covers_middle_and_sides(session: Session, level: int) -> None:
    timeline = session("foam-roll", level=level)
    counts = of(timeline, "count")
    assert [count.side for count in counts] == [None, "left", "right"] * (len(counts) // 3)
    for count in counts:
        forward = [event for event in said(timeline, "forward") if count.start <= event.start < count.end]
        assert len(forward) >= 3


@pytest.mark.parametrize(("level", "length"), [(0, 20), (50, 25), (100, 30)])
def test_side_stretch_doses(session: Session, level: int, length: int) -> None:
    holds = of(session("side-stretch", level=level), "hold")
    assert lengths(holds) == [length] * 6
    assert [hold.side for hold in holds] == ["left"] * 3 + ["right"] * 3


@pytest.mark.parametrize("options", [(), ("knee-pain",)])
@pytest.mark.parametrize(("level", "length"), [(0, 20), (50, 25), (100, 30)])
def test_knee_to_chest_doses(session: Session, level: int, length: int, options: tuple[str, ...]) -> None:
    assert lengths(of(session("knee-to-chest", *options, level=level), "hold")) == [length] * 3


def test_knee_pain_changes_the_grip(session: Session) -> None:
    around, below = "Wrap both arms around your knees.", "Take hold under your knees, behind the thighs."
    assert (len(said(session("knee-to-chest"), around)), len(said(session("knee-to-chest"), below))) == (1, 0)
    for name in ("knee-to-chest", "floor-reset", "muscle-knots"):
        spared = session(name, "knee-pain")
        assert (len(said(spared, around)), len(said(spared, below))) == (0, 1)


@pytest.mark.parametrize(("level", "rounds"), [(0, 5), (50, 8), (100, 10)])
def test_cat_cow_doses(session: Session, level: int, rounds: int) -> None:
    timeline = session("cat-cow", level=level)
    (count,) = of(timeline, "count")
    turns = [event.start for event in of(timeline, "say") if count.start <= event.start < count.end]
    assert len(turns) == 2 * rounds
    assert {ms(b - a) / SECOND for a, b in pairwise([*turns, count.end])} == {5}


@pytest.mark.parametrize(("level", "times", "squeeze"), [(0, 10, 3), (50, 15, 4), (100, 20, 5)])
def test_draw_in_doses(session: Session, level: int, times: int, squeeze: int) -> None:
    timeline = session("draw-in", level=level)
    (count,) = of(timeline, "count")
    turns = [event.start for event in of(timeline, "say") if count.start <= event.start < count.end]
    assert len(turns) == 2 * times
    assert {ms(b - a) / SECOND for a, b in zip(turns[::2], turns[1::2], strict=True)} == {squeeze}
    assert min(ms(b - a) / SECOND for a, b in zip(turns[1::2], [*turns[2::2], count.end], strict=True)) >= 2


@pytest.mark.parametrize("level", LEVELS)
def test_safe_lift_is_rehearsed_slowly(session: Session, level: int) -> None:
    timeline = session("safe-lift", level=level)
    squats = [event for event in of(timeline, "say") if event.text and "quat down slowly." in event.text]
    assert 3 <= len(squats) <= 5
    assert all(ms(b.start - a.start) / SECOND >= 20 for a, b in pairwise(squats))


def test_full_session_fits_without_heat(session: Session) -> None:
    for minutes in range(15, 31):
        timeline = session("muscle-knots", minutes=minutes)
        assert abs(ms(timeline.length) - minutes * 60_000) <= SECOND, minutes
        assert keeps_doses(timeline), minutes


def test_full_session_fits_with_heat(session: Session) -> None:
    for minutes in range(30, 61):
        timeline = session("muscle-knots", "heat", minutes=minutes)
        assert abs(ms(timeline.length) - minutes * 60_000) <= SECOND, minutes
        (heat,) = lengths(of(timeline, "hold", "Heat"))
        assert 900 <= heat <= 1200, minutes
        assert keeps_doses(timeline), minutes


def keeps_doses(timeline: Timeline) -> bool:
    """Whether every timed effort of the full session is within its dose, however it was fitted."""
    presses = lengths(of(timeline, "hold", "Trigger release"))
    sides = lengths(of(timeline, "hold", "Side stretch"))
    knees = lengths(of(timeline, "hold", "Knee to chest"))
    cats = lengths(of(timeline, "count", "Cat and cow"))
    draws = lengths(of(timeline, "count", "Abdominal draw-in"))
    return (
        2 <= len(presses) <= 6
        and all(25 <= each <= 60 for each in presses)
        and (len(sides), len(knees), len(cats), len(draws)) == (6, 3, 1, 1)
        and all(20 <= each <= 30 for each in sides + knees)
        and 50 <= cats[0] <= 100
        and 50 <= draws[0] <= 160
    )


def test_desk_break_takes_6_minutes(session: Session) -> None:
    timeline = session("desk-break")
    assert abs(ms(timeline.length) - 6 * 60_000) <= SECOND
    assert {move.position for move in timeline.moves} == {"standing"}


def test_floor_reset_needs_no_props(session: Session, library: Library) -> None:
    assert library.load("floor-reset").needs == ()
    assert not [event for event in of(session("floor-reset"), "say") if event.text and "You will need" in event.text]
