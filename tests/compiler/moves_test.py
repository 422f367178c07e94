"""Moves: which are played, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent


def test_only_takes_a_move_in_any_case_at_any_depth_and_drops_loose_steps(heard: Callable[..., str]) -> None:
    played = heard(
        """
        - say: Loose.
        - move: Floor
          steps:
            - say: Lie down.
            - repeat: 2
              between:
                - say: Between.
              steps:
                - move: Hip bridge
                  steps:
                    - say: Lift.
        - move: Neck
          steps:
            - say: Nod.
    """,
        only=("hip  BRIDGE",),
    )
    assert (
        played
        == dedent("""
        0      0.5    Lift.
        1.5    2      Lift.
    """).strip()
    )


def test_skip_keeps_loose_steps(heard: Callable[..., str]) -> None:
    played = heard(
        """
        - say: Loose.
        - move: Floor
          steps:
            - say: Lie down.
            - move: Hip bridge
              steps:
                - say: Lift.
        - move: Neck
          steps:
            - say: Nod.
    """,
        skip=("hip bridge", "neck"),
    )
    assert (
        played
        == dedent("""
        0      0.6    Loose.
        1.6    2.5    Lie down.
    """).strip()
    )


def test_what_is_skipped_is_no_round_and_no_side_and_not_the_next(said: Callable[..., list[str]]) -> None:
    words = said(
        """
        - move: Neck
          steps:
            - say: Then {next}.
        - repeat: 3
          announce: yes
          between:
            - say: Between.
          steps:
            - sides: [left, right]
              steps:
                - move: Hip
                  steps:
                    - say: Lift.
    """,
        skip=("hip",),
    )
    assert words == ["Then the end."]


def test_a_title_is_known_as_written_and_as_filled_in(said: Callable[..., list[str]]) -> None:
    words = said(
        """
        - sides: [left, right]
          steps:
            - move: "{side} arm"
              steps:
                - say: Lift.
    """,
        only=("right ARM",),
    )
    assert words == ["Lift."]


def test_a_side_whose_move_is_skipped_is_not_changed_to(said: Callable[..., list[str]]) -> None:
    words = said(
        """
        - sides: [left, right]
          steps:
            - move: "{side} arm"
              steps:
                - say: Lift.
    """,
        skip=("Right arm",),
    )
    assert words == ["Lift."]


def test_all_sides_of_a_title_as_written(said: Callable[..., list[str]]) -> None:
    words = said(
        """
        - sides: [left, right]
          steps:
            - move: "{side} arm"
              steps:
                - say: Lift.
    """,
        only=("{side} arm",),
    )
    assert words == ["Lift.", "Change sides. Now the right.", "Lift."]


def test_sides_of_a_move_that_only_names_are_still_changed(said: Callable[..., list[str]]) -> None:
    words = said(
        """
        - sides: [left, right]
          steps:
            - say: Loose.
            - move: Arm
              steps:
                - say: Lift the {side}.
    """,
        only=("arm",),
    )
    assert words == ["Lift the left.", "Change sides. Now the right.", "Lift the right."]


def test_a_move_in_between_can_be_named_too(said: Callable[..., list[str]]) -> None:
    words = said(
        """
        - repeat: 2
          between:
            - say: Loose.
            - move: Rest
              steps:
                - say: Let go.
          steps:
            - move: Work
              steps:
                - say: Lift.
    """,
        only=("rest",),
    )
    assert words == ["Let go."]


def test_what_an_option_leaves_out_is_not_announced(said: Callable[..., list[str]]) -> None:
    words = said("""
        title: Test
        options: {strong: More.}
        steps:
          - say: Then {next}.
          - repeat: 2
            announce: yes
            steps:
              - move: Plank
                when: strong
                steps:
                  - say: Up.
          - move: Rest
            unless: strong
            steps:
              - say: Down.
    """)
    assert words == ["Then Rest.", "Down."]


def test_an_option_brings_it_in(said: Callable[..., list[str]]) -> None:
    words = said(
        """
        title: Test
        options: {strong: More.}
        steps:
          - say: Then {next}.
          - repeat: 2
            announce: yes
            steps:
              - move: Plank
                when: strong
                steps:
                  - say: Up.
          - move: Rest
            unless: strong
            steps:
              - say: Down.
    """,
        options=["strong"],
    )
    assert words == ["Then Plank.", "Round 1 of 2.", "Up.", "Last round.", "Up."]


def test_where_all_moves_are_left_out_the_next_is_the_end(said: Callable[..., list[str]]) -> None:
    words = said(
        """
        - say: This is {move}, then {next}.
        - move: Neck
          steps:
            - say: Nod.
    """,
        skip=("neck",),
    )
    assert words == ["This is Test, then the end."]
