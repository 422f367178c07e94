"""Maps frames of the output to frames of the session."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from voicecoach.player.transport import Transport
from voicecoach.units import Frames

__all__ = ["PositionMap"]


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    """Output frame."""
    there: Transport
    """As it was then: its place counts, and the session that this is a place of."""
    moves: bool
    """Whether the session goes on in it, or stands still."""

    def under(self, frame: int) -> Transport:
        return replace(self.there, at=Frames(self.there.at + (frame - self.start if self.moves else 0)))

    def goes_on_with(self, there: Transport, frame: int, *, moves: bool) -> bool:
        same = self.moves == moves and self.there.landmarks is there.landmarks
        return same and self.under(frame).at == there.at


class PositionMap:
    """What was written lately; output frames count from 0."""

    def __init__(self, start: Transport) -> None:
        self.written = 0
        """Output frames so far."""
        self._stretches = deque([_Stretch(0, start, moves=False)])

    def add(self, count: int, there: Transport, *, moves: bool) -> None:
        """`count` frames were written, beginning there."""
        if not self._stretches[-1].goes_on_with(there, self.written, moves=moves):
            self._stretches.append(_Stretch(self.written, there, moves))
        self.written += count

    def cut(self, dropped: int) -> Transport:
        """The last `dropped` frames were taken back: where the session was, whose frame comes now."""
        self.written -= dropped
        while len(self._stretches) > 1 and self._stretches[-1].start > self.written:
            self._stretches.pop()
        return self._stretches[-1].under(self.written)

    def at(self, heard: int) -> Transport:
        """Where the session was under the output frame `heard`; never asked for an earlier one again."""
        while len(self._stretches) > 1 and self._stretches[1].start <= heard:
            self._stretches.popleft()
        return self._stretches[0].under(heard)
