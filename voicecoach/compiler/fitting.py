"""Who on a clock may speak when: words placed by rank into what is free."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping
from typing import NamedTuple

from voicecoach.compiler.score import Beat, Clock, Rank
from voicecoach.compiler.timing import source_of
from voicecoach.timeline import Sound, Source
from voicecoach.units import Frames, Ms, frames

__all__ = ["Placed", "fit"]

GAP = frames(Ms(300))
"""Between words that may be late and the next voice."""


class Placed(NamedTuple):
    """A beat with its place on the clock, in frames; sorts by start."""

    start: int
    end: int
    beat: int
    """Index into the beats of the clock."""


def fit(clock: Clock, lengths: Mapping[Source, Frames]) -> tuple[list[Placed], list[Beat]]:
    """What sounds on a clock, sorted by start, and the words that found no room (`every` is not told of).

    Voices lie wholly behind the first chime and before the clock's end, never over one another or a sound.
    """
    beats = clock.beats
    free = _Free(clock, lengths)
    order = sorted(range(len(beats)), key=lambda index: _precedence(beats[index]))
    out = [index for index in order if not free.take(index, beats[index]) and beats[index].rank is not Rank.EVERY]
    return free.placed, [beats[index] for index in sorted(out)]


def _precedence(beat: Beat) -> tuple[bool, Rank, Ms]:
    return not isinstance(beat.content, Sound), beat.rank, beat.at


class _Free:
    """What is still free of a clock."""

    def __init__(self, clock: Clock, lengths: Mapping[Source, Frames]) -> None:
        self._beats, self._lengths = clock.beats, lengths
        self._first = lengths[clock.first] if clock.first else 0
        self._end = frames(clock.length)
        # Behind a clock without a chime at its end, a voice may start at once.
        self._late_end = self._end - max(0, GAP - (lengths[clock.last] if clock.last else 0))
        self.placed: list[Placed] = []

    def take(self, index: int, beat: Beat) -> bool:
        """Place a beat at its moment, or as soon after as it may; False where there is no room."""
        at, length = frames(beat.at), self._lengths[source_of(beat)]
        start: int | None = at if isinstance(beat.content, Sound) else self._room(at, length, frames(beat.late))
        if start is None:
            return False
        insort(self.placed, Placed(start, start + length, index))
        return True

    def _room(self, at: int, length: int, late: int) -> int | None:
        """Where words of this length may start."""
        if not late:
            fits = self._first <= at <= self._end - length and self._blocking(at, at + length) is None
            return at if fits else None
        start = max(at, self._first)
        while start <= min(at + late, self._late_end - length):
            blocking = self._blocking(start, start + length + GAP)
            if blocking is None:
                return start
            start = self._until(blocking)
        return None

    def _until(self, other: Placed) -> int:
        """When the next voice may start behind this one."""
        return other.end + (GAP if self._beats[other.beat].late else 0)

    def _blocking(self, start: int, end: int) -> Placed | None:
        """What is in the way of a voice from `start` to `end`, the one behind it first."""
        at = bisect_left(self.placed, (start,))
        if at < len(self.placed) and self.placed[at].start < end:
            return self.placed[at]
        if at and self._until(self.placed[at - 1]) > start:
            return self.placed[at - 1]
        return None
