"""The doses of the facts against compiled sessions: what the listener really gets, to the second."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from voicecoach.timeline import Event, Timeline
from voicecoach.units import SECOND, ms

LEVELS = (0, 50, 100)
Session = Callable[..., Timeline]


def of(timeline: Timeline, kind: str, move: str | None = None) -> list[Event]:
    """All events of a kind, in one move or in all."""
    return [
        event
        for event in timeline.events
        if event.kind == kind
        and (move is None or (event.move is not None and move == timeline.moves[event.move].title))
    ]


def seconds(events: list[Event]) -> list[float]:
    return [ms(event.end - event.start) / SECOND for event in events]


def said(timeline: Timeline, text: str) -> list[Event]:
    return [event for event in of(timeline, "say") if event.text == text]


@pytest.mark.parametrize(("level", "length"), [(0, 600), (50, 750), (100, 900)])
def test_ice_lies_10_to_15_minutes(session: Session, level: int, length: int) -> None:
    assert seconds(of(session("ice", level=level), "hold")) == [length]


@pytest.mark.parametrize(("level", "length"), [(0, 900), (50, 1050), (100, 1200)])
def test_heat_lies_15_to_20_minutes(session: Session, level: int, length: int) -> None:
    assert seconds(of(session("heat", level=level), "hold")) == [length]


@pytest.mark.parametrize("name", ["heat", "ice"])
@pytest.mark.parametrize("level", LEVELS)
def test_who_lies_still_hears_each_minute_and_a_half_that_it_goes_on(session: Session, name: str, level: int) -> None:
    timeline = session(name, level=level)
    (hold,) = of(timeline, "hold")
    told = [event.start for event in of(timeline, "say") if hold.start <= event.start < hold.end]
    gaps = [ms(b - a) / SECOND for a, b in pairwise([hold.start, *told, hold.end])]
    assert max(gaps) <= 90


def test_trigger_release_presses_up_to_60_seconds_on_a_spot_then_moves_on(session: Session) -> None:
    assert seconds(of(session("trigger-release", level=100), "hold")) == [60] * 6
    for level in LEVELS:
        holds = seconds(of(session("trigger-release", level=level), "hold"))
        assert len(holds) >= 2
        assert all(25 <= hold <= 60 for hold in holds)
        moved_on = said(session("trigger-release", level=level), "Move the ball to the next knot.")
        assert len(moved_on) == len(holds) - 1


@pytest.mark.parametrize("level", LEVELS)
def test_foam_roll_passes_several_times_in_the_middle_then_on_each_side(session: Session, level: int) -> None:
    timeline = session("foam-roll", level=level)
    counts = of(timeline, "count")
    assert [count.side for count in counts] == [None, "left", "right"] * (len(counts) // 3)
    for count in counts:
        forward = [event for event in said(timeline, "forward") if count.start <= event.start < count.end]
        assert len(forward) >= 3


@pytest.mark.parametrize(("level", "length"), [(0, 20), (50, 25), (100, 30)])
def test_side_stretch_holds_20_to_30_seconds_3_times_each_side(session: Session, level: int, length: int) -> None:
    holds = of(session("side-stretch", level=level), "hold")
    assert seconds(holds) == [length] * 6
    assert [hold.side for hold in holds] == ["left"] * 3 + ["right"] * 3


@pytest.mark.parametrize("options", [(), ("knee-pain",)])
@pytest.mark.parametrize(("level", "length"), [(0, 20), (50, 25), (100, 30)])
def test_knee_to_chest_holds_20_to_30_seconds_3_times(
    session: Session, level: int, length: int, options: tuple[str, ...]
) -> None:
    assert seconds(of(session("knee-to-chest", *options, level=level), "hold")) == [length] * 3


def test_sore_knees_are_held_from_below(session: Session) -> None:
    around, below = "Wrap both arms around your knees.", "Take hold under your knees, behind the thighs."
    assert (len(said(session("knee-to-chest"), around)), len(said(session("knee-to-chest"), below))) == (1, 0)
    for name in ("knee-to-chest", "floor-reset", "muscle-knots"):
        spared = session(name, "knee-pain")
        assert (len(said(spared, around)), len(said(spared, below))) == (0, 1)


@pytest.mark.parametrize(("level", "rounds"), [(0, 5), (50, 8), (100, 10)])
def test_cat_and_cow_take_5_seconds_each_way_5_to_10_rounds(session: Session, level: int, rounds: int) -> None:
    timeline = session("cat-cow", level=level)
    (count,) = of(timeline, "count")
    turns = [event.start for event in of(timeline, "say") if count.start <= event.start < count.end]
    assert len(turns) == 2 * rounds
    assert {ms(b - a) / SECOND for a, b in pairwise([*turns, count.end])} == {5}


@pytest.mark.parametrize(("level", "times", "squeeze"), [(0, 10, 3), (50, 15, 4), (100, 20, 5)])
def test_draw_in_squeezes_3_to_5_seconds_10_to_20_times(session: Session, level: int, times: int, squeeze: int) -> None:
    timeline = session("draw-in", level=level)
    (count,) = of(timeline, "count")
    turns = [event.start for event in of(timeline, "say") if count.start <= event.start < count.end]
    assert len(turns) == 2 * times
    assert {ms(b - a) / SECOND for a, b in zip(turns[::2], turns[1::2], strict=True)} == {squeeze}
    assert min(ms(b - a) / SECOND for a, b in zip(turns[1::2], [*turns[2::2], count.end], strict=True)) >= 2


@pytest.mark.parametrize("level", LEVELS)
def test_safe_lift_is_rehearsed_a_few_times_and_slowly(session: Session, level: int) -> None:
    timeline = session("safe-lift", level=level)
    squats = [event for event in of(timeline, "say") if event.text and "quat down slowly." in event.text]
    assert 3 <= len(squats) <= 5
    assert all(ms(b.start - a.start) / SECOND >= 20 for a, b in pairwise(squats))


@pytest.mark.parametrize("minutes", range(15, 31))
def test_the_full_session_fits_15_to_30_minutes_without_heat(session: Session, minutes: int) -> None:
    timeline = session("muscle-knots", minutes=minutes)
    assert abs(ms(timeline.length) - minutes * 60_000) <= SECOND
    assert doses_kept(timeline)


@pytest.mark.parametrize("minutes", range(30, 61))
def test_the_full_session_fits_30_to_60_minutes_with_heat(session: Session, minutes: int) -> None:
    timeline = session("muscle-knots", "heat", minutes=minutes)
    assert abs(ms(timeline.length) - minutes * 60_000) <= SECOND
    (heat,) = seconds(of(timeline, "hold", "Heat"))
    assert 900 <= heat <= 1200
    assert doses_kept(timeline)


def doses_kept(timeline: Timeline) -> bool:
    """Whether every timed effort of the full session is within its dose, however it was stretched."""
    presses = seconds(of(timeline, "hold", "Trigger release"))
    sides = seconds(of(timeline, "hold", "Side stretch"))
    knees = seconds(of(timeline, "hold", "Knee to chest"))
    cats = seconds(of(timeline, "count", "Cat and cow"))
    draws = seconds(of(timeline, "count", "Abdominal draw-in"))
    return (
        2 <= len(presses) <= 6
        and all(25 <= each <= 60 for each in presses)
        and (len(sides), len(knees), len(cats), len(draws)) == (6, 3, 1, 1)
        and all(20 <= each <= 30 for each in sides + knees)
        and 50 <= cats[0] <= 100
        and 50 <= draws[0] <= 160
    )


def test_the_desk_break_takes_6_minutes_when_nobody_says(session: Session) -> None:
    timeline = session("desk-break")
    assert abs(ms(timeline.length) - 6 * 60_000) <= SECOND
    assert {move.position for move in timeline.moves} == {"standing"}


def test_the_floor_reset_needs_no_props(session: Session, library) -> None:
    assert library.load("floor-reset").needs == ()
    assert not [event for event in of(session("floor-reset"), "say") if event.text and "You will need" in event.text]
