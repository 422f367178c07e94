"""Routines joined into one session, and routines that use others."""

from __future__ import annotations

import pytest

from voicecoach.errors import ChoiceError, Pos
from voicecoach.routine import Move, Option, Range, Repeat, Routine, Say, Step, Text, Use, join_routines, used_routines

PLACE = Pos("here")
UP = Say(text=Text("Up.", ("Up.",), PLACE), pos=PLACE)


def routine(title: str, *steps: Step, language: str = "en", option: str = "") -> Routine:
    options = (Option(option, ""),) if option else ()
    return Routine(
        title=title, name=title.lower(), steps=steps or (UP,), language=language, options=options, tags=("a",)
    )


def using(used: Routine) -> Use:
    return Use(routine=used, pos=PLACE)


def test_joining_one_routine_returns_it() -> None:
    one = routine("One")
    assert join_routines((one,)) is one


def test_joined_routine_uses_each_in_turn() -> None:
    one, two = routine("One"), routine("Two", language="en-GB")
    whole = join_routines((one, two))
    assert (whole.title, whole.name, whole.language, whole.tags) == ("One, Two", "one-two", "en", ("a",))
    assert used_routines(whole.steps) == (one, two)


def test_joining_two_languages_fails() -> None:
    with pytest.raises(ChoiceError, match=r"routines in two languages \(en and de\), one at a time is allowed"):
        join_routines((routine("One"), routine("Zwei", language="de")))


def test_options_of_used_routines_are_reachable() -> None:
    deep = routine("Deep", option="deep")
    middle = routine("Middle", Repeat(number=Range(2, 2), steps=(using(deep), using(deep)), pos=PLACE))
    outer = routine("Outer", Move(title=UP.text, steps=(using(middle),), pos=PLACE), option="own")
    assert used_routines(outer.steps) == (middle, deep)
    assert outer.reachable_options == {"own", "deep"}


def test_aliased_steps_are_walked_once() -> None:
    deep = routine("Deep", option="deep")
    steps: tuple[Step, ...] = (using(deep),)
    for _ in range(30):
        again = Move(title=UP.text, steps=steps, pos=PLACE)
        steps = (again, again)
    assert used_routines(steps) == (deep,)
