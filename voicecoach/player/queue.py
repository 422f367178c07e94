"""The routines that were added to a session while it plays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voicecoach.choices import Choices
from voicecoach.routine import Routine
from voicecoach.timeline import Timeline
from voicecoach.units import Frames

__all__ = ["QueueItem", "QueueSlot", "spoken_items", "titles_ahead"]


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A routine that somebody wants to hear next, read and found right."""

    routine: Routine
    choices: Choices
    kept: Mapping[str, Any] = field(default_factory=dict)
    """As plain values, for the log."""


@dataclass(frozen=True, slots=True)
class QueueSlot:
    """A wish, granted."""

    wish: QueueItem
    first: int | None = None
    """Which move of the session is its first; None until it is spoken."""


def spoken_items(queue: tuple[QueueSlot, ...]) -> tuple[QueueItem, ...]:
    """What follows the session already."""
    return tuple(each.wish for each in queue if each.first is not None)


def titles_ahead(queue: tuple[QueueSlot, ...], timeline: Timeline, at: Frames) -> tuple[str, ...]:
    """The titles of what has not begun at `at`."""

    def begun(each: QueueSlot) -> bool:
        return each.first is not None and each.first < len(timeline.moves) and timeline.moves[each.first].start <= at

    return tuple(each.wish.routine.title for each in queue if not begun(each))
