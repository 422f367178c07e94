"""What each kind of step means in time, exactly. A voice reads ten characters a second."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent


def test_a_text_is_followed_by_its_silence_or_by_one_second(heard: Callable[..., str]) -> None:
    played = heard("""
        - say: Lift.
        - say: Lower it.
          then: 3 s
        - say: And
          then: 0 s
        - say: rest.
        - pause: 2 s
        - say: Go on.
    """)
    assert (
        played
        == dedent("""
        0      0.5    Lift.
        1.5    2.4    Lower it.
        5.4    5.7    And
        5.7    6.2    rest.
        7.2    9.2    <pause>
        9.2    9.8    Go on.
    """).strip()
    )


def test_waiting_lasts_its_whole_time_behind_its_text(heard: Callable[..., str]) -> None:
    played = heard("""
        - wait: 10 s
          say: Fetch it, within {length}.
        - wait: 5 s
        - say: Go.
    """)
    assert (
        played
        == dedent("""
        0      2.8    Fetch it, within 10 seconds.
        2.8    12.8   <wait>
        12.8   17.8   <wait>
        17.8   18.1   Go.
    """).strip()
    )


def test_a_chime_sounds_whole(heard: Callable[..., str]) -> None:
    played = heard("""
        - chime: tick
        - chime: done
        - say: Go.
    """)
    assert (
        played
        == dedent("""
        0      0.2    <tick>
        0.2    0.7    <done>
        0.7    1      Go.
    """).strip()
    )


def test_a_hold_lies_between_the_first_samples_of_two_chimes(heard: Callable[..., str]) -> None:
    played = heard("""
        - say: Go.
        - hold: 2 s
        - say: Rest.
        - hold: 2.5 s
        - say: Done.
    """)
    assert (
        played
        == dedent("""
        0      0.3    Go.
        1.3    3.3    <hold>
        1.3    1.8    <start>
        3.3    3.8    <end>
        3.8    4.3    Rest.
        5.3    7.8    <hold>
        5.3    5.8    <start>
        7.8    8.3    <end>
        8.3    8.8    Done.
    """).strip()
    )


def test_a_hold_of_20_s_has_a_halfway_word_and_a_countdown_by_itself_a_shorter_one_has_not(
    heard: Callable[..., str],
) -> None:
    played = heard("""
        - hold: 20 s
        - hold: 19 s
    """)
    assert (
        played
        == dedent("""
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
    """).strip()
    )


def test_own_cues_take_the_place_of_the_halfway_word(heard: Callable[..., str]) -> None:
    played = heard("""
        - hold: 30 s
          cues:
            5 s left: Soon.
            at 7 s: Easy.
            halfway: Breathe.
        - hold: 30 s
          cues: {}
    """)
    assert (
        played
        == dedent("""
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
    """).strip()
    )


def test_a_countdown_may_be_longer_or_none(heard: Callable[..., str]) -> None:
    played = heard("""
        - hold: 5 s
          countdown: 4
        - hold: 20 s
          countdown: 0
    """)
    assert (
        played
        == dedent("""
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
    """).strip()
    )


def test_every_tells_the_time_left_at_multiples_from_the_end(heard: Callable[..., str]) -> None:
    played = heard("""
        - hold: 1:10
          every: 30 s
          cues: {}
          countdown: 0
    """)
    assert (
        played
        == dedent("""
        0      70     <hold>
        0      0.5    <start>
        10     11.4   1 minute left.
        40     41.6   30 seconds left.
        70     70.5   <end>
    """).strip()
    )


def test_a_quiet_hold_has_no_chimes_and_nothing_of_its_own_but_what_is_written(heard: Callable[..., str]) -> None:
    played = heard("""
        - hold: 30 s
          quiet: yes
        - hold: 30 s
          quiet: yes
          cues: {at 5 s: Let go.}
          countdown: 1
        - say: Up.
    """)
    assert (
        played
        == dedent("""
        0      30     <hold>
        30     60     <hold>
        35     35.7   Let go.
        59     59.1   1
        60     60.3   Up.
    """).strip()
    )


def test_a_count_ticks_or_tells_its_numbers_and_never_stretches(heard: Callable[..., str]) -> None:
    played = heard("""
        - count: 3
          each: 4 s
        - count: 2
          each: 1.5 s
          aloud: yes
        - say: Done.
    """)
    assert (
        played
        == dedent("""
        0      12     <count>
        0      0.2    <tick>
        4      4.2    <tick>
        8      8.2    <tick>
        12     15     <count>
        12     12.1   1
        13.5   13.6   2
        15     15.5   Done.
    """).strip()
    )


def test_the_phases_of_a_count_are_named_on_their_first_sample(heard: Callable[..., str]) -> None:
    played = heard("""
        - count: 2
          phases: {squeeze: 3 s, relax: 2 s}
        - say: Done.
    """)
    assert (
        played
        == dedent("""
        0      10     <count>
        0      0.7    squeeze
        3      3.5    relax
        5      5.7    squeeze
        8      8.5    relax
        10     10.5   Done.
    """).strip()
    )


def test_aloud_the_number_and_the_first_phase_are_one_clip(heard: Callable[..., str]) -> None:
    played = heard("""
        - count: 2
          phases: {squeeze: 3 s, relax: 2 s}
          aloud: yes
    """)
    assert (
        played
        == dedent("""
        0      10     <count>
        0      1      1, squeeze
        3      3.5    relax
        5      6      2, squeeze
        8      8.5    relax
    """).strip()
    )


def test_breaths_are_named_for_two_rounds_then_toned(heard: Callable[..., str]) -> None:
    played = heard("""
        - breathe: {in: 3 s, hold: 1 s, out: 3 s, rest: 2 s}
          rounds: 3
        - say: Done.
    """)
    assert (
        played
        == dedent("""
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
    """).strip()
    )


def test_breathing_for_a_time_takes_the_whole_rounds_that_fit_then_silence(heard: Callable[..., str]) -> None:
    played = heard("""
        - breathe: {in: 3 s, out: 3 s}
          for: 16 s
        - say: Done.
    """)
    assert (
        played
        == dedent("""
        0      16     <breathe>
        0      1      Breathe in
        3      4.1    Breathe out
        6      7      Breathe in
        9      10.1   Breathe out
        16     16.5   Done.
    """).strip()
    )


def test_breathing_takes_at_least_one_round(heard: Callable[..., str]) -> None:
    played = heard("""
        - breathe: {in: 3 s, out: 3 s}
          for: 2 s
        - say: Done.
    """)
    assert (
        played
        == dedent("""
        0      6      <breathe>
        0      1      Breathe in
        3      4.1    Breathe out
        6      6.5    Done.
    """).strip()
    )


def test_tones_that_outlast_their_beat_hold_the_next_voice_back(heard: Callable[..., str]) -> None:
    played = heard("""
        - count: 2
          each: 0.1 s
        - say: Done.
    """)
    assert (
        played
        == dedent("""
        0      0.2    <count>
        0      0.2    <tick>
        0.1    0.3    <tick>
        0.3    0.8    Done.
    """).strip()
    )
