"""The order of a session, and enough time for every instruction."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise, product

import pytest

from voicecoach import resources
from voicecoach.routine import Use, used_routines
from voicecoach.script.library import Library
from voicecoach.timeline import Event, Timeline
from voicecoach.units import SECOND, ms

LIBRARY = Library((resources.bundled_folder("scripts"),))
BUILT_IN = sorted(LIBRARY.paths())
LEVELS = (0, 50, 100)
TIMED = ("hold", "count", "breathe")
Session = Callable[..., Timeline]

WAYS = {
    name: list(product([(), *((option,) for option in sorted(LIBRARY.load(name).reachable_options))], LEVELS))
    for name in BUILT_IN
}
"""For each routine, without options and with each of them, every level."""


def titles(timeline: Timeline) -> list[str]:
    """The titles of the moves in order, each once."""
    return list(dict.fromkeys(move.title for move in timeline.moves))


def test_full_session_order(session: Session) -> None:
    order = ["Trigger release", "Foam roll", "Knee to chest", "Cat and cow", "Abdominal draw-in"]
    last = ["Side stretch", "Safe lift"]
    assert [move for move in titles(session("muscle-knots")) if move in order + last] == order + last
    warm = titles(session("muscle-knots", "heat"))
    assert [move for move in warm if move in ["Heat", *order, *last]] == ["Heat", *order, *last]


@pytest.mark.parametrize("name", BUILT_IN)
def test_listener_stands_up_once(session: Session, name: str) -> None:
    for options, level in WAYS[name]:
        standing = [move.position == "standing" for move in session(name, *options, level=level).moves]
        assert standing == sorted(standing)


def test_ice_and_heat_never_mix() -> None:
    for name in BUILT_IN:
        assert "ice" not in {used.name for used in used_routines(LIBRARY.load(name).steps)}
    heat = [
        step for step in LIBRARY.load("muscle-knots").steps if isinstance(step, Use) and step.routine.name == "heat"
    ]
    assert [step.when for step in heat] == ["heat"]


@pytest.mark.parametrize("intro", [True, False])
@pytest.mark.parametrize("name", BUILT_IN)
def test_caution_comes_before_any_effort(session: Session, name: str, intro: bool) -> None:
    for options, level in WAYS[name]:
        timeline = session(name, *options, level=level, intro=intro)
        caution = next(event for event in timeline.events if event.text == LIBRARY.load(name).caution)
        assert all(event.start > caution.end for event in timeline.events if event.kind in TIMED)
        assert all(event.move is None for event in timeline.events if event.start < caution.end)


CHANGE_OF_POSITION = re.compile(
    r"\b([Ll]ie (flat )?on|Come onto|[Cc]ome slowly up|Roll onto|push it away|[Ss]it tall near)\b"
)


@pytest.mark.parametrize("name", BUILT_IN)
def test_instructions_leave_time_to_follow(session: Session, name: str) -> None:
    for options, level in WAYS[name]:
        for event, gap in gaps_after_instructions(session(name, *options, level=level)):
            text = event.text or ""
            assert gap >= (5 if CHANGE_OF_POSITION.search(text) else 1), (text, options, level)


def gaps_after_instructions(timeline: Timeline) -> list[tuple[Event, float]]:
    """Each instruction of a move outside timed steps, and the seconds until the next sound."""
    timed = [event for event in timeline.events if event.kind in TIMED]
    heard = [event for event in timeline.events if event.kind in ("say", "chime")]
    return [
        (event, ms(after.start - event.end) / SECOND)
        for event, after in pairwise(heard)
        if event.kind == "say"
        and event.move is not None
        and not any(step.start <= event.start < step.end for step in timed)
    ]


@pytest.mark.parametrize("name", BUILT_IN)
def test_silence_never_exceeds_90_seconds_outside_rests(session: Session, name: str) -> None:
    for options, level in WAYS[name]:
        timeline = session(name, *options, level=level)
        heard = [event for event in timeline.events if event.kind in ("say", "chime")]
        rests = [event for event in timeline.events if event.kind == "hold" and is_rest(timeline, event)]
        for event, after in pairwise(heard):
            if not any(event.end <= rest.start and rest.end <= after.start for rest in rests):
                assert ms(after.start - event.end) / SECOND <= 90, (event.text, options, level)


def is_rest(timeline: Timeline, hold: Event) -> bool:
    """Whether this is a quiet hold, which no chime ends."""
    return not any(event.kind == "chime" and event.start == hold.end for event in timeline.events)


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_cue_fits(session: Session, name: str) -> None:
    assert [way for way in WAYS[name] if session(name, *way[0], level=way[1]).left_out] == []
