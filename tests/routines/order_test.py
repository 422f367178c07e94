"""The order of things: what comes first, who stands up when, and time to do what was said."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from voicecoach import resources
from voicecoach.routine import Use, used_routines
from voicecoach.script.library import Library
from voicecoach.timeline import Event, Timeline
from voicecoach.units import SECOND, ms

BUILT_IN = sorted(Library((resources.bundled_folder("scripts"),)).paths())
LEVELS = (0, 50, 100)
CLOCKS = ("hold", "count", "breathe")
Session = Callable[..., Timeline]


def choices(name: str) -> list[tuple[str, ...]]:
    """Nothing chosen, and each option by itself."""
    library = Library((resources.bundled_folder("scripts"),))
    return [(), *((option,) for option in sorted(library.load(name).reachable_options))]


EVERY_WAY = [(name, options, level) for name in BUILT_IN for options in choices(name) for level in LEVELS]


def titles(timeline: Timeline) -> list[str]:
    """The moves in order, each once."""
    return list(dict.fromkeys(move.title for move in timeline.moves))


def test_the_full_session_keeps_the_order_of_the_facts(session: Session) -> None:
    order = ["Trigger release", "Foam roll", "Knee to chest", "Cat and cow", "Abdominal draw-in"]
    last = ["Side stretch", "Safe lift"]
    assert [move for move in titles(session("muscle-knots")) if move in order + last] == order + last
    warm = titles(session("muscle-knots", "heat"))
    assert [move for move in warm if move in ["Heat", *order, *last]] == ["Heat", *order, *last]


@pytest.mark.parametrize("name", BUILT_IN)
def test_nobody_stands_up_twice_nor_lies_down_again(session: Session, name: str) -> None:
    for options in choices(name):
        standing = [move.position == "standing" for move in session(name, *options).moves]
        assert standing == sorted(standing), "once up, stay up"


def test_ice_is_never_mixed_with_heat(library: Library) -> None:
    for name in BUILT_IN:
        assert "ice" not in {used.name for used in used_routines(library.load(name).steps)}
    heat = [
        step for step in library.load("muscle-knots").steps if isinstance(step, Use) and step.routine.name == "heat"
    ]
    assert [step.when for step in heat] == ["heat"]


@pytest.mark.parametrize("intro", [True, False])
@pytest.mark.parametrize(("name", "options", "level"), EVERY_WAY)
def test_the_caution_is_heard_before_any_effort(
    session: Session, library: Library, name: str, options: tuple[str, ...], level: int, intro: bool
) -> None:
    timeline = session(name, *options, level=level, intro=intro)
    caution = next(event for event in timeline.events if event.text == library.load(name).caution)
    assert all(event.start > caution.end for event in timeline.events if event.kind in CLOCKS)
    assert all(event.move is None for event in timeline.events if event.start < caution.end)


LONG_WAY = re.compile(r"\b([Ll]ie (flat )?on|Come onto|[Cc]ome slowly up|Roll onto|push it away|[Ss]it tall near)\b")
"""Words that ask for the whole body to be moved elsewhere."""


@pytest.mark.parametrize(("name", "options", "level"), EVERY_WAY)
def test_what_is_asked_for_can_be_done_before_the_next_words(
    session: Session, name: str, options: tuple[str, ...], level: int
) -> None:
    for event, gap in gaps_after_words(session(name, *options, level=level)):
        text = event.text or ""
        assert gap >= (5 if LONG_WAY.search(text) else 1), text


def gaps_after_words(timeline: Timeline) -> list[tuple[Event, float]]:
    """Each instruction of a move that stands outside a clock, and the seconds until the next sound."""
    clocks = [event for event in timeline.events if event.kind in CLOCKS]
    heard = [event for event in timeline.events if event.kind in ("say", "chime")]
    return [
        (event, ms(after.start - event.end) / SECOND)
        for event, after in pairwise(heard)
        if event.kind == "say"
        and event.move is not None
        and not any(clock.start <= event.start < clock.end for clock in clocks)
    ]


@pytest.mark.parametrize(("name", "options", "level"), EVERY_WAY)
def test_nobody_lies_in_silence_for_longer_than_a_minute_and_a_half_but_to_rest(
    session: Session, name: str, options: tuple[str, ...], level: int
) -> None:
    timeline = session(name, *options, level=level)
    heard = [event for event in timeline.events if event.kind in ("say", "chime")]
    rests = [event for event in timeline.events if event.kind == "hold" and is_rest(timeline, event)]
    for event, after in pairwise(heard):
        if not any(event.end <= rest.start and rest.end <= after.start for rest in rests):
            assert ms(after.start - event.end) / SECOND <= 90, event.text


def is_rest(timeline: Timeline, hold: Event) -> bool:
    """A quiet hold: no chime ends it."""
    return not any(event.kind == "chime" and event.start == hold.end for event in timeline.events)


@pytest.mark.parametrize(("name", "options", "level"), EVERY_WAY)
def test_every_cue_finds_room(session: Session, name: str, options: tuple[str, ...], level: int) -> None:
    assert session(name, *options, level=level).left_out == ()
