"""Where in a session there is something to jump to, or to show."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from voicecoach.timeline import Event, Span, Timeline
from voicecoach.units import Frames

__all__ = ["Landmarks"]

_CLOCKS = frozenset({"hold", "count", "breathe", "wait"})


class Landmarks:
    """A timeline, indexed by time: every question takes a frame and costs a binary search."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._clocks = [event for event in timeline.events if event.kind in _CLOCKS]
        self._cues = [event for event in timeline.events if event.kind == "say" and not self._counted(event)]
        starts = {Frames(0), *(move.start for move in timeline.moves), *(move.end for move in timeline.moves[-1:])}
        self._marks = sorted(start for start in starts if start < timeline.length)

    def mark_before(self, at: Frames) -> Frames:
        """The last start at or before `at`: of a move, the opening or the closing."""
        return self._marks[max(0, bisect_right(self._marks, at) - 1)] if self._marks else Frames(0)

    def mark_after(self, at: Frames) -> Frames:
        """The first such start after `at`, or the end of the session."""
        index = bisect_right(self._marks, at)
        return self._marks[index] if index < len(self._marks) else self.timeline.length

    def cue(self, at: Frames) -> Event | None:
        """What was last begun to be said at `at`, but for the numbers and words of a count."""
        return _last(self._cues, at)

    def next_cue(self, at: Frames) -> Event | None:
        """What is said next after `at`."""
        index = bisect_right(self._cues, at, key=_start)
        return self._cues[index] if index < len(self._cues) else None

    def clock(self, at: Frames) -> Event | None:
        """The hold, count, breathing or wait that runs at `at`."""
        running = _last(self._clocks, at)
        return running if running is not None and at < running.end else None

    def move(self, at: Frames) -> Span | None:
        """The move that `at` lies in; None in the opening and the closing."""
        index = bisect_right(self.timeline.moves, at, key=lambda move: move.start) - 1
        found = self.timeline.moves[index] if index >= 0 else None
        return found if found is not None and at < found.end else None

    def event(self, at: Frames) -> Event | None:
        """Whatever began last at `at`: tells side and round."""
        return _last(self.timeline.events, at)

    def _counted(self, said: Event) -> bool:
        """Whether it is a single word within a clock: "three", "squeeze". Nobody asks for that again."""
        if not said.text or len(said.text.split()) > 1:
            return not said.text
        index = bisect_left(self._clocks, said.start + 1, key=_start) - 1
        return index >= 0 and said.start < self._clocks[index].end and said.start > self._clocks[index].start - 1


def _start(event: Event) -> Frames:
    return event.start


def _last(events: Sequence[Event], at: Frames) -> Event | None:
    index = bisect_right(events, at, key=_start) - 1
    return events[index] if index >= 0 else None
