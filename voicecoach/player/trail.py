"""Which frame of the session lies under which frame of the output."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from voicecoach.units import Frames

__all__ = ["Trail"]


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    """Output frame."""
    at: Frames
    """Frame of the timeline there."""
    moves: bool
    """Whether the session goes on in it, or stands still in silence."""

    def under(self, frame: int) -> Frames:
        return Frames(self.at + (frame - self.start if self.moves else 0))


class Trail:
    """What was written lately; output frames count from 0. Before anything was, it is at `start`."""

    def __init__(self, start: Frames = Frames(0)) -> None:
        self._start = start
        self.written = 0
        """Output frames so far."""
        self._stretches: deque[_Stretch] = deque()

    def add(self, count: int, at: Frames, *, moves: bool) -> None:
        """`count` frames were written, beginning at `at` of the timeline."""
        last = self._stretches[-1] if self._stretches else None
        if last is None or last.moves != moves or last.under(self.written) != at:
            self._stretches.append(_Stretch(self.written, at, moves))
        self.written += count

    def cut(self, dropped: int) -> Frames:
        """The last `dropped` frames were taken back: the frame of the timeline that comes now."""
        self.written -= dropped
        while len(self._stretches) > 1 and self._stretches[-1].start >= self.written:
            self._stretches.pop()
        return self._stretches[-1].under(self.written) if self._stretches else self._start

    def at(self, heard: int) -> Frames:
        """The frame of the timeline under the output frame `heard`; never asked for an earlier one again."""
        while len(self._stretches) > 1 and self._stretches[1].start <= heard:
            self._stretches.popleft()
        return self._stretches[0].under(heard) if self._stretches else self._start
