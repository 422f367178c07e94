"""What is done by the clock: holds, counts, breaths and waits, for those who show how much of one is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from voicecoach.routine import Side
from voicecoach.timeline import Timeline
from voicecoach.units import Ms, ms

__all__ = ["Clock", "ClockKind", "clocks"]

ClockKind: TypeAlias = Literal["hold", "count", "breathe", "wait"]


@dataclass(frozen=True, slots=True)
class Clock:
    """A stretch of time with something to do."""

    start: Ms
    end: Ms
    kind: ClockKind
    side: Side | None = None


def clocks(timeline: Timeline) -> tuple[Clock, ...]:
    """All of a session, in order."""
    return tuple(
        Clock(ms(event.start), ms(event.end), event.kind, event.side)
        for event in timeline.events
        if event.kind in ("hold", "count", "breathe", "wait")
    )
