"""Sessions of a given length."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from durations import seconds
from ranged_scripts import fits, ranged_script

from voicecoach.choices import Choices
from voicecoach.errors import ChoiceError
from voicecoach.timeline import Timeline
from voicecoach.units import format_time, ms

Session = Callable[..., Timeline]
Seconds = Callable[..., list[float]]
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


def minutes_after(timeline: Timeline, more: float) -> float:
    """The minutes of a session that is so many seconds longer."""
    return (timeline.length + seconds(more)) / seconds(60)


@pytest.mark.parametrize("minutes", [1.2, 1.5, 2, 2.5, 3, 3.3, 4, 5, 5.5])
def test_minutes_met_within_a_second(session: Session, minutes: float) -> None:
    timeline = session(RANGED, minutes=minutes)
    assert timeline.length == pytest.approx(seconds(60 * minutes), abs=seconds(1))


def test_ranged_holds_stretch_before_silences(session: Session, event_seconds: Seconds) -> None:
    steps = "- repeat: 3\n  steps:\n    - say: Down.\n    - hold: 20-120 s\n    - pause: 10 s"
    middle = session(steps)
    assert event_seconds(middle, "hold") == [70, 70, 70]
    longer = session(steps, minutes=minutes_after(middle, 2))
    assert sorted(event_seconds(longer, "hold")) == [70, 71, 71]
    assert event_seconds(longer, "pause") == [10, 10, 10]


def test_silences_stretch_five_seconds_at_most(session: Session, event_seconds: Seconds, silences: Seconds) -> None:
    steps = "- say: Down.\n  then: 8 s\n- say: And\n  then: 0 s\n- say: up.\n- pause: 10 s"
    plain = session(steps)
    assert silences(plain) == [8, 0, 1]
    longest = session(steps, minutes=minutes_after(plain, 15))
    assert silences(longest) == [13, 0, 6]  # `then: 0 s` is never stretched
    assert event_seconds(longest, "pause") == [15]
    shortest = session(steps, minutes=minutes_after(plain, -9))
    assert silences(shortest) == [4, 0, 1]  # at least half as long; a settle pause never shrinks
    assert event_seconds(shortest, "pause") == [5]


def test_stretching_stays_within_ranges(session: Session) -> None:
    steps = "- say: Down.\n  then: 3-5 s\n- pause: 10-12 s\n- hold: 20-22 s"
    longest = session(steps, level=100).length
    with pytest.raises(ChoiceError, match=f"and {format_time(ms(longest))}"):
        session(steps, minutes=10)


@pytest.mark.parametrize("minutes", [0.5, 30])
def test_out_of_reach_names_both_ends(session: Session, minutes: float) -> None:
    with pytest.raises(ChoiceError, match=r"--minutes: out of reach \(\d+:\d\d\), allowed is between 1:12 and 6:11"):
        session(RANGED, minutes=minutes)


@pytest.mark.parametrize("length", [72, 371])
def test_both_ends_can_be_reached(session: Session, length: int) -> None:
    assert session(RANGED, minutes=length / 60).length == pytest.approx(seconds(length), abs=seconds(1))


def test_gap_between_rounds_names_nearest_lengths(session: Session) -> None:
    steps = "- repeat: 1-3\n  steps:\n    - hold: 2 min"
    with pytest.raises(ChoiceError, match=r"out of reach \(3:00\).*nearest is 2:\d\d and 4:\d\d .*allowed is between"):
        session(steps, minutes=3)


def test_other_ranges_bridge_round_gaps(session: Session) -> None:
    steps = "- repeat: 1-2\n  steps:\n    - count: 10-40\n      each: 2 s\n    - say: And rest.\n      then: 3 s"
    shortest, longest = (session(steps, level=level).length for level in (0, 100))
    for length in range(shortest + seconds(1), longest, seconds(3)):
        timeline = session(steps, minutes=length / seconds(60))
        assert timeline.length == pytest.approx(length, abs=seconds(1))


@pytest.mark.parametrize(
    "steps",
    [
        "- say: Lie down.\n  then: 1 h - 2 h",
        "- wait: 1 h - 2 h",
        "- pause: 1 h - 2 h",
        "- hold: 1 h - 2 h",
        "- breathe: {in: 4 s, out: 6 s}\n  for: 1 h - 2 h",
    ],
)
@pytest.mark.parametrize("length", [3700, 5800, 5801, 7199])
def test_every_range_is_used_by_seconds(session: Session, steps: str, length: int) -> None:
    assert session(steps, minutes=length / 60).length == pytest.approx(seconds(length), abs=seconds(0.5))


def test_breaths_are_never_cut_short(session: Session, event_seconds: Seconds) -> None:
    steps = "- breathe: {in: 4 s, out: 6 s}\n  for: 8.5-12 s"
    assert event_seconds(session(steps, level=0), "breathe") == [10]
    assert event_seconds(session(steps, minutes=minutes_after(session(steps, level=0), 1)), "breathe") == [11]


@pytest.mark.parametrize("length", range(60, 190, 7))
def test_rounds_and_lengths_chosen_together(session: Session, length: int) -> None:
    steps = "- repeat: 1-6\n  steps:\n    - wait: 20-40 s"
    assert session(steps, minutes=length / 60).length == pytest.approx(seconds(length), abs=seconds(0.5))


def test_two_numbers_chosen_together(session: Session) -> None:
    """The length lies between two levels: one number goes up and the other down."""
    steps = "- count: 5-20\n  each: 7 s\n- count: 5-20\n  each: 5 s"
    plain = session(steps, level=0).length
    for more in range(30, 150, 4):
        timeline = session(steps, minutes=(plain + seconds(more)) / seconds(60))
        assert timeline.length == pytest.approx(plain + seconds(more), abs=seconds(1))


def test_fixed_rounds_name_nearest_lengths(session: Session) -> None:
    steps = "- repeat: 1-6\n  steps:\n    - wait: 45 s"
    lengths = [session(steps.replace("1-6", str(number))).length for number in (2, 3)]
    shorter, longer = (format_time(ms(length)) for length in lengths)
    with pytest.raises(ChoiceError, match=f"nearest is {shorter} and {longer} "):
        session(steps, minutes=(lengths[0] + seconds(20)) / seconds(60))


def test_both_sides_stay_equal(session: Session, event_seconds: Seconds) -> None:
    steps = """
        - repeat: 2-3
          steps:
            - sides: [left, right]
              steps:
                - hold: 20-60 s
                - pause: 2-9 s
    """
    shortest, longest = (session(steps, level=level).length for level in (0, 100))
    for length in range(shortest, longest, seconds(5)):
        timeline = session(steps, minutes=length / seconds(60))
        assert timeline.length == pytest.approx(length, abs=seconds(1))
        for kind in ("hold", "pause"):
            times = event_seconds(timeline, kind)
            assert times[::2] == times[1::2]
            assert max(times) - min(times) <= 1


def test_ranges_stay_near_one_level(session: Session, event_seconds: Seconds) -> None:
    steps = "- repeat: 4\n  steps:\n    - hold: 20-120 s\n    - wait: 0:10-1:00\n    - pause: 5-10 s"
    for share in range(1, 20):
        low, high = (session(steps, level=level).length for level in (0, 100))
        timeline = session(steps, minutes=(low + (high - low) * share / 20) / seconds(60))
        for kind, shortest, width in (("hold", 20, 100), ("wait", 10, 50), ("pause", 5, 5)):
            for time in event_seconds(timeline, kind):
                assert abs(time - shortest - width * share / 20) <= 1.5


@pytest.mark.parametrize("seed", range(12))
def test_lengths_met_or_refused_rightly(tmp_path: Path, seed: int) -> None:
    assert fits(ranged_script(seed), tmp_path, tries=3, seed=seed).wrong == []


def test_script_minutes_are_the_default(session: Session, event_seconds: Seconds) -> None:
    script = "title: Test\nminutes: 3\nsteps:" + dedent(RANGED).replace("\n", "\n  ")
    assert session(script).length == pytest.approx(seconds(180), abs=seconds(1))
    assert session(script, minutes=4).length == pytest.approx(seconds(240), abs=seconds(1))
    assert event_seconds(session(script, level=0), "hold") == [20, 20]


def test_unreachable_script_minutes_come_close(session: Session, event_seconds: Seconds) -> None:
    timeline = session("title: Test\nminutes: 30\nsteps:\n  - hold: 20-30 s")
    assert event_seconds(timeline, "hold") == [30]


def test_level_and_length_exclude_each_other() -> None:
    with pytest.raises(ValueError, match="together"):
        Choices(level=50, length=60_000)


@pytest.mark.parametrize("length", range(568, 582, 2))
def test_words_about_minutes_leave_no_gap(session: Session, length: int) -> None:
    """Ten takes longer to say than nine: with thirty texts, that is nine seconds at nine minutes and a half."""
    steps = """
        - repeat: 30
          steps:
            - say: "{total}, {total}, {total} minutes in all, {left} left."
              then: 10-20 s
    """
    timeline = session(steps, minutes=length / 60)
    assert timeline.length == pytest.approx(seconds(length), abs=seconds(1))


def test_nearest_length_is_named_truly(session: Session) -> None:
    timeline = session('title: Test\nminutes: 2\nsteps:\n  - pause: 60-70 s\n  - say: "{total} minutes."')
    assert timeline.length < seconds(89)
    assert [event.text for event in timeline.events if event.text and event.text.endswith("minutes.")] == ["1 minutes."]
