"""The routines that were added to a session while it plays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voicecoach.compiler import Choices
from voicecoach.routine import Routine
from voicecoach.timeline import Timeline
from voicecoach.units import Frames

__all__ = ["Queued", "Wish", "ahead", "made"]


@dataclass(frozen=True, slots=True)
class Wish:
    """A routine that somebody wants to hear next, read and found right."""

    routine: Routine
    choices: Choices
    kept: Mapping[str, Any] = field(default_factory=dict)
    """As plain values, for the log."""


@dataclass(frozen=True, slots=True)
class Queued:
    """A wish, granted."""

    wish: Wish
    first: int | None = None
    """Which move of the session is its first; None until it is spoken."""


def made(queue: tuple[Queued, ...]) -> tuple[Wish, ...]:
    """What follows the session already."""
    return tuple(each.wish for each in queue if each.first is not None)


def ahead(queue: tuple[Queued, ...], timeline: Timeline, at: Frames) -> tuple[str, ...]:
    """The titles of what has not begun at `at`."""

    def begun(each: Queued) -> bool:
        return each.first is not None and each.first < len(timeline.moves) and timeline.moves[each.first].start <= at

    return tuple(each.wish.routine.title for each in queue if not begun(each))
