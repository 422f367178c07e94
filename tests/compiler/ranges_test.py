"""How ranges become numbers: levels, lengths in minutes, speed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from textwrap import dedent

import pytest

from voicecoach.compiler import Choices
from voicecoach.compiler.ranges import Pacing
from voicecoach.errors import ChoiceError
from voicecoach.routine import Range
from voicecoach.timeline import Event, Timeline
from voicecoach.units import FRAMES_PER_MS, SAMPLE_RATE

Session = Callable[..., Timeline]
MINUTE = 60 * SAMPLE_RATE
RANGED = """
    - repeat: 2-4
      between:
        - pause: 5-20 s
      steps:
        - say: Slide down the wall.
          then: 3-5 s
        - hold: 20-60 s
        - say: Push yourself up.
"""


def lasting(timeline: Timeline, kind: str) -> list[float]:
    """How long each event of a kind is, in seconds."""
    return [(event.end - event.start) / SAMPLE_RATE for event in timeline.events if event.kind == kind]


def silences(timeline: Timeline) -> list[float]:
    """What lies between each text of the script and what comes next, in seconds."""
    events = [event for event in timeline.events if event.pos]
    return [(after.start - event.end) / SAMPLE_RATE for event, after in pairwise(events) if event.kind == "say"]


@pytest.mark.parametrize(
    ("range_", "level", "time"),
    [
        ((20_000, 30_000), 0, 20_000),
        ((20_000, 30_000), 50, 25_000),
        ((20_000, 30_000), 100, 30_000),
        ((20_000, 25_000), 50, 23_000),  # 22.5 s, half up
        ((20_000, 25_000), 49, 22_000),
        ((1_500, 1_500), 50, 1_500),  # no range: as written
        ((1_200, 1_400), 50, 1_200),  # never outside the range
    ],
)
def test_a_level_is_a_share_of_the_way_rounded_half_up_to_whole_seconds(
    range_: tuple[int, int], level: int, time: int
) -> None:
    assert Pacing(level).time(Range(*range_)) == time


@pytest.mark.parametrize(("level", "number"), [(0, 5), (10, 6), (9, 5), (50, 8), (100, 10)])
def test_repetitions_are_rounded_half_up_too(level: int, number: int) -> None:
    assert Pacing(level).repetitions(Range(5, 10)) == number


@pytest.mark.parametrize(
    ("level", "holds", "pauses"),
    [(0, [20, 20], [5]), (None, [40, 40, 40], [13, 13]), (100, [60, 60, 60, 60], [20, 20, 20])],
)
def test_a_level_sets_every_range(session: Session, level: int | None, holds: list[int], pauses: list[int]) -> None:
    timeline = session(RANGED, level=level)
    assert lasting(timeline, "hold") == holds
    assert lasting(timeline, "pause") == pauses
    assert timeline.level == (50 if level is None else level)


@pytest.mark.parametrize("minutes", [1.2, 1.5, 2, 2.5, 3, 3.3, 4, 5, 5.5])
def test_minutes_are_kept_within_a_second(session: Session, minutes: float) -> None:
    timeline = session(RANGED, minutes=minutes)
    assert abs(timeline.length - minutes * MINUTE) <= SAMPLE_RATE


def test_what_a_level_leaves_goes_to_ranged_holds_before_any_silence_in_whole_seconds(session: Session) -> None:
    steps = "- repeat: 3\n  steps:\n    - say: Down.\n    - hold: 20-120 s\n    - pause: 10 s"
    middle = session(steps)
    assert lasting(middle, "hold") == [70, 70, 70]
    longer = session(steps, minutes=(middle.length / SAMPLE_RATE + 2) / 60)
    assert sorted(lasting(longer, "hold")) == [70, 71, 71]
    assert lasting(longer, "pause") == [10, 10, 10]


def test_then_silences_give_at_most_five_seconds_each(session: Session) -> None:
    steps = "- say: Down.\n  then: 8 s\n- say: And\n  then: 0 s\n- say: up.\n- pause: 10 s"
    plain = session(steps)
    assert silences(plain) == [8, 0, 1]
    longest = session(steps, minutes=(plain.length / SAMPLE_RATE + 15) / 60)
    assert silences(longest) == [13, 0, 6]  # what is said to follow at once, does
    assert lasting(longest, "pause") == [15]
    shortest = session(steps, minutes=(plain.length / SAMPLE_RATE - 9) / 60)
    assert silences(shortest) == [4, 0, 1]  # never below a half, and never below a settle pause
    assert lasting(shortest, "pause") == [5]


def test_ranges_bound_what_is_stretched(session: Session) -> None:
    steps = "- say: Down.\n  then: 3-5 s\n- pause: 10-12 s\n- hold: 20-22 s"
    with pytest.raises(ChoiceError) as refused:
        session(steps, minutes=10)
    longest = session(steps, level=100).length
    assert f"and {longest // SAMPLE_RATE // 60}:{(longest + SAMPLE_RATE // 2) // SAMPLE_RATE % 60:02}" in str(
        refused.value
    )


@pytest.mark.parametrize("minutes", [0.5, 30])
def test_out_of_reach_names_both_ends(session: Session, minutes: float) -> None:
    with pytest.raises(ChoiceError, match=r"--minutes: out of reach \(\d+:\d\d\), allowed is between 1:12 and 6:11"):
        session(RANGED, minutes=minutes)


def test_both_ends_can_be_had(session: Session) -> None:
    with pytest.raises(ChoiceError) as refused:
        session(RANGED, minutes=30)
    words = str(refused.value).split()
    for end in (words[-3], words[-1]):
        minutes, seconds = map(int, end.split(":"))
        assert (
            abs(session(RANGED, minutes=minutes + seconds / 60).length - (minutes * 60 + seconds) * SAMPLE_RATE)
            <= SAMPLE_RATE
        )


def test_a_length_that_no_number_of_rounds_comes_near_is_refused_with_the_nearest(session: Session) -> None:
    steps = "- repeat: 1-3\n  steps:\n    - hold: 2 min"
    with pytest.raises(ChoiceError, match=r"out of reach \(3:00\).*nearest is 2:\d\d and 4:\d\d .*allowed is between"):
        session(steps, minutes=3)


def test_where_a_round_leaves_a_gap_other_ranges_make_up_for_it(session: Session) -> None:
    steps = "- repeat: 1-2\n  steps:\n    - count: 10-40\n      each: 2 s\n    - say: And rest.\n      then: 3 s"
    seconds = range(
        session(steps, level=0).length // SAMPLE_RATE + 1, session(steps, level=100).length // SAMPLE_RATE, 3
    )
    for wanted in seconds:
        assert abs(session(steps, minutes=wanted / 60).length - wanted * SAMPLE_RATE) <= SAMPLE_RATE


def test_the_minutes_of_a_script_count_when_nobody_says(session: Session) -> None:
    script = "title: Test\nminutes: 3\nsteps:" + dedent(RANGED).replace("\n", "\n  ")
    assert abs(session(script).length - 3 * MINUTE) <= SAMPLE_RATE
    assert abs(session(script, minutes=4).length - 4 * MINUTE) <= SAMPLE_RATE
    assert lasting(session(script, level=0), "hold") == [20, 20]


def test_minutes_of_a_script_out_of_reach_are_met_as_nearly_as_can_be(session: Session) -> None:
    timeline = session("title: Test\nminutes: 30\nsteps:\n  - hold: 20-30 s")
    assert lasting(timeline, "hold") == [30]


def test_a_level_and_a_length_together_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="together"):
        Choices(level=50, length=60_000)


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


def times(timeline: Timeline) -> list[tuple[str | None, float]]:
    def name(event: Event) -> str | None:
        return event.text or event.sound or event.kind

    return [(name(event), (event.end - event.start) / SAMPLE_RATE) for event in timeline.events if event.pos]


def test_half_speed_stretches_speech_and_silence_but_no_effort_and_no_word_on_a_beat(session: Session) -> None:
    slow = session(EVERYTHING, speed=50)
    assert silences(slow)[:2] == [2, 8]
    assert times(slow) == [
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


def test_double_speed_shortens_speech_and_silence(session: Session) -> None:
    fast = session(EVERYTHING, speed=200)
    assert silences(fast)[:2] == [0.5, 2]
    assert times(fast)[:6] == [
        ("Ten chars.", 0.5),
        ("Ten chars.", 0.5),
        ("pause", 1),
        ("wait", 5),
        ("done", 0.5),
        ("hold", 20),
    ]


def test_a_speed_that_divides_unevenly_still_gives_whole_milliseconds(session: Session) -> None:
    timeline = session("- pause: 1 s\n- pause: 10 s", speed=75)
    assert [round(length, 3) for length in lasting(timeline, "pause")] == [1.333, 13.333]
    assert all(event.start % FRAMES_PER_MS == 0 for event in timeline.events)
