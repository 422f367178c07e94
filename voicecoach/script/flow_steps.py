"""Reads the steps that speak, wait or contain other steps: `say pause wait repeat sides move use`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from voicecoach.errors import nearest
from voicecoach.routine import Move, Pause, Range, Repeat, Say, Side, Sides, Step, Text, Use, Wait, same_language
from voicecoach.script import placeholders, values
from voicecoach.script.fields import Fields
from voicecoach.script.keywords import POSITIONS
from voicecoach.script.source_text import shown
from voicecoach.script.yaml_tree import Node, Scalar, Sequence

if TYPE_CHECKING:
    from voicecoach.script.step_reader import Reader

__all__ = ["move", "pause", "repeat", "say", "sides", "use", "wait"]

_SECOND = Range(1000, 1000)
_ONE = Range(1, 1)


def say(reader: Reader, fields: Fields, allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """A text, then silence in which to do it."""
    again = fields.node("again")
    return Say(
        text=reader.notes.text(fields["say"], "say", allowed),
        then=fields.value("then", lambda typed: values.durations(typed, zero=True), None),
        again=reader.notes.text(again, "again", allowed, empty=True) if again else None,
        **common,
    )


def pause(_reader: Reader, fields: Fields, _allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """Silence."""
    return Pause(length=fields.value("pause", values.durations, _SECOND), **common)


def wait(reader: Reader, fields: Fields, allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """Until the listener is ready."""
    text = fields.node("say")
    said = reader.notes.text(text, "say", allowed) if text else None
    return Wait(length=fields.value("wait", values.durations, _SECOND), say=said, **common)


def repeat(reader: Reader, fields: Fields, allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """The steps, so many times."""
    inner = allowed | placeholders.IN_REPEAT
    return Repeat(
        number=fields.value("repeat", values.numbers, _ONE),
        steps=reader.below(fields, "steps", inner),
        between=reader.below(fields, "between", inner, filled=False),
        announce=fields.value("announce", values.yes_or_no, False),
        **common,
    )


def sides(reader: Reader, fields: Fields, allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """The steps once for each side."""
    node = fields["sides"]
    named = tuple(item.text.strip() if isinstance(item, Scalar) else "a list" for item in _items(node))
    order = cast("tuple[Side, Side]", named)
    if sorted(named) != ["left", "right"]:
        found = shown(", ".join(named) or (node.text if isinstance(node, Scalar) else ""))
        reader.notes.wrong(node.pos, f"sides: not two sides ({found}), allowed are [left, right] and [right, left]")
        order = ("left", "right")
    inner = allowed | placeholders.IN_SIDES
    between = reader.below(fields, "between", inner, filled=False) if "between" in fields else None
    return Sides(order=order, steps=reader.below(fields, "steps", inner), between=between, **common)


def _items(node: Node) -> list[Node]:
    return node.items if isinstance(node, Sequence) else []


def move(reader: Reader, fields: Fields, allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """A named part."""
    position = fields.node("position")
    return Move(
        title=reader.notes.text(fields["move"], "move", allowed - placeholders.IN_LIST - {"move", "next"}),
        steps=reader.below(fields, "steps", allowed),
        position=_position(reader, position, allowed) if position else None,
        needs=fields.props("needs"),
        **common,
    )


def _position(reader: Reader, node: Node, allowed: frozenset[str]) -> Text | None:
    where = reader.notes.scalar(node, "position")
    if where is None:
        return None
    if where not in POSITIONS:
        message = f"position: not a position ({shown(where)}), allowed: {', '.join(POSITIONS)}"
        reader.notes.wrong(node.pos, message, nearest(where, POSITIONS))
        return None
    return reader.notes.text(node, "position", allowed)


def use(reader: Reader, fields: Fields, _allowed: frozenset[str], common: dict[str, Any]) -> Step | None:
    """Another routine's steps in place."""
    node = fields["use"]
    name = reader.notes.scalar(node, "use")
    routine = reader.links.routine(reader.notes, node, name) if name is not None else None
    if routine is None or name is None:
        return None
    if not same_language(routine.language, reader.language):
        message = f"use: {shown(name)} speaks another language ({routine.language}), {reader.language} is allowed here"
        reader.notes.wrong(node.pos, message)
    options = fields.chosen("options", reader.options_of(routine), f"{shown(name)} has") if "options" in fields else []
    return Use(routine=routine, options=tuple(options), **common)
