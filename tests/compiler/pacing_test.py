"""Levels and speed: the values that they give to ranges and silences."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from voicecoach.compiler.pacing import Pacing
from voicecoach.routine import Range
from voicecoach.timeline import Timeline
from voicecoach.units import FRAMES_PER_MS, SAMPLE_RATE

Session = Callable[..., Timeline]
Seconds = Callable[..., list[float]]
EVERYTHING = """
    - say: Ten chars.
    - say: Ten chars.
      then: 4 s
    - pause: 2 s
    - wait: 10 s
    - chime: done
    - hold: 20 s
      cues: {at 5 s: Ten chars.}
    - count: 2
      phases: {squeeze: 3 s, relax: 2 s}
    - breathe: {in: 3 s, out: 3 s}
      rounds: 1
"""


@pytest.mark.parametrize(
    ("range_", "level", "time"),
    [
        ((20_000, 30_000), 0, 20_000),
        ((20_000, 30_000), 50, 25_000),
        ((20_000, 30_000), 100, 30_000),
        ((20_000, 25_000), 50, 23_000),  # 22.5 s, half up
        ((20_000, 25_000), 49, 22_000),
        ((1_500, 1_500), 50, 1_500),  # no range: as written
        ((20_600, 30_400), 0, 20_600),  # the ends are exact
        ((20_600, 30_400), 1, 21_000),  # between them whole seconds, within the range
        ((20_600, 30_400), 99, 30_000),
        ((20_600, 30_400), 100, 30_400),
        ((2_500, 7_250), 100, 7_250),
        ((2_200, 2_600), 0, 2_200),
        ((2_200, 2_600), 50, 2_400),  # no whole second inside: tenths
        ((2_210, 2_280), 50, 2_250),  # hundredths
        ((2_211, 2_213), 50, 2_212),
        ((2_211, 2_212), 49, 2_211),
    ],
)
def test_level_rounds_times_half_up(range_: tuple[int, int], level: int, time: int) -> None:
    assert Pacing(level).time(Range(*range_)) == time


@pytest.mark.parametrize(("level", "number"), [(0, 5), (10, 6), (9, 5), (50, 8), (100, 10)])
def test_level_rounds_repetitions_half_up(level: int, number: int) -> None:
    assert Pacing(level).repetitions(Range(5, 10)) == number


@pytest.mark.parametrize(
    ("level", "holds", "pauses"),
    [(0, [20, 20], [5]), (None, [40, 40, 40], [13, 13]), (100, [60, 60, 60, 60], [20, 20, 20])],
)
def test_level_sets_every_range(
    session: Session, event_seconds: Seconds, level: int | None, holds: list[int], pauses: list[int]
) -> None:
    timeline = session(
        """
        - repeat: 2-4
          between:
            - pause: 5-20 s
          steps:
            - hold: 20-60 s
    """,
        level=level,
    )
    assert event_seconds(timeline, "hold") == holds
    assert event_seconds(timeline, "pause") == pauses
    assert timeline.level == (50 if level is None else level)


@pytest.mark.parametrize("level", [0, 100])
def test_end_levels_are_range_ends(session: Session, level: int) -> None:
    timeline = session("- hold: 20-40 s\n- count: 2-6\n  each: 1-5 s", level=level)
    efforts = [(event.end - event.start) // SAMPLE_RATE for event in timeline.events if event.kind in ("hold", "count")]
    assert efforts == ([20, 2] if level == 0 else [40, 30])


RANGED_TIMES = """
    - say: Down.
      then: 0.5-1.75 s
    - wait: 20.6-30.4 s
    - pause: 2.5-7.25 s
    - hold: 2.5-7.25 s
    - count: 1
      each: 2.5-7.25 s
    - count: 2
      phases: {squeeze: 2.2-2.6 s, relax: 2 s}
    - breathe: {in: 2.5-3.75 s, out: 4 s}
      rounds: 1
    - breathe: {in: 1 s, out: 1 s}
      for: 20.6-30.4 s
"""


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (0, [0.5, 20.6, 2.5, 2.5, 2.5, 8.4, 6.5, 20.6]),
        (50, [1, 26, 5, 5, 5, 8.8, 7, 26]),
        (100, [1.75, 30.4, 7.25, 7.25, 7.25, 9.2, 7.75, 30.4]),
    ],
)
def test_range_ends_are_exact(session: Session, silences: Seconds, level: int, expected: list[float]) -> None:
    timeline = session(RANGED_TIMES, level=level)
    timed = [event for event in timeline.events if event.pos and event.kind not in ("say", "chime")]
    assert [silences(timeline)[0], *((event.end - event.start) / SAMPLE_RATE for event in timed)] == expected


def lengths(timeline: Timeline) -> list[tuple[str, float]]:
    """Every event of the script with its length in seconds."""
    events = [event for event in timeline.events if event.pos]
    return [(event.text or event.sound or event.kind, (event.end - event.start) / SAMPLE_RATE) for event in events]


def test_half_speed_slows_speech_not_efforts(session: Session, silences: Seconds) -> None:
    slow = session(EVERYTHING, speed=50)
    assert silences(slow)[:2] == [2, 8]
    assert lengths(slow) == [
        ("Ten chars.", 2),
        ("Ten chars.", 2),
        ("pause", 4),
        ("wait", 20),
        ("done", 0.5),
        ("hold", 20),
        ("start", 0.5),
        ("Ten chars.", 2),
        ("3", 0.1),
        ("2", 0.1),
        ("1", 0.1),
        ("end", 0.5),
        ("count", 10),
        ("squeeze", 0.7),
        ("relax", 0.5),
        ("squeeze", 0.7),
        ("relax", 0.5),
        ("breathe", 6),
        ("Breathe in", 1),
        ("Breathe out", 1.1),
    ]


def test_double_speed_shortens_speech_and_silence(session: Session, silences: Seconds) -> None:
    fast = session(EVERYTHING, speed=200)
    assert silences(fast)[:2] == [0.5, 2]
    assert lengths(fast)[:6] == [
        ("Ten chars.", 0.5),
        ("Ten chars.", 0.5),
        ("pause", 1),
        ("wait", 5),
        ("done", 0.5),
        ("hold", 20),
    ]


def test_uneven_speed_keeps_whole_milliseconds(session: Session, event_seconds: Seconds) -> None:
    timeline = session("- pause: 1 s\n- pause: 10 s", speed=75)
    assert [round(length, 3) for length in event_seconds(timeline, "pause")] == [1.333, 13.333]
    assert all(event.start % FRAMES_PER_MS == 0 for event in timeline.events)
