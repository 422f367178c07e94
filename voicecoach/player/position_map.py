"""Maps frames of the output to frames of the session."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from voicecoach.player.transport import Transport
from voicecoach.units import Frames


@dataclass(frozen=True, slots=True)
class _Segment:
    start: int
    """Output frame."""
    transport: Transport
    """At the segment's start."""
    moves: bool
    """Whether the session plays in it, or stands still."""

    def transport_at(self, frame: int) -> Transport:
        return replace(self.transport, at=Frames(self.transport.at + (frame - self.start if self.moves else 0)))

    def continues_with(self, transport: Transport, frame: int, *, moves: bool) -> bool:
        same = self.moves == moves and self.transport.index is transport.index
        return same and self.transport_at(frame).at == transport.at


class PositionMap:
    """Remembers what was written lately; output frames count from 0."""

    def __init__(self, start: Transport) -> None:
        self.written = 0
        """Output frames so far."""
        self._segments = deque([_Segment(0, start, moves=False)])

    def add(self, count: int, transport: Transport, *, moves: bool) -> None:
        """`count` frames were written, starting at `transport`."""
        if not self._segments[-1].continues_with(transport, self.written, moves=moves):
            self._segments.append(_Segment(self.written, transport, moves))
        self.written += count

    def drop(self, count: int) -> Transport:
        """The last `count` frames were dropped; returns the transport whose frame comes next."""
        self.written -= count
        while len(self._segments) > 1 and self._segments[-1].start > self.written:
            self._segments.pop()
        return self._segments[-1].transport_at(self.written)

    def transport_at(self, heard: int) -> Transport:
        """The transport at the output frame `heard`. Forgets earlier frames: call it with rising ones only."""
        while len(self._segments) > 1 and self._segments[1].start <= heard:
            self._segments.popleft()
        return self._segments[0].transport_at(heard)
