"""Which titles a routine's moves may bear."""

from __future__ import annotations

import pytest

from voicecoach.compiler.selection import unknown_titles
from voicecoach.errors import Pos
from voicecoach.routine import Move, Routine, Text


def bears(written: str, asked: str) -> bool:
    pos = Pos("a.yaml")
    move = Move(title=Text(written, (written,), pos), steps=(), pos=pos)
    return not unknown_titles(Routine(title="A", steps=(move,)), (asked,))


@pytest.mark.parametrize(
    ("written", "asked", "does"),
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
def test_a_title_is_known_as_it_is_written_and_as_it_may_come_out(written: str, asked: str, does: bool) -> None:
    assert bears(written, asked) is does


def test_a_title_of_many_placeholders_is_soon_compared() -> None:
    """A search that tried all ways of filling them in would take years."""
    assert not bears("{side}a" * 40 + "x", "a" * 200)
