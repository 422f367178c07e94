"""Reading the steps that speak, wait and hold other steps: `say pause wait repeat sides move use`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from voicecoach.errors import nearest
from voicecoach.routine import Move, Pause, Range, Repeat, Say, Side, Sides, Step, Use, Wait
from voicecoach.script import values, words
from voicecoach.script.fields import Fields
from voicecoach.script.kinds import POSITIONS, Around
from voicecoach.script.tree import Scalar, Sequence

if TYPE_CHECKING:
    from voicecoach.script.steps import Reader

__all__ = ["move", "pause", "repeat", "say", "sides", "use", "wait"]

_SECOND = Range(1000, 1000)
_ONE = Range(1, 1)


def say(reader: Reader, fields: Fields, around: Around, common: dict[str, Any]) -> Step:
    """A text, then silence in which to do it."""
    text, again = fields.node("say"), fields.node("again")
    assert text is not None
    return Say(
        text=reader.notes.text(text, "say", around.allowed),
        then=fields.value("then", lambda typed: values.durations(typed, zero=True), None),
        again=reader.notes.text(again, "again", around.allowed, empty=True) if again else None,
        **common,
    )


def pause(_reader: Reader, fields: Fields, _around: Around, common: dict[str, Any]) -> Step:
    """Silence."""
    return Pause(length=fields.value("pause", values.durations, _SECOND), **common)


def wait(reader: Reader, fields: Fields, around: Around, common: dict[str, Any]) -> Step:
    """Until the listener is ready."""
    text = fields.node("say")
    said = reader.notes.text(text, "say", around.allowed) if text else None
    return Wait(length=fields.value("wait", values.durations, _SECOND), say=said, **common)


def repeat(reader: Reader, fields: Fields, around: Around, common: dict[str, Any]) -> Step:
    """The steps, so many times."""
    inner = around.inside(*words.IN_REPEAT)
    return Repeat(
        number=fields.value("repeat", values.numbers, _ONE),
        steps=reader.below(fields, "steps", inner),
        between=reader.below(fields, "between", inner, filled=False),
        announce=fields.value("announce", values.yes_or_no, False),
        **common,
    )


def sides(reader: Reader, fields: Fields, around: Around, common: dict[str, Any]) -> Step:
    """The steps once for each side."""
    node = fields.node("sides")
    assert node is not None
    named = (
        tuple(item.text.strip() if isinstance(item, Scalar) else "" for item in node.items)
        if isinstance(node, Sequence)
        else ()
    )
    order = cast("tuple[Side, Side]", named)
    if sorted(named) != ["left", "right"]:
        shown = ", ".join(named) or (node.text if isinstance(node, Scalar) else "nothing")
        reader.notes.wrong(node.pos, f"sides ({shown}), allowed are [left, right] and [right, left]")
        order = ("left", "right")
    inner = around.inside(*words.IN_SIDES)
    between = reader.below(fields, "between", inner, filled=False) if "between" in fields else None
    return Sides(order=order, steps=reader.below(fields, "steps", inner), between=between, **common)


def move(reader: Reader, fields: Fields, around: Around, common: dict[str, Any]) -> Step:
    """A named part."""
    title, position = fields.node("move"), fields.node("position")
    assert title is not None
    allowed = around.allowed - words.IN_LIST - {"move", "next"}
    if position and (where := reader.notes.scalar(position, "position")) is not None and where not in POSITIONS:
        reader.notes.wrong(
            position.pos, f"position ({where}), allowed: {', '.join(POSITIONS)}", nearest(where, POSITIONS)
        )
        position = None
    return Move(
        title=reader.notes.text(title, "move", allowed),
        steps=reader.below(fields, "steps", around.inside()),
        position=reader.notes.text(position, "position", around.allowed) if position else None,
        needs=fields.names("needs"),
        **common,
    )


def use(reader: Reader, fields: Fields, _around: Around, common: dict[str, Any]) -> Step | None:
    """Another routine's steps in place."""
    node = fields.node("use")
    assert node is not None
    name = reader.notes.scalar(node, "use")
    routine = reader.links.routine(reader.notes, node, name) if name is not None else None
    options = fields.names("options")
    if routine is None:
        return None
    known = routine.reachable_options
    listed = fields.node("options")
    for option in options:
        if option not in known and listed is not None:
            allowed = ", ".join(sorted(known)) or "none"
            hint = nearest(option, known)
            reader.notes.wrong(listed.pos, f"options: {name} has no option ({option}), allowed: {allowed}", hint)
    return Use(routine=routine, options=options, **common)
