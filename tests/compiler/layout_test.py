"""Prompts that compete for room: nothing overlaps and nothing is cut."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc

from voicecoach.timeline import Timeline

Session = Callable[..., Timeline]
Timetable = Callable[..., str]


def test_author_prompts_may_be_late(heard: Timetable) -> None:
    played = heard("""
        - hold: 20 s
          countdown: 0
          cues:
            at 5 s: Twenty letters long.
            at 6 s: Later.
    """)
    assert played == cleandoc("""
        0      20     <hold>
        0      0.5    <start>
        5      7      Twenty letters long.
        7.3    7.9    Later.
        20     20.5   <end>
    """)


def test_later_author_prompts_are_omitted(heard: Timetable) -> None:
    played = heard("""
        - hold: 20 s
          countdown: 0
          cues:
            at 5 s: Twenty letters long.
            at 5.2 s: Too late.
    """)
    assert played == cleandoc("""
        0      20     <hold>
        0      0.5    <start>
        5      7      Twenty letters long.
        20     20.5   <end>
    """)


def test_author_prompts_leave_a_gap(heard: Timetable) -> None:
    played = heard("""
        - hold: 10 s
          countdown: 3
          cues:
            5.3 s left: Twenty letters long.
        - hold: 10 s
          countdown: 3
          cues:
            5.2 s left: Twenty letters long.
    """)
    assert played == cleandoc("""
        0      10     <hold>
        0      0.5    <start>
        4.7    6.7    Twenty letters long.
        7      7.1    3
        8      8.1    2
        9      9.1    1
        10     10.5   <end>
        10.5   20.5   <hold>
        10.5   11     <start>
        17.5   17.6   3
        18.5   18.6   2
        19.5   19.6   1
        20.5   21     <end>
    """)


def test_author_prompts_leave_gap_at_end(heard: Timetable) -> None:
    played = heard("""
        - hold: 5 s
          quiet: yes
          cues: {2.3 s left: Twenty letters long.}
        - hold: 5 s
          quiet: yes
          cues: {2.2 s left: Twenty letters long.}
        - say: Up.
    """)
    assert played == cleandoc("""
        0      5      <hold>
        2.7    4.7    Twenty letters long.
        5      10     <hold>
        10     10.3   Up.
    """)


def test_author_prompts_wait_for_start_chime(heard: Timetable) -> None:
    played = heard("""
        - hold: 10 s
          cues: {at 0.2 s: Easy.}
    """)
    assert played == cleandoc("""
        0      10     <hold>
        0      0.5    <start>
        0.5    1      Easy.
        10     10.5   <end>
    """)


def test_higher_priority_prompt_wins(heard: Timetable) -> None:
    played = heard("""
        - hold: 20 s
          every: 5 s
          cues: {3.5 s left: Twenty letters long., halfway: Breathe.}
    """)
    assert played == cleandoc("""
        0      20     <hold>
        0      0.5    <start>
        5      6.6    15 seconds left.
        10     10.8   Breathe.
        15     16.5   5 seconds left.
        17     17.1   3
        18     18.1   2
        19     19.1   1
        20     20.5   <end>
    """)


def test_time_left_is_never_late(heard: Timetable) -> None:
    played = heard("""
        - hold: 10 s
          every: 5 s
          cues: {5.5 s left: Breathe.}
    """)
    assert played == cleandoc("""
        0      10     <hold>
        0      0.5    <start>
        4.5    5.3    Breathe.
        10     10.5   <end>
    """)


def test_phase_names_are_never_late(heard: Timetable) -> None:
    played = heard("""
        - count: 4
          phases: {hold on very tight: 1 s, go: 1 s}
    """)
    assert played == cleandoc("""
        0      8      <count>
        0      1.8    hold on very tight
        2      3.8    hold on very tight
        4      5.8    hold on very tight
        6      7.8    hold on very tight
    """)


def test_names_never_overlap_tones(heard: Timetable) -> None:
    played = heard("""
        - breathe: {in: 2 s, out: 1 s}
          rounds: 3
    """)
    assert played == cleandoc("""
        0      9      <breathe>
        0      1      Breathe in
        2      3.1    Breathe out
        6      6.2    <in>
        8      8.2    <out>
    """)


def test_prompt_longer_than_hold_is_omitted(heard: Timetable) -> None:
    played = heard("""
        - hold: 2 s
          cues: {halfway: A text that is far longer than the hold in which it should be said.}
    """)
    assert played == cleandoc("""
        0      2      <hold>
        0      0.5    <start>
        2      2.5    <end>
    """)


def test_numbers_never_overlap_start_chime(heard: Timetable) -> None:
    played = heard("""
        - hold: 5.2 s
          every: 5 s
        - hold: 3 s
          countdown: 3
    """)
    assert played == cleandoc("""
        0      5.2    <hold>
        0      0.5    <start>
        5.2    5.7    <end>
        5.7    8.7    <hold>
        5.7    6.2    <start>
        6.7    6.8    2
        7.7    7.8    1
        8.7    9.2    <end>
    """)


def test_quiet_hold_has_room_throughout(heard: Timetable) -> None:
    played = heard("""
        - hold: 3 s
          quiet: yes
          countdown: 3
        - hold: 20 s
          quiet: yes
          every: 10 s
    """)
    assert played == cleandoc("""
        0      3      <hold>
        0      0.1    3
        1      1.1    2
        2      2.1    1
        3      23     <hold>
        13     14.6   10 seconds left.
    """)


def test_omission_names_line_and_reason(session: Session) -> None:
    timeline = session("- hold: 10 s\n  every: 2 s\n  countdown: 3\n  cues:\n    2.5 s left: Far too long to be said.")
    (left,) = timeline.left_out  # prompts of `every` are not listed
    assert (left.text, left.pos.line) == ("Far too long to be said.", 7)
    assert left.why == "no room 7.5 s into a hold of 10 s, nor up to 2 s later"
