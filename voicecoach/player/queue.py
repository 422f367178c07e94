"""The routines that were added to a session while it plays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voicecoach.choices import Choices
from voicecoach.routine import Routine
from voicecoach.timeline import Timeline
from voicecoach.units import Frames


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A routine that is to follow the session, read and checked."""

    routine: Routine
    choices: Choices
    recipe: Mapping[str, Any] = field(default_factory=dict)
    """Plain values from which the log can make it anew."""
    first: int | None = None
    """The index of its first move in the session; None until it is spoken."""


def spoken_items(queue: tuple[QueueItem, ...]) -> tuple[QueueItem, ...]:
    """The items that are part of the session already."""
    return tuple(item for item in queue if item.first is not None)


def titles_ahead(queue: tuple[QueueItem, ...], timeline: Timeline, at: Frames) -> tuple[str, ...]:
    """The titles of the items that have not begun at `at`."""

    def has_begun(item: QueueItem) -> bool:
        return item.first is not None and item.first < len(timeline.moves) and timeline.moves[item.first].start <= at

    return tuple(item.routine.title for item in queue if not has_begun(item))
