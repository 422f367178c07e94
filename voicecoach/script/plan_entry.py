"""The choices that stand in one place of a plan: at its top, with a person, with a routine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from voicecoach.errors import nearest
from voicecoach.script import values
from voicecoach.script.fields import Fields
from voicecoach.script.quote import shown
from voicecoach.script.wish import Known
from voicecoach.script.yaml_tree import Node

__all__ = ["CHOICES", "Given", "Name", "given", "nearer"]

CHOICES = ("level", "minutes", "with", "skip", "side", "speed", "intro", "voice", "formats")
"""What may be chosen anywhere in a plan."""
_SIDES = ("left", "right", "both")
_DOSE = ("level", "minutes")


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """The name of an option, a move or a voice, and where it stands."""

    text: str
    node: Node
    shared: bool = False
    """Said for several routines: for those that have it, and one of them must."""


Given: TypeAlias = dict[str, Any]
"""By key: `with`, `skip` and `only` as lists of `Name`, `voice` as one, all others as their values."""


def given(fields: Fields, known: Known, *, shared: bool) -> Given:
    """The choices among the keys, each read if it is there; `shared` where they are for several routines."""
    reads: dict[str, Callable[[str], object]] = {
        "level": lambda typed: _level(typed, known),
        "minutes": values.minutes,
        "side": _side,
        "speed": values.speed,
        "intro": values.yes_or_no,
    }
    found: Given = {key: fields.value(key, read, None) for key, read in reads.items() if key in fields}
    for key in ("with", "skip", "only"):
        if key in fields:
            several = shared and key != "only"
            found[key] = [Name(text, node, several) for text, node in fields.names(key)]
    if "voice" in fields:
        found["voice"] = Name(fields.plain("voice"), fields["voice"])
    if "formats" in fields:
        found["formats"] = _formats(fields, known)
    if all(key in found for key in _DOSE):
        hint = "minutes find the level by themselves: leave one out"
        fields.notes.wrong(fields["minutes"].pos, "level and minutes together", hint)
    return found


def nearer(outer: Given, inner: Given) -> Given:
    """What stands nearer to a routine holds; level and minutes are two words for one choice."""
    dosed = any(key in inner for key in _DOSE)
    return {key: value for key, value in outer.items() if not (dosed and key in _DOSE)} | inner


def _formats(fields: Fields, known: Known) -> tuple[str, ...]:
    found = fields.names("formats")
    for name, node in found:
        if name not in known.formats:
            message = f"formats: an unknown format ({shown(name)}), allowed: {', '.join(known.formats)}"
            fields.notes.wrong(node.pos, message, nearest(name, known.formats))
    if not found:
        fields.notes.wrong(fields["formats"].pos, "formats: none, at least one is needed")
    return tuple(dict.fromkeys(name for name, _ in found))


def _level(typed: str, known: Known) -> int:
    if typed.lower() in known.levels:
        return known.levels[typed.lower()]
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 3 and int(typed) <= 100):
        raise ValueError(f"not a level ({shown(typed)}), allowed are {', '.join(known.levels)}, and 0 to 100")
    return int(typed)


def _side(typed: str) -> str:
    if typed not in _SIDES:
        raise ValueError(f"not a side ({shown(typed)}), allowed are {', '.join(_SIDES)}")
    return typed
