"""What a listener can ask for, from wherever it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

__all__ = ["Act", "Command", "WaysIn"]


class Act(StrEnum):
    """The kinds of command."""

    PAUSE = "pause"
    RESUME = "resume"
    TOGGLE = "toggle"
    """Pause or resume, whichever means something now."""
    NEXT = "next"
    """To the next move."""
    BACK = "back"
    """To the start of this move; soon after that, to the one before."""
    REPEAT = "repeat"
    """To the start of what was said last."""
    VOLUME = "volume"
    """Louder by `amount` steps, or softer."""
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing asked for: the same type from keys and every other way in."""

    act: Act
    amount: int = 0
    """Steps of volume, negative for softer; means nothing to the others."""


WaysIn: TypeAlias = Callable[[float], Iterable[Command]]
"""Waits for at most so many seconds, and gives the commands that have come."""
