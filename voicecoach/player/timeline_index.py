"""Looks up what a timeline holds at a frame: the move, the cue, the running clock, the next silence."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, islice
from typing import TypeVar

from voicecoach.timeline import Event, Placement, Span, Timeline, Utterance
from voicecoach.units import Frames, Ms, frames

_Timed = TypeVar("_Timed", Event, Placement, Span)

_CLOCKS = frozenset({"hold", "count", "breathe", "wait"})
_SOUNDS = frozenset({"say", "chime"})
_BEATS = frozenset({"count", "breathe"})
_MAX_REWIND = frames(Ms(2_500))
"""How far a resumed session goes back for a cue. The log lags by up to two seconds and a write to the disk: together
they stay below five."""


class TimelineIndex:
    """A timeline, indexed by time: every lookup takes a frame and costs a binary search."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._clocks = [event for event in timeline.events if event.kind in _CLOCKS]
        self._words: list[Event] = []
        self._cues: list[Event] = []
        self._speech = [placement for placement in timeline.placements if isinstance(placement.source, Utterance)]
        self._sounds = [event for event in timeline.events if event.kind in _SOUNDS]
        self._sound_ends = [*accumulate((event.end for event in self._sounds), max)]
        """When the last of the sounds up to each one ends."""
        for event in timeline.events:
            if event.kind == "say" and event.text:
                (self._words if self._belongs_to_clock(event) else self._cues).append(event)
        starts = {
            Frames(0),
            *(move.start for move in timeline.moves),
            *(move.end for move in timeline.moves[-1:]),
        }
        self._part_starts = sorted(start for start in starts if start < timeline.length)

    def part(self, at: Frames) -> int:
        """The index of the part that `at` lies in: the opening, each move and the closing are parts."""
        return max(0, bisect_right(self._part_starts, at) - 1)

    def part_start(self, at: Frames) -> Frames:
        """The start of the part that `at` lies in."""
        return self._part_starts[self.part(at)] if self._part_starts else Frames(0)

    def part_end(self, at: Frames) -> Frames:
        """The start of the next part, or the end of the session."""
        index = bisect_right(self._part_starts, at)
        return self._part_starts[index] if index < len(self._part_starts) else self.timeline.length

    def begins_like(self, other: TimelineIndex, at: Frames) -> bool:
        """Whether both timelines are the same up to `at`."""
        if other is self:
            return True
        begun = bisect_right(other.timeline.events, at, key=_start)
        return self.timeline.events[:begun] == other.timeline.events[:begun]

    def cue(self, at: Frames) -> Event | None:
        """The last cue that began by `at`; words that belong to a clock are not cues."""
        return _last(self._cues, at)

    def next_cue(self, at: Frames) -> Event | None:
        """The first cue after `at`."""
        index = bisect_right(self._cues, at, key=_start)
        return self._cues[index] if index < len(self._cues) else None

    def word(self, at: Frames) -> Event | None:
        """The last word of the clock that runs at `at`, such as "three" or "squeeze"."""
        running, word = self.clock(at), _last(self._words, at)
        return word if running and word and word.start >= running.start else None

    def instruction(self, at: Frames) -> Placement | None:
        """The last cue before the clock that runs at `at`, or before `at`: the thing to do now."""
        running = self.clock(at)
        cue = self.cue(Frames(running.start - 1) if running else at)
        return _last(self._speech, cue.start) if cue else None

    def speech(self, at: Frames) -> Placement | None:
        """The words that are being spoken at `at`."""
        found = _last(self._speech, at)
        return found if found and at < found.start + found.length else None

    def silence(self, at: Frames, length: Frames, within: Frames) -> Frames | None:
        """How many frames after `at` the voice falls silent for `length`; None if not `within` so many."""
        free = at
        for placement in islice(self._speech, max(0, bisect_right(self._speech, at, key=_start) - 1), None):
            if placement.start >= free + length or free > at + within:
                break
            free = Frames(max(free, placement.start + placement.length))
        return Frames(free - at) if free <= at + within else None

    def clock(self, at: Frames) -> Event | None:
        """The hold, count, breathing or wait that runs at `at`."""
        running = _last(self._clocks, at)
        return running if running is not None and at < running.end else None

    def move(self, at: Frames) -> Span | None:
        """The move that `at` lies in; None in the opening and the closing."""
        found = _last(self.timeline.moves, at)
        return found if found is not None and at < found.end else None

    def event(self, at: Frames) -> Event | None:
        """The event that began last by `at`: it knows side and round."""
        return _last(self.timeline.events, at)

    def ready(self, at: Frames) -> Frames:
        """The end of the clock that runs at `at`, else of the silence there; `at` itself while something sounds."""
        running = self.clock(at)
        if running is not None:
            return running.end
        sounding = bisect_right(self._sounds, at, key=_start)
        if sounding and self._sound_ends[sounding - 1] > at:
            return at
        before = bisect_right(self.timeline.events, at, key=_start)
        later = (event.start for event in islice(self.timeline.events, before, None) if event.kind != "pause")
        return next(later, self.timeline.length)

    def resume_point(self, at: Frames) -> Frames:
        """Where a session that stopped at `at` resumes: at the start of the cue that was being said, if near."""
        cue = self.cue(at)
        return cue.start if cue is not None and cue.end > at >= cue.start >= at - _MAX_REWIND else at

    def _belongs_to_clock(self, said: Event) -> bool:
        """Whether the words are said on a beat, or are a single word in a hold ("three"): no use on their own."""
        running = self.clock(said.start)
        return running is not None and (running.kind in _BEATS or len((said.text or "").split()) == 1)


def _start(event: Event | Placement | Span) -> Frames:
    return event.start


def _last(items: Sequence[_Timed], at: Frames) -> _Timed | None:
    """The last item that began by `at`."""
    index = bisect_right(items, at, key=_start) - 1
    return items[index] if index >= 0 else None
