"""Rounds and sides: what comes how often, what comes between, what is announced."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent


def test_between_comes_only_between_two_rounds(heard: Callable[..., str]) -> None:
    played = heard("""
        - repeat: 3
          between:
            - pause: 5 s
          steps:
            - say: Lift.
    """)
    assert (
        played
        == dedent("""
        0      0.5    Lift.
        1.5    6.5    <pause>
        6.5    7      Lift.
        8      13     <pause>
        13     13.5   Lift.
    """).strip()
    )


def test_again_is_the_shorter_text_from_the_second_time_on(said: Callable[..., list[str]]) -> None:
    words = said("""
        - repeat: 3
          steps:
            - say: Slide down the wall.
              again: Slide down.
              then: 2 s
    """)
    assert words == ["Slide down the wall.", "Slide down.", "Slide down."]


def test_an_empty_again_is_silent_and_takes_no_time(heard: Callable[..., str]) -> None:
    played = heard("""
        - repeat: 2
          steps:
            - say: Slide down the wall.
              again: ""
              then: 2 s
            - say: Up.
    """)
    assert (
        played
        == dedent("""
        0      2      Slide down the wall.
        4      4.3    Up.
        5.3    5.6    Up.
    """).strip()
    )


def test_announce_says_which_round_it_is_and_which_the_last(heard: Callable[..., str]) -> None:
    played = heard("""
        - repeat: 3
          announce: yes
          steps:
            - say: Lift.
    """)
    assert (
        played
        == dedent("""
        0      1.3    Round 1 of 3.
        2.3    2.8    Lift.
        3.8    5.1    Round 2 of 3.
        6.1    6.6    Lift.
        7.6    8.7    Last round.
        9.7    10.2   Lift.
    """).strip()
    )


def test_a_single_round_is_not_announced(said: Callable[..., list[str]]) -> None:
    words = said("""
        - repeat: 1
          announce: yes
          between:
            - say: Never.
          steps:
            - say: Lift.
    """)
    assert words == ["Lift."]


def test_rounds_are_those_of_the_innermost_repeat_in_between_the_one_to_come(said: Callable[..., list[str]]) -> None:
    words = said("""
        - repeat: 2
          steps:
            - repeat: 2
              between:
                - say: Now {round}.
              steps:
                - say: That is {round} of {rounds}.
            - say: Set {round} done.
    """)
    assert words == [
        "That is 1 of 2.",
        "Now 2.",
        "That is 2 of 2.",
        "Set 1 done.",
        "That is 1 of 2.",
        "Now 2.",
        "That is 2 of 2.",
        "Set 2 done.",
    ]


def test_sides_change_with_a_chime_the_side_to_come_and_four_seconds(heard: Callable[..., str]) -> None:
    played = heard("""
        - sides: [left, right]
          steps:
            - say: Lift the {side} arm, not the {other}.
        - say: Done.
    """)
    assert (
        played
        == dedent("""
        0      3.3    Lift the left arm, not the right.
        4.3    4.8    <side>
        4.8    7.6    Change sides. Now the right.
        11.6   14.9   Lift the right arm, not the left.
        15.9   16.4   Done.
    """).strip()
    )


def test_with_a_between_of_its_own_only_that_comes_and_it_names_the_side_to_come(heard: Callable[..., str]) -> None:
    played = heard("""
        - sides: [right, left]
          between:
            - say: "{other} side done. Now {side}, the {weak|strong} one."
          steps:
            - pause: 1 s
    """)
    assert (
        played
        == dedent("""
        0      1      <pause>
        1      5      Right side done. Now left, the weak one.
        6      7      <pause>
    """).strip()
    )


def test_an_empty_between_changes_sides_in_silence(heard: Callable[..., str]) -> None:
    played = heard("""
        - sides: [left, right]
          between: []
          steps:
            - say: "{side}."
    """)
    assert (
        played
        == dedent("""
        0      0.5    Left.
        1.5    2.1    Right.
    """).strip()
    )


def test_the_innermost_sides_count(said: Callable[..., list[str]]) -> None:
    words = said("""
        - sides: [left, right]
          steps:
            - sides: [right, left]
              between: []
              steps:
                - say: Foot {side}.
            - say: Arm {side}.
    """)
    assert words == [
        "Foot right.",
        "Foot left.",
        "Arm left.",
        "Change sides. Now the right.",
        "Foot right.",
        "Foot left.",
        "Arm right.",
    ]


def test_one_side_alone_changes_nothing(said: Callable[..., list[str]]) -> None:
    words = said(
        """
        - sides: [left, right]
          between:
            - say: Turn.
          steps:
            - say: The {side} one.
    """,
        side="right",
    )
    assert words == ["The right one."]
