"""Holds, counts and breathing: how long they last, and which prompts sound when."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc

Timetable = Callable[..., str]


def test_hold_lies_between_two_chimes(heard: Timetable) -> None:
    played = heard("""
        - say: Go.
        - hold: 2 s
        - say: Rest.
        - hold: 2.5 s
        - say: Done.
    """)
    assert played == cleandoc("""
        0      0.3    Go.
        1.3    3.3    <hold>
        1.3    1.8    <start>
        3.3    3.8    <end>
        3.8    4.3    Rest.
        5.3    7.8    <hold>
        5.3    5.8    <start>
        7.8    8.3    <end>
        8.3    8.8    Done.
    """)


def test_holds_of_20_s_get_prompts(heard: Timetable) -> None:
    played = heard("""
        - hold: 20 s
        - hold: 19 s
    """)
    assert played == cleandoc("""
        0      20     <hold>
        0      0.5    <start>
        10     10.8   Halfway.
        17     17.1   3
        18     18.1   2
        19     19.1   1
        20     20.5   <end>
        20.5   39.5   <hold>
        20.5   21     <start>
        39.5   40     <end>
    """)


def test_author_prompts_replace_halfway(heard: Timetable) -> None:
    played = heard("""
        - hold: 30 s
          cues:
            5 s left: Soon.
            at 7 s: Easy.
            halfway: Breathe.
        - hold: 30 s
          cues: {}
    """)
    assert played == cleandoc("""
        0      30     <hold>
        0      0.5    <start>
        7      7.5    Easy.
        15     15.8   Breathe.
        25     25.5   Soon.
        27     27.1   3
        28     28.1   2
        29     29.1   1
        30     30.5   <end>
        30.5   60.5   <hold>
        30.5   31     <start>
        57.5   57.6   3
        58.5   58.6   2
        59.5   59.6   1
        60.5   61     <end>
    """)


def test_countdown_length_can_be_set(heard: Timetable) -> None:
    played = heard("""
        - hold: 5 s
          countdown: 4
        - hold: 20 s
          countdown: 0
    """)
    assert played == cleandoc("""
        0      5      <hold>
        0      0.5    <start>
        1      1.1    4
        2      2.1    3
        3      3.1    2
        4      4.1    1
        5      5.5    <end>
        5.5    25.5   <hold>
        5.5    6      <start>
        15.5   16.3   Halfway.
        25.5   26     <end>
    """)


def test_every_counts_from_the_end(heard: Timetable) -> None:
    played = heard("""
        - hold: 1:10
          every: 30 s
          cues: {}
          countdown: 0
    """)
    assert played == cleandoc("""
        0      70     <hold>
        0      0.5    <start>
        10     11.4   1 minute left.
        40     41.6   30 seconds left.
        70     70.5   <end>
    """)


def test_quiet_hold_has_only_written_prompts(heard: Timetable) -> None:
    played = heard("""
        - hold: 30 s
          quiet: yes
        - hold: 30 s
          quiet: yes
          cues: {at 5 s: Let go.}
          countdown: 1
        - say: Up.
    """)
    assert played == cleandoc("""
        0      30     <hold>
        30     60     <hold>
        35     35.7   Let go.
        59     59.1   1
        60     60.3   Up.
    """)


def test_counts_tick_or_say_numbers(heard: Timetable) -> None:
    played = heard("""
        - count: 3
          each: 4 s
        - count: 2
          each: 1.5 s
          aloud: yes
        - say: Done.
    """)
    assert played == cleandoc("""
        0      12     <count>
        0      0.2    <tick>
        4      4.2    <tick>
        8      8.2    <tick>
        12     15     <count>
        12     12.1   1
        13.5   13.6   2
        15     15.5   Done.
    """)


def test_phases_are_named_at_their_start(heard: Timetable) -> None:
    played = heard("""
        - count: 2
          phases: {squeeze: 3 s, relax: 2 s}
        - say: Done.
    """)
    assert played == cleandoc("""
        0      10     <count>
        0      0.7    squeeze
        3      3.5    relax
        5      5.7    squeeze
        8      8.5    relax
        10     10.5   Done.
    """)


def test_number_and_phase_share_a_clip(heard: Timetable) -> None:
    played = heard("""
        - count: 2
          phases: {squeeze: 3 s, relax: 2 s}
          aloud: yes
    """)
    assert played == cleandoc("""
        0      10     <count>
        0      1      1, squeeze
        3      3.5    relax
        5      6      2, squeeze
        8      8.5    relax
    """)


def test_breathing_names_give_way_to_tones(heard: Timetable) -> None:
    played = heard("""
        - breathe: {in: 3 s, hold: 1 s, out: 3 s, rest: 2 s}
          rounds: 3
        - say: Done.
    """)
    assert played == cleandoc("""
        0      27     <breathe>
        0      1      Breathe in
        3      3.4    Hold
        4      5.1    Breathe out
        7      7.4    Rest
        9      10     Breathe in
        12     12.4   Hold
        13     14.1   Breathe out
        16     16.4   Rest
        18     18.2   <in>
        21     21.2   <hold>
        22     22.2   <out>
        25     25.2   <rest>
        27     27.5   Done.
    """)


def test_breathing_fills_time_with_whole_rounds(heard: Timetable) -> None:
    played = heard("""
        - breathe: {in: 3 s, out: 3 s}
          for: 16 s
        - say: Done.
    """)
    assert played == cleandoc("""
        0      16     <breathe>
        0      1      Breathe in
        3      4.1    Breathe out
        6      7      Breathe in
        9      10.1   Breathe out
        16     16.5   Done.
    """)


def test_breathing_lasts_at_least_one_round(heard: Timetable) -> None:
    played = heard("""
        - breathe: {in: 3 s, out: 3 s}
          for: 2 s
        - say: Done.
    """)
    assert played == cleandoc("""
        0      6      <breathe>
        0      1      Breathe in
        3      4.1    Breathe out
        6      6.5    Done.
    """)


def test_long_tones_delay_the_next_voice(heard: Timetable) -> None:
    played = heard("""
        - count: 2
          each: 0.1 s
        - say: Done.
    """)
    assert played == cleandoc("""
        0      0.2    <count>
        0      0.2    <tick>
        0.1    0.3    <tick>
        0.3    0.8    Done.
    """)
