"""Where a session is and what it does there, as pure transitions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from voicecoach.player.command import Act, Command
from voicecoach.player.landmarks import Landmarks
from voicecoach.units import SECOND, Frames, Ms, frames

__all__ = ["BACK_AGAIN", "STEP", "State", "Transport"]

State: TypeAlias = Literal["playing", "paused", "ended"]

BACK_AGAIN = frames(Ms(2 * SECOND))
"""How far into a move "back" means the move before."""
STEP = 10
"""Percent of volume in one step."""


@dataclass(frozen=True, slots=True)
class Transport:
    """Every command and every block gives a new one."""

    at: Frames
    """The next frame of the timeline to be played."""
    state: State = "playing"
    volume: int = 100
    """Percent of linear gain, 0 to 100: sessions are mastered to the ceiling, there is nothing above it."""

    @property
    def gain(self) -> float:
        """Linear, 0 to 1; exactly 1 at full volume."""
        return self.volume / 100

    def advanced(self, count: int, landmarks: Landmarks) -> Transport:
        """After `count` frames more were played."""
        at = Frames(self.at + count)
        end = landmarks.timeline.length
        return replace(self, at=at) if at < end else replace(self, at=end, state="ended")

    def take(self, command: Command, landmarks: Landmarks) -> Transport:
        """After a command; itself where the command means nothing now."""
        if self.state == "ended":
            return self
        match command.act:
            case Act.PAUSE:
                return replace(self, state="paused")
            case Act.RESUME:
                return replace(self, state="playing")
            case Act.TOGGLE:
                return replace(self, state="playing" if self.state == "paused" else "paused")
            case Act.VOLUME:
                return replace(self, volume=max(0, min(100, self.volume + command.amount * STEP)))
            case Act.STOP:
                return replace(self, state="ended")
            case Act.NEXT:
                return self._jumped(landmarks.mark_after(self.at), landmarks)
            case Act.BACK:
                return self._jumped(self._back(landmarks), landmarks)
            case Act.REPEAT:
                cue = landmarks.cue(self.at)
                return self._jumped(cue.start if cue else Frames(0), landmarks)

    def _back(self, landmarks: Landmarks) -> Frames:
        here = landmarks.mark_before(self.at)
        if self.at - here >= BACK_AGAIN:
            return here
        return landmarks.mark_before(Frames(max(0, here - 1)))

    def _jumped(self, to: Frames, landmarks: Landmarks) -> Transport:
        """A jump always plays: who steers wants to hear where it went."""
        if to >= landmarks.timeline.length:
            return replace(self, at=landmarks.timeline.length, state="ended")
        return replace(self, at=to, state="playing")
