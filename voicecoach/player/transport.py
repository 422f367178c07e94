"""Where a session is and what it does there, as pure transitions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from voicecoach.outputs.output import Health
from voicecoach.player.command import Act, Command
from voicecoach.player.edit import lengthened
from voicecoach.player.landmarks import Landmarks
from voicecoach.units import RATE, SECOND, Frames, Ms, frames, half_up

__all__ = ["BACK_AGAIN", "STEP", "State", "Transport"]

State: TypeAlias = Literal["playing", "paused", "ended"]

BACK_AGAIN = frames(Ms(2 * SECOND))
"""How far into a move "back" means the move before."""
STEP = 10
"""Percent in one step, of a volume and of the speed."""
_SPEEDS = (50, 200)
_START = Frames(0)
_STATES: dict[Act, State] = {Act.PAUSE: "paused", Act.RESUME: "playing", Act.STOP: "ended"}
_OTHER: dict[State, State] = {"playing": "paused", "paused": "playing"}


@dataclass(frozen=True, slots=True)
class Transport:
    """Every command and every block gives a new one."""

    landmarks: Landmarks
    """Of the session as it is now: "more time" and another speed make another one of it."""
    at: Frames = _START
    """The next frame of its timeline to be played."""
    state: State = "playing"
    volume: int = 100
    """Percent of linear gain, 0 to 100: sessions are mastered to the ceiling, there is nothing above it."""
    voice_volume: int = 100
    chime_volume: int = 100
    speed: int = 100
    """Of speech and pauses, in percent of what the session began with: 50 to 200."""
    health: Health = Health()  # noqa: RUF009 frozen
    """Of the loudspeaker: while it is away the session stands still, whatever its state."""

    @property
    def gains(self) -> tuple[float, float]:
        """Of the voice and of the chimes, linear, 0 to 1; exactly 1 at full volume."""
        return self.volume * self.voice_volume / 10_000, self.volume * self.chime_volume / 10_000

    def advanced(self, count: int) -> Transport:
        """After `count` frames more were played."""
        at = Frames(self.at + count)
        end = self.landmarks.timeline.length
        return replace(self, at=at) if at < end else replace(self, at=end, state="ended")

    def take(self, command: Command) -> Transport:
        """After a command; itself where the command means nothing now."""
        if self.state == "ended":
            return self
        match command.act:
            case Act.PAUSE | Act.RESUME | Act.TOGGLE | Act.STOP:
                return replace(self, state=_STATES.get(command.act) or _OTHER[self.state])
            case Act.VOLUME | Act.VOICE_VOLUME | Act.CHIME_VOLUME:
                return self._as_loud(command)
            case Act.SLOWER:
                return replace(self, speed=_stepped(self.speed, -1, *_SPEEDS))
            case Act.FASTER:
                return replace(self, speed=_stepped(self.speed, 1, *_SPEEDS))
            case Act.MORE_TIME:
                return self._lengthened()
            case Act.WHERE:
                return self
            case _:
                return self._jumped(self._target(command))

    def _as_loud(self, command: Command) -> Transport:
        if command.act == Act.VOICE_VOLUME:
            return replace(self, voice_volume=_stepped(self.voice_volume, command.amount))
        if command.act == Act.CHIME_VOLUME:
            return replace(self, chime_volume=_stepped(self.chime_volume, command.amount))
        return replace(self, volume=_stepped(self.volume, command.amount))

    def _target(self, command: Command) -> int:
        """Where a command that jumps goes to."""
        marks, at = self.landmarks, self.at
        match command.act:
            case Act.NEXT | Act.TOO_MUCH:
                return marks.mark_after(at)
            case Act.AGAIN:
                return marks.mark_before(at)
            case Act.PREVIOUS:
                return marks.mark_before(Frames(max(0, marks.mark_before(at) - 1)))
            case Act.BACK:
                again = at - marks.mark_before(at) >= BACK_AGAIN
                return self._target(Command(Act.AGAIN if again else Act.PREVIOUS))
            case Act.REPEAT:
                cue = marks.cue(at)
                return cue.start if cue else 0
            case Act.READY:
                return marks.ready(at)
            case Act.SEEK:
                return at + frames(Ms(command.amount))
            case Act.GO:
                return frames(Ms(command.amount))
        raise ValueError(f"{command.act} jumps nowhere")

    def _jumped(self, to: int) -> Transport:
        """A jump always plays: who steers wants to hear where it went."""
        if to == self.at:
            return replace(self, state="playing")
        end = self.landmarks.timeline.length
        return (
            replace(self, at=end, state="ended") if to >= end else replace(self, at=Frames(max(0, to)), state="playing")
        )

    def _lengthened(self) -> Transport:
        running = self.landmarks.clock(self.at)
        if running is None or running.kind not in ("hold", "wait"):
            return self
        by = Frames(RATE * max(1, half_up(running.end - running.start, 2 * RATE)))
        return replace(self, landmarks=Landmarks(lengthened(self.landmarks.timeline, running, self.at, by)))


def _stepped(percent: int, steps: int, least: int = 0, most: int = 100) -> int:
    return max(least, min(most, percent + steps * STEP))
