"""`--only`, `--skip`, `when` and `unless`, and the titles that can be selected."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc

import pytest

from voicecoach.compiler.selection import move_titles, routine_needs, unknown_titles
from voicecoach.errors import Pos
from voicecoach.routine import Move, Routine, Text

Texts = Callable[..., list[str]]
Timetable = Callable[..., str]


def test_only_finds_nested_moves(heard: Timetable) -> None:
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
    assert played == cleandoc("""
        0      0.5    Lift.
        1.5    2      Lift.
    """)


def test_skip_keeps_loose_steps(heard: Timetable) -> None:
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
    assert played == cleandoc("""
        0      0.6    Loose.
        1.6    2.5    Lie down.
    """)


def test_skipped_moves_have_no_rounds(said: Texts) -> None:
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


def test_only_matches_filled_in_title(said: Texts) -> None:
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


def test_only_matches_title_as_written(said: Texts) -> None:
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


def test_skipped_side_is_not_announced(said: Texts) -> None:
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


def test_only_keeps_side_changes(said: Texts) -> None:
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


def test_only_finds_moves_in_between(said: Texts) -> None:
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


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], ["Then Rest.", "Down."]),
        (["strong"], ["Then Plank.", "Round 1 of 2.", "Up.", "Last round.", "Up."]),
    ],
)
def test_options_decide_what_is_announced(said: Texts, options: list[str], words: list[str]) -> None:
    script = """
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
    """
    assert said(script, options=options) == words


def has_title(written: str, title: str) -> bool:
    pos = Pos("a.yaml")
    move = Move(title=Text(written, (written,), pos), steps=(), pos=pos)
    return not unknown_titles(Routine(title="A", steps=(move,)), (title,))


@pytest.mark.parametrize(
    ("written", "title", "matches"),
    [
        ("Hip bridge", " hip  BRIDGE ", True),
        ("Hip bridge", "Hip", False),
        ("Hip, {side}", "hip, {SIDE}", True),
        ("Hip, {side}", "Hip, left", True),
        ("Hip, {side}", "Hip, ", False),
        ("Hip, {side}", "A hip, left", False),
        ("{side} hip", "left hip", True),
        ("{side} hip", "left hip too", False),
        ("Hip {round} of {rounds} done", "Hip 1 of 3 done", True),
        ("Hip {round} of {rounds} done", "Hip 1 of done", False),
        ("Hip {round} of {rounds} done", "Hip  of 3 done", False),
        ("{round}{rounds}", "12", True),
        ("{round}{rounds}", "1", False),
        ("ab{side}ba", "aba", False),
        ("a.c{side}", "abc left", False),
    ],
)
def test_titles_match_any_placeholder_value(written: str, title: str, matches: bool) -> None:
    assert has_title(written, title) is matches


def test_many_placeholders_compare_quickly() -> None:
    """Trying every way to fill them in would take years."""
    assert not has_title("{side}a" * 40 + "x", "a" * 200)


def test_titles_and_needs_listed_before_compiling(read: Callable[..., Routine]) -> None:
    routine = read(
        "title: A\nneeds: [mat]\noptions: {o: O.}\nsteps:\n"
        "  - {move: One, needs: [Ball], steps: [{use: inner.yaml}]}\n"
        "  - {move: '{left} two', needs: [ball, Mat], when: o, steps: [{say: Up.}]}",
        inner="title: B\nneeds: [roller]\nsteps: [{say: Roll.}]",
    )
    assert move_titles(routine) == ("One", "B", "{left} two")
    assert routine_needs(routine) == ("mat", "Ball", "roller")
    assert routine_needs(routine, frozenset({"o"})) == ("mat", "Ball", "roller")
