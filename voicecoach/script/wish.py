"""What a plan comes down to, and what has to be known to read one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from voicecoach.errors import ScriptError, SurroundingsError
from voicecoach.routine import Routine
from voicecoach.units import Ms

__all__ = ["Known", "Wish"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
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
class Wish:
    """One routine for one person."""

    person: str
    folder: str
    """Safe, and no other person's."""
    name: str
    """The routine's, as the plan has it."""
    routine: Routine | ScriptError | SurroundingsError
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
