"""Reads the steps that speak, wait or contain other steps: `say pause wait repeat sides move use`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from voicecoach.errors import did_you_mean
from voicecoach.routine import Move, Pause, Range, Repeat, Say, Side, Sides, Step, Text, Use, Wait, same_language
from voicecoach.script import placeholders, values
from voicecoach.script.fields import Fields
from voicecoach.script.keywords import POSITIONS
from voicecoach.script.source_text import quote
from voicecoach.script.yaml_tree import Node, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from voicecoach.script.step_reader import StepReader

__all__ = ["read_move", "read_pause", "read_repeat", "read_say", "read_sides", "read_use", "read_wait"]

_SECOND = Range(1000, 1000)
_ONE = Range(1, 1)


def read_say(reader: StepReader, fields: Fields, allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """A text, then silence in which to do it."""
    again = fields.node("again")
    return Say(
        text=reader.notes.text(fields["say"], "say", allowed),
        then=fields.value("then", lambda typed: values.duration_range(typed, zero=True), None),
        again=reader.notes.text(again, "again", allowed, empty=True) if again else None,
        **common,
    )


def read_pause(_reader: StepReader, fields: Fields, _allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """Silence."""
    return Pause(length=fields.value("pause", values.duration_range, _SECOND), **common)


def read_wait(reader: StepReader, fields: Fields, allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """Until the listener is ready."""
    text = fields.node("say")
    said = reader.notes.text(text, "say", allowed) if text else None
    return Wait(length=fields.value("wait", values.duration_range, _SECOND), say=said, **common)


def read_repeat(reader: StepReader, fields: Fields, allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """The steps, so many times."""
    inner = allowed | placeholders.IN_REPEAT
    return Repeat(
        number=fields.value("repeat", values.number_range, _ONE),
        steps=reader.below(fields, "steps", inner),
        between=reader.below(fields, "between", inner, filled=False),
        announce=fields.value("announce", values.yes_or_no, False),
        **common,
    )


def read_sides(reader: StepReader, fields: Fields, allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """The steps once for each side."""
    node = fields["sides"]
    named = tuple(item.text.strip() if isinstance(item, ScalarNode) else "a list" for item in _items(node))
    order = cast("tuple[Side, Side]", named)
    if sorted(named) != ["left", "right"]:
        found = quote(", ".join(named) or (node.text if isinstance(node, ScalarNode) else ""))
        reader.notes.wrong(node.pos, f"sides: not two sides ({found}), allowed are [left, right] and [right, left]")
        order = ("left", "right")
    inner = allowed | placeholders.IN_SIDES
    between = reader.below(fields, "between", inner, filled=False) if "between" in fields else None
    return Sides(order=order, steps=reader.below(fields, "steps", inner), between=between, **common)


def _items(node: Node) -> list[Node]:
    return node.items if isinstance(node, SequenceNode) else []


def read_move(reader: StepReader, fields: Fields, allowed: frozenset[str], common: dict[str, Any]) -> Step:
    """A named part."""
    position = fields.node("position")
    return Move(
        title=reader.notes.text(fields["move"], "move", allowed - placeholders.IN_LIST - {"move", "next"}),
        steps=reader.below(fields, "steps", allowed),
        position=_read_position(reader, position, allowed) if position else None,
        needs=fields.props("needs"),
        **common,
    )


def _read_position(reader: StepReader, node: Node, allowed: frozenset[str]) -> Text | None:
    where = reader.notes.scalar(node, "position")
    if where is None:
        return None
    if where not in POSITIONS:
        message = f"position: not a position ({quote(where)}), allowed: {', '.join(POSITIONS)}"
        reader.notes.wrong(node.pos, message, did_you_mean(where, POSITIONS))
        return None
    return reader.notes.text(node, "position", allowed)


def read_use(reader: StepReader, fields: Fields, _allowed: frozenset[str], common: dict[str, Any]) -> Step | None:
    """Another routine's steps in place."""
    node = fields["use"]
    name = reader.notes.scalar(node, "use")
    routine = reader.links.routine(reader.notes, node, name) if name is not None else None
    if routine is None or name is None:
        return None
    if not same_language(routine.language, reader.language):
        message = f"use: {quote(name)} speaks another language ({routine.language}), {reader.language} is allowed here"
        reader.notes.wrong(node.pos, message)
    options = fields.chosen("options", reader.options_of(routine), f"{quote(name)} has") if "options" in fields else []
    return Use(routine=routine, options=tuple(options), **common)
