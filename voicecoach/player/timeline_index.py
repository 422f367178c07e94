"""Looks up what a timeline holds at a frame: the move, the cue, the running clock, the next silence."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from voicecoach.timeline import Event, Placement, Span, Timeline, Utterance
from voicecoach.units import Frames

__all__ = ["TimelineIndex"]

_CLOCKS = frozenset({"hold", "count", "breathe", "wait"})
_SOUNDS = frozenset({"say", "chime"})
_BEATS = frozenset({"count", "breathe"})


class TimelineIndex:
    """A timeline, indexed by time: every question takes a frame and costs a binary search."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._clocks = [event for event in timeline.events if event.kind in _CLOCKS]
        self._words: list[Event] = []
        self._cues: list[Event] = []
        self._voice = [placement for placement in timeline.placements if isinstance(placement.source, Utterance)]
        for event in timeline.events:
            if event.kind == "say" and event.text:
                (self._words if self._counted(event) else self._cues).append(event)
        starts = {
            Frames(0),
            *(move.start for move in timeline.moves),
            *(move.end for move in timeline.moves[-1:]),
        }
        self._marks = sorted(start for start in starts if start < timeline.length)

    def mark_before(self, at: Frames) -> Frames:
        """The last start at or before `at`: of a move, the opening or the closing."""
        return self._marks[max(0, bisect_right(self._marks, at) - 1)] if self._marks else Frames(0)

    def mark_after(self, at: Frames) -> Frames:
        """The first such start after `at`, or the end of the session."""
        index = bisect_right(self._marks, at)
        return self._marks[index] if index < len(self._marks) else self.timeline.length

    def begins_like(self, other: TimelineIndex, at: Frames) -> bool:
        """Whether both are the same up to `at`."""
        if other is self:
            return True
        begun = bisect_right(other.timeline.events, at, key=_start)
        return self.timeline.events[:begun] == other.timeline.events[:begun]

    def part(self, at: Frames) -> int:
        """Which of those stretches `at` lies in, from 0."""
        return max(0, bisect_right(self._marks, at) - 1)

    def cue(self, at: Frames) -> Event | None:
        """What was last begun to be said at `at`, but for words that belong to a clock."""
        return _last(self._cues, at)

    def word(self, at: Frames) -> Event | None:
        """The last word of the clock that runs at `at`: "three", "squeeze"."""
        running, word = self.clock(at), _last(self._words, at)
        return word if running and word and word.start >= running.start else None

    def instruction(self, at: Frames) -> Placement | None:
        """What was last begun to be said at `at` but outside of the clock that runs there: what is to be done."""
        running = self.clock(at)
        cue = self.cue(Frames(running.start - 1) if running else at)
        return self._spoken(cue.start) if cue else None

    def voice(self, at: Frames) -> Placement | None:
        """What the voice says right at `at`."""
        found = self._spoken(at)
        return found if found and at < found.start + found.length else None

    def silence(self, at: Frames, length: Frames, within: Frames) -> Frames | None:
        """How many frames after `at`, at most `within`, the voice is silent for `length`; None if it is not."""
        free = at
        for placement in self._voice[max(0, bisect_right(self._voice, at, key=_start) - 1) :]:
            if placement.start >= free + length or free > at + within:
                break
            free = Frames(max(free, placement.start + placement.length))
        return Frames(free - at) if free <= at + within else None

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

    def ready(self, at: Frames) -> Frames:
        """Where what is waited for at `at` is over: the running clock's end, else the end of the silence there.

        While something is said, or a chime sounds, `at` itself.
        """
        running = self.clock(at)
        if running is not None:
            return running.end
        before = bisect_right(self.timeline.events, at, key=_start)
        if any(event.kind in _SOUNDS and event.end > at for event in self.timeline.events[:before]):
            return at
        later = (event.start for event in self.timeline.events[before:] if event.kind != "pause")
        return next(later, self.timeline.length)

    def event(self, at: Frames) -> Event | None:
        """Whatever began last at `at`: tells side and round."""
        return _last(self.timeline.events, at)

    def _spoken(self, at: Frames) -> Placement | None:
        index = bisect_right(self._voice, at, key=_start) - 1
        return self._voice[index] if index >= 0 else None

    def _counted(self, said: Event) -> bool:
        """Whether it belongs to a clock: all that is said on a beat, and single words in a hold ("three").

        Nobody wants just that again.
        """
        running = self.clock(said.start)
        return running is not None and (running.kind in _BEATS or len((said.text or "").split()) == 1)


def _start(event: Event | Placement) -> Frames:
    return event.start


def _last(events: Sequence[Event], at: Frames) -> Event | None:
    index = bisect_right(events, at, key=_start) - 1
    return events[index] if index >= 0 else None
