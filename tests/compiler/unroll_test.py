"""Rounds, sides and used routines: their order, and what comes between them."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc

from voicecoach.timeline import Timeline

Session = Callable[..., Timeline]
Texts = Callable[..., list[str]]
Timetable = Callable[..., str]


def test_between_separates_rounds(heard: Timetable) -> None:
    played = heard("""
        - repeat: 3
          between:
            - pause: 5 s
          steps:
            - say: Lift.
    """)
    assert played == cleandoc("""
        0      0.5    Lift.
        1.5    6.5    <pause>
        6.5    7      Lift.
        8      13     <pause>
        13     13.5   Lift.
    """)


def test_again_replaces_text_from_second_time(said: Texts) -> None:
    words = said("""
        - repeat: 3
          steps:
            - say: Slide down the wall.
              again: Slide down.
              then: 2 s
    """)
    assert words == ["Slide down the wall.", "Slide down.", "Slide down."]


def test_empty_again_is_silent(heard: Timetable) -> None:
    played = heard("""
        - repeat: 2
          steps:
            - say: Slide down the wall.
              again: ""
              then: 2 s
            - say: Up.
    """)
    assert played == cleandoc("""
        0      2      Slide down the wall.
        4      4.3    Up.
        5.3    5.6    Up.
    """)


def test_rounds_can_be_announced(heard: Timetable) -> None:
    played = heard("""
        - repeat: 3
          announce: yes
          steps:
            - say: Lift.
    """)
    assert played == cleandoc("""
        0      1.3    Round 1 of 3.
        2.3    2.8    Lift.
        3.8    5.1    Round 2 of 3.
        6.1    6.6    Lift.
        7.6    8.7    Last round.
        9.7    10.2   Lift.
    """)


def test_single_round_is_not_announced(said: Texts) -> None:
    words = said("""
        - repeat: 1
          announce: yes
          between:
            - say: Never.
          steps:
            - say: Lift.
    """)
    assert words == ["Lift."]


def test_round_means_innermost_repeat(said: Texts) -> None:
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


def test_side_change_is_announced(heard: Timetable) -> None:
    played = heard("""
        - sides: [left, right]
          steps:
            - say: Lift the {side} arm, not the {other}.
        - say: Done.
    """)
    assert played == cleandoc("""
        0      3.3    Lift the left arm, not the right.
        4.3    4.8    <side>
        4.8    7.6    Change sides. Now the right.
        11.6   14.9   Lift the right arm, not the left.
        15.9   16.4   Done.
    """)


def test_between_replaces_side_change(heard: Timetable) -> None:
    played = heard("""
        - sides: [right, left]
          between:
            - say: "{other} side done. Now {side}, the {weak|strong} one."
          steps:
            - pause: 1 s
    """)
    assert played == cleandoc("""
        0      1      <pause>
        1      5      Right side done. Now left, the weak one.
        6      7      <pause>
    """)


def test_empty_between_changes_sides_silently(heard: Timetable) -> None:
    played = heard("""
        - sides: [left, right]
          between: []
          steps:
            - say: "{side}."
    """)
    assert played == cleandoc("""
        0      0.5    Left.
        1.5    2.1    Right.
    """)


def test_side_means_innermost_sides(said: Texts) -> None:
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


def test_single_side_has_no_change(said: Texts) -> None:
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


INNER = """
title: Cat and cow
options: {gentle: Less.}
steps:
  - say: Round your back.
    again: Round.
  - say: Not so far.
    when: gentle
"""


def test_each_use_is_a_move(session: Session, said: Texts) -> None:
    outer = "- use: inner.yaml\n- use: inner.yaml\n  options: [gentle]"
    moves = session(outer, {"inner": INNER}).moves
    assert [move.title for move in moves] == ["Cat and cow (1 of 2)", "Cat and cow (2 of 2)"]
    assert said(outer, {"inner": INNER}) == ["Round your back.", "Round your back.", "Not so far."]


def test_repeated_use_continues_again(said: Texts) -> None:
    steps = "- repeat: 2\n  steps:\n    - use: inner.yaml"
    assert said(steps, {"inner": INNER}) == ["Round your back.", "Round."]


def test_options_reach_used_routines(said: Texts) -> None:
    words = ["Round your back.", "Not so far."]
    assert said("- use: inner.yaml", {"inner": INNER}, options=["gentle"]) == words
