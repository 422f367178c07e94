"""From one session over to another one of the same routine, at a place that both have."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from voicecoach.player.timeline_index import Landmarks
from voicecoach.timeline import Event
from voicecoach.units import Frames

__all__ = ["Seam", "seam"]

_Sign: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Seam:
    """Where to leave the one, and where to enter the other: the same thing begins in both."""

    leave: Frames
    enter: Frames


def seam(old: Landmarks, new: Landmarks, at: Frames) -> Seam | None:
    """The first from `at` on; None where there is none any more.

    What begins inside a running clock is no seam: a hold is played to its end, and so is what is said.
    """
    entries = {sign: event.start for event, sign in _signed(new)}
    for event, sign in _signed(old):
        if event.start >= at and sign in entries and _free(old, event):
            return Seam(event.start, entries[sign])
    return None


def _signed(marks: Landmarks) -> Iterator[tuple[Event, _Sign]]:
    """Every event with what tells it from all others, whatever the speed: not its times, nor words made of them."""
    seen: Counter[_Sign] = Counter()
    for event in marks.timeline.events:
        sign = (event.kind, event.sound, event.move, event.side, event.round, event.pos)
        seen[sign] += 1
        yield event, (*sign, seen[sign])


def _free(marks: Landmarks, event: Event) -> bool:
    """Whether nothing that began before it still runs."""
    events = marks.timeline.events
    before = bisect_left(events, event.start, key=lambda each: each.start)
    return all(each.end <= event.start for each in events[:before])
