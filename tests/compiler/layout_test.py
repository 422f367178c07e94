"""Who speaks when there is not room for all, by rank; nothing overlaps and nothing is cut."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent


def test_own_words_come_later_by_up_to_two_seconds_rather_than_not_at_all(heard: Callable[..., str]) -> None:
    played = heard("""
        - hold: 20 s
          countdown: 0
          cues:
            at 5 s: Twenty letters long.
            at 6 s: Later.
    """)
    assert (
        played
        == dedent("""
        0      20     <hold>
        0      0.5    <start>
        5      7      Twenty letters long.
        7.3    7.9    Later.
        20     20.5   <end>
    """).strip()
    )


def test_own_words_that_would_be_later_still_are_left_out(heard: Callable[..., str]) -> None:
    played = heard("""
        - hold: 20 s
          countdown: 0
          cues:
            at 5 s: Twenty letters long.
            at 5.2 s: Too late.
    """)
    assert (
        played
        == dedent("""
        0      20     <hold>
        0      0.5    <start>
        5      7      Twenty letters long.
        20     20.5   <end>
    """).strip()
    )


def test_own_words_end_three_tenths_before_the_next_voice(heard: Callable[..., str]) -> None:
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
    assert (
        played
        == dedent("""
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
    """).strip()
    )


def test_own_words_do_not_end_at_the_very_end_where_no_chime_parts_them_from_the_next_voice(
    heard: Callable[..., str],
) -> None:
    played = heard("""
        - hold: 5 s
          quiet: yes
          cues: {2.3 s left: Twenty letters long.}
        - hold: 5 s
          quiet: yes
          cues: {2.2 s left: Twenty letters long.}
        - say: Up.
    """)
    assert (
        played
        == dedent("""
        0      5      <hold>
        2.7    4.7    Twenty letters long.
        5      10     <hold>
        10     10.3   Up.
    """).strip()
    )


def test_own_words_wait_for_the_start_chime(heard: Callable[..., str]) -> None:
    played = heard("""
        - hold: 10 s
          cues: {at 0.2 s: Easy.}
    """)
    assert (
        played
        == dedent("""
        0      10     <hold>
        0      0.5    <start>
        0.5    1      Easy.
        10     10.5   <end>
    """).strip()
    )


def test_the_countdown_goes_before_own_words_those_before_the_halfway_word_and_every_comes_last(
    heard: Callable[..., str],
) -> None:
    played = heard("""
        - hold: 20 s
          every: 5 s
          cues: {3.5 s left: Twenty letters long., halfway: Breathe.}
    """)
    assert (
        played
        == dedent("""
        0      20     <hold>
        0      0.5    <start>
        5      6.6    15 seconds left.
        10     10.8   Breathe.
        15     16.5   5 seconds left.
        17     17.1   3
        18     18.1   2
        19     19.1   1
        20     20.5   <end>
    """).strip()
    )


def test_a_figure_is_said_in_its_place_or_not_at_all(heard: Callable[..., str]) -> None:
    played = heard("""
        - hold: 10 s
          every: 5 s
          cues: {5.5 s left: Breathe.}
    """)
    assert (
        played
        == dedent("""
        0      10     <hold>
        0      0.5    <start>
        4.5    5.3    Breathe.
        10     10.5   <end>
    """).strip()
    )


def test_numbers_are_said_in_their_place_or_not_at_all(heard: Callable[..., str]) -> None:
    played = heard("""
        - count: 4
          phases: {hold on very tight: 1 s, go: 1 s}
    """)
    assert (
        played
        == dedent("""
        0      8      <count>
        0      1.8    hold on very tight
        2      3.8    hold on very tight
        4      5.8    hold on very tight
        6      7.8    hold on very tight
    """).strip()
    )


def test_a_name_does_not_run_into_the_tone_behind_it(heard: Callable[..., str]) -> None:
    played = heard("""
        - breathe: {in: 2 s, out: 1 s}
          rounds: 3
    """)
    assert (
        played
        == dedent("""
        0      9      <breathe>
        0      1      Breathe in
        2      3.1    Breathe out
        6      6.2    <in>
        8      8.2    <out>
    """).strip()
    )


def test_a_word_longer_than_its_hold_is_left_out(heard: Callable[..., str]) -> None:
    played = heard("""
        - hold: 2 s
          cues: {halfway: A text that is far longer than the hold in which it should be said.}
    """)
    assert (
        played
        == dedent("""
        0      2      <hold>
        0      0.5    <start>
        2      2.5    <end>
    """).strip()
    )


def test_a_figure_is_not_said_over_the_start_chime(heard: Callable[..., str]) -> None:
    played = heard("""
        - hold: 5.2 s
          every: 5 s
        - hold: 3 s
          countdown: 3
    """)
    assert (
        played
        == dedent("""
        0      5.2    <hold>
        0      0.5    <start>
        5.2    5.7    <end>
        5.7    8.7    <hold>
        5.7    6.2    <start>
        6.7    6.8    2
        7.7    7.8    1
        8.7    9.2    <end>
    """).strip()
    )


def test_without_a_chime_the_whole_time_is_free_and_every_still_tells_only_what_is_less(
    heard: Callable[..., str],
) -> None:
    played = heard("""
        - hold: 3 s
          quiet: yes
          countdown: 3
        - hold: 20 s
          quiet: yes
          every: 10 s
    """)
    assert (
        played
        == dedent("""
        0      3      <hold>
        0      0.1    3
        1      1.1    2
        2      2.1    1
        3      23     <hold>
        13     14.6   10 seconds left.
    """).strip()
    )
