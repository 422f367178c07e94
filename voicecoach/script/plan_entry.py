"""The entries of a plan (one routine for one person), and the choices that a plan may set for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from voicecoach.errors import ExternalError, ScriptError, did_you_mean
from voicecoach.routine import Routine
from voicecoach.script import values
from voicecoach.script.fields import Fields
from voicecoach.script.source_text import quote
from voicecoach.script.yaml_tree import Node
from voicecoach.units import Ms

__all__ = ["CHOICE_KEYS", "ChoiceName", "PlanChoices", "PlanContext", "PlanEntry", "override_choices", "read_choices"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanContext:
    """What a plan may name, and who is asked for it."""

    formats: Collection[str]
    levels: Mapping[str, int]
    load: Callable[[str], Routine]
    """The routine of a name or path. Raises ChoiceError where there is none, ScriptError for one with mistakes."""
    titles: Callable[[Routine], Collection[str]]
    lacks: Callable[[Routine, tuple[str, ...]], tuple[str, ...]]
    """Those of the titles that none of its moves bears."""
    voice: Callable[[str, str], object]
    """Raises ChoiceError for a voice, and a language, that cannot be."""
    folder: Callable[[str], str]
    """A name as that of a folder; empty where nothing of it can stand there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEntry:
    """One routine for one person."""

    person: str
    folder: str
    """Safe, and no other person's."""
    name: str
    """The routine's, as the plan has it."""
    routine: Routine | ScriptError | ExternalError
    """Or what is wrong with it: no fault of the plan's."""
    level: int | None = None
    minutes: Ms | None = None
    options: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    side: Literal["left", "right", "both"] = "both"
    speed: int = 100
    """Percent."""
    intro: bool = True
    voice: str = "auto"
    formats: tuple[str, ...] = ()
    """None: as one who asks for a catalogue gets by itself."""


CHOICE_KEYS = ("level", "minutes", "with", "skip", "side", "speed", "intro", "voice", "formats")
"""What may be chosen anywhere in a plan."""
_SIDES = ("left", "right", "both")
_DOSE = ("level", "minutes")


@dataclass(frozen=True, slots=True, eq=False)
class ChoiceName:
    """The name of an option, a move or a voice, and where it stands."""

    text: str
    node: Node
    shared: bool = False
    """Said for several routines: for those that have it, and one of them must."""


PlanChoices: TypeAlias = dict[str, Any]
"""By key: `with`, `skip` and `only` as lists of `ChoiceName`, `voice` as one, all others as their values."""


def read_choices(fields: Fields, known: PlanContext, *, shared: bool) -> PlanChoices:
    """The choices among the keys, each read if it is there; `shared` where they are for several routines."""
    reads: dict[str, Callable[[str], object]] = {
        "level": lambda typed: _level(typed, known),
        "minutes": values.minutes,
        "side": _side,
        "speed": values.speed,
        "intro": values.yes_or_no,
    }
    found: PlanChoices = {key: fields.value(key, read, None) for key, read in reads.items() if key in fields}
    for key in ("with", "skip", "only"):
        if key in fields:
            several = shared and key != "only"
            found[key] = [ChoiceName(text, node, several) for text, node in fields.names(key)]
    if "voice" in fields:
        found["voice"] = ChoiceName(fields.plain("voice"), fields["voice"])
    if "formats" in fields:
        found["formats"] = _formats(fields, known)
    if all(key in found for key in _DOSE):
        hint = "minutes find the level by themselves: leave one out"
        fields.notes.wrong(fields["minutes"].pos, "level and minutes together", hint)
    return found


def override_choices(outer: PlanChoices, inner: PlanChoices) -> PlanChoices:
    """What stands nearer to a routine holds; level and minutes are two words for one choice."""
    dosed = any(key in inner for key in _DOSE)
    return {key: value for key, value in outer.items() if not (dosed and key in _DOSE)} | inner


def _formats(fields: Fields, known: PlanContext) -> tuple[str, ...]:
    found = fields.names("formats")
    for name, node in found:
        if name not in known.formats:
            message = f"formats: an unknown format ({quote(name)}), allowed: {', '.join(known.formats)}"
            fields.notes.wrong(node.pos, message, did_you_mean(name, known.formats))
    if not found:
        fields.notes.wrong(fields["formats"].pos, "formats: none, at least one is needed")
    return tuple(dict.fromkeys(name for name, _ in found))


def _level(typed: str, known: PlanContext) -> int:
    if typed.lower() in known.levels:
        return known.levels[typed.lower()]
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 3 and int(typed) <= 100):
        raise ValueError(f"not a level ({quote(typed)}), allowed are {', '.join(known.levels)}, and 0 to 100")
    return int(typed)


def _side(typed: str) -> str:
    if typed not in _SIDES:
        raise ValueError(f"not a side ({quote(typed)}), allowed are {', '.join(_SIDES)}")
    return typed
