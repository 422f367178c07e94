"""Who on a clock may speak when: words placed by rank into what is free."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voicecoach.compiler.score import Beat, Clock, Rank, Words
from voicecoach.timeline import Sound, Source
from voicecoach.units import Frames, Ms, frames

__all__ = ["Placed", "fit"]

GAP = frames(Ms(300))
"""Between words that may be late and the next voice."""


@dataclass(frozen=True, slots=True, order=True)
class Placed:
    """A beat with its place on the clock."""

    start: Frames
    end: Frames
    index: int
    """Of the beat."""


def source_of(beat: Beat) -> Source:
    """What a beat sounds like."""
    return beat.content.utterance if isinstance(beat.content, Words) else beat.content


def fit(clock: Clock, lengths: Mapping[Source, Frames]) -> tuple[list[Placed], list[Beat]]:
    """What sounds on a clock, sorted by start, and the words that found no room (`every` is not told of).

    Voices lie wholly behind the first chime and before the clock's end, never over one another or a sound.
    """
    free = _Free(clock, lengths)
    order = sorted(range(len(clock.beats)), key=lambda index: _precedence(clock.beats[index]))
    out: list[int] = []
    for index in order:
        beat = clock.beats[index]
        if not free.take(index, beat, lengths[source_of(beat)]) and beat.rank is not Rank.EVERY:
            out.append(index)
    return free.placed, [clock.beats[index] for index in sorted(out)]


def _precedence(beat: Beat) -> tuple[int, int, int]:
    return (not isinstance(beat.content, Sound), beat.rank, beat.at)


class _Free:
    """What is still free of a clock."""

    def __init__(self, clock: Clock, lengths: Mapping[Source, Frames]) -> None:
        self._beats: Sequence[Beat] = clock.beats
        self._first = lengths[clock.first] if clock.first else Frames(0)
        self._end = frames(clock.length)
        self.placed: list[Placed] = []

    def take(self, index: int, beat: Beat, length: Frames) -> bool:
        """Place a beat at its moment, or as soon after as it may; False where there is no room."""
        at = frames(beat.at)
        if isinstance(beat.content, Sound):
            insort(self.placed, Placed(at, Frames(at + length), index))
            return True
        latest = Frames(min(at + frames(beat.late), self._end - length))
        start = max(at, self._first) if beat.late else at
        while self._first <= start <= latest:
            blocking = self._blocking(start, length, GAP if beat.late else Frames(0))
            if blocking is None:
                insort(self.placed, Placed(Frames(start), Frames(start + length), index))
                return True
            if not beat.late:
                return False
            start = Frames(blocking.end + self._gap(blocking))
        return False

    def _gap(self, other: Placed) -> Frames:
        return GAP if self._beats[other.index].late else Frames(0)

    def _blocking(self, start: int, length: Frames, gap: Frames) -> Placed | None:
        """The neighbour that is in the way of a voice from `start` on, the one behind it first."""
        at = bisect_left(self.placed, Placed(Frames(start), Frames(0), -1))
        if at < len(self.placed) and self.placed[at].start < start + length + gap:
            return self.placed[at]
        if at and self.placed[at - 1].end + self._gap(self.placed[at - 1]) > start:
            return self.placed[at - 1]
        return None
