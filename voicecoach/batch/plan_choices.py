"""The choices in one place of a plan: at its top, for a person or for a routine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from voicecoach.batch.session_files import KINDS
from voicecoach.choices import parse_level, parse_side
from voicecoach.errors import did_you_mean
from voicecoach.script import values
from voicecoach.script.node_reader import Fields
from voicecoach.script.source_text import quote
from voicecoach.script.yaml_tree import Node

__all__ = ["CHOICE_KEYS", "ChoiceName", "PlanChoices", "override_choices", "read_choices"]

CHOICE_KEYS = ("level", "minutes", "with", "skip", "side", "speed", "intro", "voice", "formats")
"""The choices that may stand anywhere in a plan."""
_DOSE_KEYS = ("level", "minutes")
_PARSERS: dict[str, Callable[[str], object]] = {
    "level": lambda typed: parse_level(quote(typed)),
    "minutes": values.minutes,
    "side": lambda typed: parse_side(quote(typed)),
    "speed": values.speed,
    "intro": values.yes_or_no,
}


@dataclass(frozen=True, slots=True, eq=False)
class ChoiceName:
    """The name of an option, a move or a voice, with its node."""

    text: str
    node: Node
    shared: bool = False
    """Whether it is for several routines. It then applies to those that have it, and at least one must."""


PlanChoices: TypeAlias = dict[str, Any]
"""Choices by key: `with`, `skip` and `only` as lists of `ChoiceName`, `voice` as one, all others as plain values."""


def read_choices(fields: Fields, *, shared: bool) -> PlanChoices:
    """Read the choices in one place of a plan; `shared` if they are for several routines."""
    choices: PlanChoices = {key: fields.value(key, parse, None) for key, parse in _PARSERS.items() if key in fields}
    for key in ("with", "skip", "only"):
        if key in fields:
            choices[key] = [ChoiceName(text, node, shared and key != "only") for text, node in fields.names(key)]
    if "voice" in fields:
        choices["voice"] = ChoiceName(fields.plain("voice"), fields["voice"])
    if "formats" in fields:
        choices["formats"] = _formats(fields)
    if all(key in choices for key in _DOSE_KEYS):
        hint = "minutes find the level by themselves: leave one out"
        fields.nodes.error(fields["minutes"].pos, "level and minutes together", hint)
        del choices["minutes"]
    return choices


def override_choices(outer: PlanChoices, inner: PlanChoices) -> PlanChoices:
    """The outer choices, replaced by inner ones; level and minutes count as the same choice."""
    dosed = any(key in inner for key in _DOSE_KEYS)
    return {key: value for key, value in outer.items() if not (dosed and key in _DOSE_KEYS)} | inner


def _formats(fields: Fields) -> tuple[str, ...]:
    names = fields.names("formats")
    for name, node in names:
        if name not in KINDS:
            message = f"formats: an unknown format ({quote(name)}), allowed: {', '.join(KINDS)}"
            fields.nodes.error(node.pos, message, did_you_mean(name, KINDS))
    if not names:
        fields.error("formats", "none, at least one is needed")
    return tuple(dict.fromkeys(name for name, _ in names))
