"""The entries of a plan (one routine for one person), and the choices that a plan may set for them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeAlias

from voicecoach.choices import Choices, parse_level, parse_side
from voicecoach.errors import ExternalError, ScriptError, did_you_mean
from voicecoach.routine import Routine
from voicecoach.script import values
from voicecoach.script.node_reader import Fields
from voicecoach.script.source_text import quote
from voicecoach.script.yaml_tree import Node

__all__ = ["CHOICE_KEYS", "ChoiceName", "PlanChoices", "PlanContext", "PlanEntry", "override_choices", "read_choices"]

CHOICE_KEYS = ("level", "minutes", "with", "skip", "side", "speed", "intro", "voice", "formats")
"""The choices that may stand anywhere in a plan."""
_DOSE_KEYS = ("level", "minutes")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanContext:
    """What a plan may name, and functions to check it."""

    formats: Collection[str]
    load: Callable[[str], Routine]
    """Load a routine by name or path. Raises `ChoiceError` if there is none, `ScriptError` if it has errors."""
    move_titles: Callable[[Routine], Collection[str]]
    unknown_titles: Callable[[Routine, tuple[str, ...]], tuple[str, ...]]
    """Those of the titles that no move of the routine has."""
    check_voice: Callable[[str, str], object]
    """Takes a voice and a language. Raises `ChoiceError` for a voice that is wrong anywhere."""
    folder_name: Callable[[str], str]
    """Turn a person's name into that of a folder; empty if nothing of it can be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEntry:
    """One routine for one person."""

    person: str
    folder: str
    """A safe name, different for each person."""
    name: str
    """The name of the routine as the plan has it."""
    routine: Routine | ScriptError | ExternalError
    """The routine, or the reason why it cannot be read; that is no error in the plan."""
    choices: Choices
    voice: str = "auto"
    formats: tuple[str, ...] = ()
    """Empty if the plan names none."""


@dataclass(frozen=True, slots=True, eq=False)
class ChoiceName:
    """The name of an option, a move or a voice, with its node."""

    text: str
    node: Node
    shared: bool = False
    """Whether it is for several routines. It then applies to those that have it, and at least one must."""


PlanChoices: TypeAlias = dict[str, Any]
"""Choices by key: `with`, `skip` and `only` as lists of `ChoiceName`, `voice` as one, all others as plain values."""


def read_choices(fields: Fields, context: PlanContext, *, shared: bool) -> PlanChoices:
    """Read the choices in one place of a plan; `shared` if they are for several routines."""
    parsers: dict[str, Callable[[str], object]] = {
        "level": lambda typed: parse_level(quote(typed)),
        "minutes": values.minutes,
        "side": lambda typed: parse_side(quote(typed)),
        "speed": values.speed,
        "intro": values.yes_or_no,
    }
    choices: PlanChoices = {key: fields.value(key, parse, None) for key, parse in parsers.items() if key in fields}
    for key in ("with", "skip", "only"):
        if key in fields:
            choices[key] = [ChoiceName(text, node, shared and key != "only") for text, node in fields.names(key)]
    if "voice" in fields:
        choices["voice"] = ChoiceName(fields.plain("voice"), fields["voice"])
    if "formats" in fields:
        choices["formats"] = _formats(fields, context)
    if all(key in choices for key in _DOSE_KEYS):
        hint = "minutes find the level by themselves: leave one out"
        fields.nodes.error(fields["minutes"].pos, "level and minutes together", hint)
        del choices["minutes"]
    return choices


def override_choices(outer: PlanChoices, inner: PlanChoices) -> PlanChoices:
    """The outer choices, replaced by inner ones; level and minutes count as the same choice."""
    dosed = any(key in inner for key in _DOSE_KEYS)
    return {key: value for key, value in outer.items() if not (dosed and key in _DOSE_KEYS)} | inner


def _formats(fields: Fields, context: PlanContext) -> tuple[str, ...]:
    names = fields.names("formats")
    for name, node in names:
        if name not in context.formats:
            message = f"formats: an unknown format ({quote(name)}), allowed: {', '.join(context.formats)}"
            fields.nodes.error(node.pos, message, did_you_mean(name, context.formats))
    if not names:
        fields.error("formats", "none, at least one is needed")
    return tuple(dict.fromkeys(name for name, _ in names))
