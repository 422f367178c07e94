"""What is said: placeholders filled in, capital letters, respellings."""

from __future__ import annotations

from collections.abc import Callable


def test_length_is_that_of_the_timed_step_ahead_in_the_same_list(said: Callable[..., list[str]]) -> None:
    words = said("""
        - say: Hold for {length}.
        - say: Get ready.
        - hold: 1:30
          cues: {at 5 s: "That is {length}."}
          countdown: 0
        - say: Count for {length}.
        - count: 3
          each: 1.5 s
        - say: Breathe for {length}.
        - breathe: {in: 4 s, out: 6 s}
          rounds: 6
    """)
    assert words == [
        "Hold for 1 minute 30 seconds.",
        "Get ready.",
        "That is 1 minute 30 seconds.",
        "Count for 5 seconds.",
        "Breathe for 1 minute.",
        "Breathe in",
        "Breathe out",
        "Breathe in",
        "Breathe out",
    ]


def test_length_looks_past_a_step_that_is_left_out(said: Callable[..., list[str]]) -> None:
    words = said(
        """
        title: Test
        options: {short: Less.}
        steps:
          - say: Hold for {length}.
          - hold: 1 h
            unless: short
          - hold: 1 min
            when: short
    """,
        options=["short"],
    )
    assert words == ["Hold for 1 minute.", "Halfway.", "3", "2", "1"]


def test_moves_know_their_own_title_and_the_next(said: Callable[..., list[str]]) -> None:
    words = said("""
        - say: First {next}.
        - move: Neck
          steps:
            - say: This is {move}, then {next}.
        - repeat: 2
          steps:
            - move: Hips
              steps:
                - say: This is {move}, then {next}.
    """)
    assert words == [
        "First Neck.",
        "This is Neck, then Hips.",
        "This is Hips, then Hips.",
        "This is Hips, then the end.",
    ]


def test_a_step_behind_an_inner_move_still_knows_its_own(said: Callable[..., list[str]]) -> None:
    words = said("""
        - move: Floor
          steps:
            - say: Lie down for {move}.
            - move: Bridge
              steps:
                - say: This is {move}.
            - say: That was {move}.
    """)
    assert words == ["Lie down for Floor.", "This is Bridge.", "That was Floor."]


def test_minutes_left_and_in_all_are_whole(said: Callable[..., list[str]]) -> None:
    words = said("""
        - say: "{total} minutes."
        - pause: 4 min
        - say: "{left} of {total} left."
        - hold: 5 min
          countdown: 0
          cues: {halfway: "{left} left."}
    """)
    assert words == ["9 minutes.", "5 of 9 left.", "3 left."]


def test_a_sentence_begins_with_a_capital_letter_whatever_is_filled_in(said: Callable[..., list[str]]) -> None:
    words = said(
        """
        - sides: [left, right]
          between: []
          steps:
            - say: "{side} arm up. {other} arm down! {strong|weak} side? The {side} one, {side}: {other}."
    """,
        side="left",
    )
    assert words == ["Left arm up. Right arm down! Strong side? The left one, left: right."]


def test_doubled_braces_are_braces(said: Callable[..., list[str]]) -> None:
    words = said(
        """
        - sides: [left, right]
          steps:
            - say: A {{brace}} on the {side}.
    """,
        side="left",
    )
    assert words == ["A {brace} on the left."]
