"""Position and state of a session that plays, as pure transitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from voicecoach.outputs.output import DeviceHealth
from voicecoach.player.command import Action, Command
from voicecoach.player.queue import QueueItem, QueueSlot
from voicecoach.player.timeline_edits import Splice, append_session, closing_start, find_splice, lengthen_clock
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.timeline import Source, Timeline
from voicecoach.units import DAY, SAMPLE_RATE, SECOND, Frames, Ms, frames, round_half_up

__all__ = ["BACK_THRESHOLD", "LONG_PAUSE", "STEP", "Notifier", "Observer", "PlaybackState", "Transport"]

PlaybackState: TypeAlias = Literal["playing", "paused", "ended"]

BACK_THRESHOLD = frames(Ms(2 * SECOND))
"""How far into a move "back" means the move before."""
LONG_PAUSE = frames(Ms(20 * SECOND))
"""A pause after which nobody knows any more what was to be done."""
STEP = 10
"""Percent in one step, of a volume and of the speed."""
_SPEEDS = (50, 200)
_START = Frames(0)
_STATES: dict[Action, PlaybackState] = {Action.PAUSE: "paused", Action.RESUME: "playing", Action.STOP: "ended"}
_OTHER: dict[PlaybackState, PlaybackState] = {"playing": "paused", "paused": "playing"}


@dataclass(frozen=True, slots=True)
class Transport:
    """Every command and every block gives a new one."""

    landmarks: TimelineIndex
    """Of the session as it is now: "more time" and another speed make another one of it."""
    at: Frames = _START
    """The next frame of its timeline to be played."""
    state: PlaybackState = "playing"
    volume: int = 100
    """Percent of linear gain, 0 to 100: sessions are mastered to the ceiling, there is nothing above it."""
    voice_volume: int = 100
    chime_volume: int = 100
    speed: int = 100
    """Of speech and pauses, in percent: 50 to 200."""
    health: DeviceHealth = DeviceHealth()  # noqa: RUF009 frozen
    """Of the loudspeaker: while it is away the session stands still, whatever its state."""
    still: Frames = _START
    """How long it has been paused."""
    told_again: Source | None = None
    """The running instruction, spoken before the session goes on: after a long pause."""
    coming: TimelineIndex | None = None
    """The same session at another speed, to go over to at the seam."""
    seam: Splice | None = None
    """Where that is; as long as something is coming."""
    queue: tuple[QueueSlot, ...] = ()
    """What was added while it plays, in the order in which it is heard."""
    failed: tuple[str, ...] = ()
    """Titles of what was added and cannot be had after all."""

    @property
    def gains(self) -> tuple[float, float]:
        """Of the voice and of the chimes, linear, 0 to 1; exactly 1 at full volume."""
        return self.volume * self.voice_volume / 10_000, self.volume * self.chime_volume / 10_000

    @property
    def till(self) -> Frames:
        """The frame up to which it can be played before it must be looked at again."""
        return self._brink if self.seam is None else min(self.seam.leave, self._brink)

    @property
    def waits(self) -> bool:
        """Whether it stands at its end, or before its closing, until what is to follow is spoken."""
        return self._unmade and self.at == self._brink

    @property
    def _unmade(self) -> bool:
        return any(each.first is None for each in self.queue)

    @property
    def _brink(self) -> Frames:
        """Where it does; the end where nothing more is coming."""
        before, end = closing_start(self.landmarks.timeline), self.landmarks.timeline.length
        return before if self._unmade and self.at <= before else end

    def advanced(self, count: int) -> Transport:
        """After `count` frames more were heard, of the session or of the pause: at most up to `till`."""
        if self.state == "paused":
            return replace(self, still=Frames(self.still + count))
        at = Frames(self.at + count)
        if self.seam and at == self.seam.leave:
            return _over(self)
        end = self.landmarks.timeline.length
        return replace(self, at=at) if at < end or self._unmade else replace(self, at=end, state="ended")

    def stood(self, count: Frames) -> Transport:
        """After it stood still for so long without a loudspeaker: a pause, too, though nobody asked for it."""
        if self.state == "paused":
            return replace(self, still=Frames(self.still + count))
        return _told_again(self) if self.state == "playing" and count >= LONG_PAUSE else self

    def going_over(self, coming: TimelineIndex) -> Transport:
        """From now on to another speed, as soon as there is a place that both have."""
        return _sewn(replace(self, coming=coming))

    def followed_by(self, part: Timeline | None) -> Transport:
        """With the first of what is still to be made behind it; None where it cannot be had, as beyond 24 hours."""
        number = next((at for at, each in enumerate(self.queue) if each.first is None), None)
        if number is None or self.state == "ended":
            return self
        before, own, after = self.queue[:number], self.queue[number], self.queue[number + 1 :]
        if part is None or self.landmarks.timeline.length + part.length > frames(DAY):
            return replace(self, queue=(*before, *after), failed=(*self.failed, own.wish.routine.title))
        made = replace(own, first=len(self.landmarks.timeline.moves))
        longer = TimelineIndex(append_session(self.landmarks.timeline, part, self.at))
        coming = TimelineIndex(append_session(self.coming.timeline, part, _START)) if self.coming else None
        return _sewn(replace(self, landmarks=longer, coming=coming, queue=(*before, made, *after)))

    def back_at(self, there: Transport) -> Transport:
        """The same where it was a moment ago, as it turns out that no more was heard: not its end either."""
        if self.state == "ended" and self.at == self.landmarks.timeline.length > there.at:
            return replace(self, state="playing").back_at(there)
        if self.landmarks.begins_like(there.landmarks, there.at):
            return _sewn(replace(self, at=there.at))
        return _sewn(replace(self, at=there.at, landmarks=there.landmarks, coming=self.landmarks))

    def from_the_word(self) -> Transport:
        """At the start of what the voice is saying, where it is: something else is said before."""
        broken = self.landmarks.voice(self.at)
        return _sewn(replace(self, at=broken.start)) if broken else self

    def take(self, command: Command) -> Transport:
        """After a command; itself where the command means nothing now."""
        if self.state == "ended":
            return self
        match command.act:
            case Action.PAUSE | Action.RESUME | Action.TOGGLE | Action.STOP:
                return self._turned(_STATES.get(command.act) or _OTHER[self.state])
            case Action.VOLUME | Action.VOICE_VOLUME | Action.CHIME_VOLUME:
                return self._as_loud(command)
            case Action.SLOWER:
                return replace(self, speed=_stepped(self.speed, -1, *_SPEEDS))
            case Action.FASTER:
                return replace(self, speed=_stepped(self.speed, 1, *_SPEEDS))
            case Action.MORE_TIME:
                return self._lengthened()
            case Action.WHERE:
                return self
            case Action.ADD:
                return self._wishing(command.wish)
            case _:
                return self._jumped(self._target(command), self.state if command.stays else "playing")

    def _as_loud(self, command: Command) -> Transport:
        if command.act == Action.VOICE_VOLUME:
            return replace(self, voice_volume=_stepped(self.voice_volume, command.amount))
        if command.act == Action.CHIME_VOLUME:
            return replace(self, chime_volume=_stepped(self.chime_volume, command.amount))
        return replace(self, volume=_stepped(self.volume, command.amount))

    def _target(self, command: Command) -> int:
        """Where a command that jumps goes to."""
        marks, at = self.landmarks, self.at
        match command.act:
            case Action.NEXT | Action.TOO_MUCH:
                return marks.mark_after(at)
            case Action.AGAIN:
                return marks.mark_before(at)
            case Action.PREVIOUS:
                return marks.mark_before(Frames(max(0, marks.mark_before(at) - 1)))
            case Action.BACK:
                again = at - marks.mark_before(at) >= BACK_THRESHOLD
                return self._target(Command(Action.AGAIN if again else Action.PREVIOUS))
            case Action.REPEAT:
                cue = marks.cue(at)
                return cue.start if cue else 0
            case Action.READY:
                return marks.ready(at)
            case Action.SEEK:
                return at + frames(Ms(command.amount))
            case Action.GO:
                return frames(Ms(command.amount))
        raise ValueError(f"{command.act} jumps nowhere")

    def _turned(self, state: PlaybackState) -> Transport:
        """To another state; the running instruction comes again after a long pause."""
        if state == self.state:
            return self
        turned = replace(self, state=state, still=_START)
        return _told_again(turned) if state == "playing" and self.still >= LONG_PAUSE else turned

    def _jumped(self, to: int, state: PlaybackState) -> Transport:
        end = self.landmarks.timeline.length
        if to >= end:
            return replace(self, at=end, state="ended")
        there = replace(self, at=Frames(max(0, to)), state=state, still=_START, told_again=None)
        return _sewn(there)

    def _wishing(self, wish: QueueItem | None) -> Transport:
        return self if wish is None else replace(self, queue=(*self.queue, QueueSlot(wish)))

    def _lengthened(self) -> Transport:
        running = self.landmarks.clock(self.at)
        if running is None or running.kind not in ("hold", "wait"):
            return self
        written = running.end - running.start - running.more
        by = Frames(SAMPLE_RATE * max(1, round_half_up(written, 2 * SAMPLE_RATE)))
        if self.landmarks.timeline.length + by > frames(DAY):
            return self
        longer = lengthen_clock(self.landmarks.timeline, running, self.at, by)
        return _sewn(replace(self, landmarks=TimelineIndex(longer)))


def _told_again(transport: Transport) -> Transport:
    """With the running instruction before it goes on."""
    told = transport.landmarks.instruction(transport.at)
    if told is None:
        return transport
    if transport.at < told.start + told.length:  # it was broken off itself: from its start
        return replace(transport, at=told.start)
    return replace(transport, told_again=told.source)


def _sewn(transport: Transport) -> Transport:
    """With the seam that is next from here; over it at once where it lies here."""
    if transport.coming is None:
        return transport
    found = find_splice(transport.landmarks, transport.coming, transport.at)
    if found is None:
        return replace(transport, coming=None, seam=None)
    sewn = replace(transport, seam=found)
    return _over(sewn) if found.leave == transport.at else sewn


def _over(transport: Transport) -> Transport:
    assert transport.coming is not None
    assert transport.seam is not None
    return replace(transport, landmarks=transport.coming, at=transport.seam.enter, coming=None, seam=None)


def _stepped(percent: int, steps: int, least: int = 0, most: int = 100) -> int:
    return max(least, min(most, percent + steps * STEP))


Observer: TypeAlias = Callable[[Transport], None]
"""Told what is heard now, about ten times a second, and after every command."""

_NOTIFY_EVERY = frames(Ms(100))
_LOOKS_PER_NOTICE = 3
"""As many as come in that time, where nothing is heard by which it could be told."""
_ANY_FRAME = Frames(0)


class Notifier:
    """To one `Observer`, at every look of the player's."""

    def __init__(self, show: Observer) -> None:
        self._show = show
        self._shown: tuple[object, ...] = ()
        self._away = 0
        """Looks since the loudspeaker went away."""

    def tell(self, now: Transport, heard: Frames, *, over: bool) -> None:
        """What is heard `now`, under the output frame `heard`; `over` with the last of it."""
        self._away = self._away + 1 if now.health.away else 0
        moment = (heard // _NOTIFY_EVERY, now.at // _NOTIFY_EVERY, self._away // _LOOKS_PER_NOTICE, over)
        signs = (*moment, replace(now, at=_ANY_FRAME, still=_ANY_FRAME))
        if signs != self._shown:
            self._shown = signs
            self._show(now)
