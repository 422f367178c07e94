"""Position and state of a session that plays, as pure transitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from voicecoach.outputs.output import DeviceHealth
from voicecoach.player.command import Action, Command, QueueItem
from voicecoach.player.timeline_edits import Splice, append_session, closing_start, find_splice, lengthen_clock
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.timeline import Source, Timeline
from voicecoach.units import DAY, SAMPLE_RATE, SECOND, Frames, Ms, frames, round_half_up

PlaybackState: TypeAlias = Literal["playing", "paused", "ended"]

BACK_THRESHOLD = frames(Ms(2 * SECOND))
"""Up to this far into a move, "back" means the move before."""
LONG_PAUSE = frames(Ms(20 * SECOND))
"""After such a pause the listener no longer knows what to do: the running instruction is repeated."""
STEP = 10
"""Percent in one step of a volume or of the speed."""
SETTINGS = frozenset(
    {Action.VOLUME, Action.VOICE_VOLUME, Action.CHIME_VOLUME, Action.SLOWER, Action.FASTER, Action.ADD}
)
"""Actions that do not change the position: blocks that are written already may still be played."""
_SPEEDS = (50, 200)
_START = Frames(0)
_STATES: dict[Action, PlaybackState] = {Action.PAUSE: "paused", Action.RESUME: "playing", Action.STOP: "ended"}
_TOGGLED: dict[PlaybackState, PlaybackState] = {"playing": "paused", "paused": "playing"}


@dataclass(frozen=True, slots=True)
class Transport:
    """Where a session is and how it plays; every command and every block gives a new one."""

    index: TimelineIndex
    """The session as it is now: "more time" and another speed replace it."""
    at: Frames = _START
    """The next frame of its timeline to be played."""
    state: PlaybackState = "playing"
    volume: int = 100
    """Percent of linear gain, 0 to 100: sessions are mastered to the ceiling, so there is nothing above it."""
    voice_volume: int = 100
    chime_volume: int = 100
    speed: int = 100
    """Of speech and pauses, in percent: 50 to 200."""
    health: DeviceHealth = DeviceHealth()  # noqa: RUF009 frozen
    """Of the output device: without one the session stands still, whatever its state."""
    paused_for: Frames = _START
    repeat: Source | None = None
    """The running instruction, to be spoken again before the session continues."""
    next_index: TimelineIndex | None = None
    """The same session at another speed, which takes over at `splice`."""
    splice: Splice | None = None
    queue: tuple[QueueItem, ...] = ()
    """Routines that were added while it plays, in order."""
    failed: tuple[str, ...] = ()
    """Titles of added routines that cannot be played after all."""

    @property
    def timeline(self) -> Timeline:
        """The session's timeline as it is now."""
        return self.index.timeline

    @property
    def gains(self) -> tuple[float, float]:
        """Linear gains of the voice and of the chimes, 0 to 1; exactly 1 at full volume."""
        return self.volume * self.voice_volume / 10_000, self.volume * self.chime_volume / 10_000

    @property
    def play_until(self) -> Frames:
        """The frame up to which blocks may be read before `advance` must be called."""
        return self._wait_at if self.splice is None else min(self.splice.leave, self._wait_at)

    @property
    def awaits_queue(self) -> bool:
        """Whether it stands at its end, or before its closing, until the next routine of the queue is spoken."""
        return self._queue_pending and self.at == self._wait_at

    @property
    def _queue_pending(self) -> bool:
        return any(item.first_move is None for item in self.queue)

    @property
    def _wait_at(self) -> Frames:
        """Where it waits for the queue; the end if nothing is pending."""
        closing = closing_start(self.timeline)
        return closing if self._queue_pending and self.at <= closing else self.timeline.length

    def advance(self, count: int) -> Transport:
        """After `count` more frames of the session, at most up to `play_until`, or of a pause."""
        if self.state == "paused":
            return replace(self, paused_for=Frames(self.paused_for + count))
        at = Frames(self.at + count)
        if self.splice and at == self.splice.leave:
            return _cross_splice(self)
        end = self.timeline.length
        return replace(self, at=at) if at < end or self._queue_pending else replace(self, at=end, state="ended")

    def idle(self, count: Frames) -> Transport:
        """After `count` frames without an output device, which count as a pause."""
        if self.state == "paused":
            return replace(self, paused_for=Frames(self.paused_for + count))
        return _repeat_instruction(self) if self.state == "playing" and count >= LONG_PAUSE else self

    def switch_to(self, index: TimelineIndex) -> Transport:
        """Play another version of the session from the next splice on."""
        return _find_splice(replace(self, next_index=index))

    def append(self, addition: Timeline | None) -> Transport:
        """Put `addition`, the first pending routine of the queue, behind the session.

        None marks it as failed; so does a session of more than 24 hours.
        """
        number = next((number for number, item in enumerate(self.queue) if item.first_move is None), None)
        if number is None or self.state == "ended":
            return self
        before, item, after = self.queue[:number], self.queue[number], self.queue[number + 1 :]
        if addition is None or self.timeline.length + addition.length > frames(DAY):
            return replace(self, queue=(*before, *after), failed=(*self.failed, item.routine.title))
        spoken = replace(item, first_move=len(self.timeline.moves))
        index = TimelineIndex(append_session(self.timeline, addition, self.at))
        following = self.next_index and TimelineIndex(append_session(self.next_index.timeline, addition, _START))
        return _find_splice(replace(self, index=index, next_index=following, queue=(*before, spoken, *after)))

    def rewind_to(self, earlier: Transport) -> Transport:
        """Back to the position of `earlier`, since no more than that was heard; the settings stay."""
        if self.state == "ended" and self.at == self.timeline.length > earlier.at:
            return replace(self, state="playing").rewind_to(earlier)
        if self.index.begins_like(earlier.index, earlier.at):
            return _find_splice(replace(self, at=earlier.at))
        return _find_splice(replace(self, at=earlier.at, index=earlier.index, next_index=self.index))

    def rewind_to_word(self) -> Transport:
        """Back to the start of the words that are being spoken, if any."""
        speech = self.index.speech(self.at)
        return _find_splice(replace(self, at=speech.start)) if speech else self

    def interrupts(self, command: Command) -> bool:
        """Whether `take` would change what is played next, so that blocks written ahead must be dropped."""
        if self.state == "ended":
            return False
        if command.action == Action.MORE_TIME:
            return self._extension() is not None
        return self._target(command) != (self.at, self.state)

    def take(self, command: Command) -> Transport:
        """After a command; the same object if the command means nothing now."""
        action, steps = command.action, command.amount
        if self.state == "ended" or action == Action.WHERE:
            return self
        match action:
            case Action.PAUSE | Action.RESUME | Action.TOGGLE | Action.STOP:
                return self._change_state(self._target(command)[1])
            case Action.MORE_TIME:
                return self._lengthen()
            case Action.SLOWER | Action.FASTER:
                return replace(self, speed=_step_percent(self.speed, 1 if action == Action.FASTER else -1, *_SPEEDS))
            case Action.VOLUME:
                return replace(self, volume=_step_percent(self.volume, steps))
            case Action.VOICE_VOLUME:
                return replace(self, voice_volume=_step_percent(self.voice_volume, steps))
            case Action.CHIME_VOLUME:
                return replace(self, chime_volume=_step_percent(self.chime_volume, steps))
            case Action.ADD:
                return replace(self, queue=(*self.queue, command.item)) if command.item else self
            case (
                Action.NEXT
                | Action.PREVIOUS
                | Action.AGAIN
                | Action.BACK
                | Action.REPEAT
                | Action.SEEK
                | Action.GO
                | Action.READY
                | Action.TOO_MUCH
            ):
                return self._jump(command)

    def _change_state(self, state: PlaybackState) -> Transport:
        if state == self.state:
            return self
        changed = replace(self, state=state, paused_for=_START)
        return _repeat_instruction(changed) if state == "playing" and self.paused_for >= LONG_PAUSE else changed

    def _jump(self, command: Command) -> Transport:
        at, state = self._target(command)
        if state == "ended":
            return replace(self, at=at, state=state)
        return _find_splice(replace(self, at=at, state=state, paused_for=_START, repeat=None))

    def _target(self, command: Command) -> tuple[Frames, PlaybackState]:
        """Where a command leads, and the state there; as now if it changes neither."""
        to, end = self._destination(command), self.timeline.length
        if to is None:
            return self.at, self._target_state(command.action)
        if to >= end:
            return end, "ended"
        return Frames(max(0, to)), self.state if command.stays_paused else "playing"

    def _target_state(self, action: Action) -> PlaybackState:
        return _TOGGLED[self.state] if action == Action.TOGGLE else _STATES.get(action, self.state)

    def _destination(self, command: Command) -> int | None:
        """The frame that a jump aims at, perhaps outside the session; None for any other command."""
        index, at = self.index, self.at
        start = index.part_start(at)
        before = index.part_start(Frames(max(0, start - 1)))
        match command.action:
            case Action.NEXT | Action.TOO_MUCH:
                return index.part_end(at)
            case Action.PREVIOUS:
                return before
            case Action.AGAIN:
                return start
            case Action.BACK:
                return start if at - start >= BACK_THRESHOLD else before
            case Action.REPEAT:
                cue = index.cue(at)
                return cue.start if cue else 0
            case Action.READY:
                return index.ready(at)
            case Action.SEEK:
                return at + frames(Ms(command.amount))
            case Action.GO:
                return frames(Ms(command.amount))
        return None

    def _extension(self) -> Frames | None:
        """How much "more time" adds: half the clock's written length; None if no hold or wait runs, or beyond a day."""
        running = self.index.clock(self.at)
        if running is None or running.kind not in ("hold", "wait"):
            return None
        written = running.end - running.start - running.more
        by = Frames(SAMPLE_RATE * max(1, round_half_up(written, 2 * SAMPLE_RATE)))
        return by if self.timeline.length + by <= frames(DAY) else None

    def _lengthen(self) -> Transport:
        running, by = self.index.clock(self.at), self._extension()
        if running is None or by is None:
            return self
        longer = lengthen_clock(self.timeline, running, self.at, by)
        return _find_splice(replace(self, index=TimelineIndex(longer)))


Observer: TypeAlias = Callable[[Transport], None]
"""Called with the transport as it is heard now: about ten times a second, and after every command."""


def _step_percent(percent: int, steps: int, least: int = 0, most: int = 100) -> int:
    return max(least, min(most, percent + steps * STEP))


def _repeat_instruction(transport: Transport) -> Transport:
    """With the running instruction again before the session continues."""
    instruction = transport.index.instruction(transport.at)
    if instruction is None:
        return transport
    if transport.at < instruction.start + instruction.length:  # it was itself interrupted
        return replace(transport, at=instruction.start)
    return replace(transport, repeat=instruction.source)


def _find_splice(transport: Transport) -> Transport:
    """With the next splice from here on, or already past it if it lies here."""
    if transport.next_index is None:
        return transport
    splice = find_splice(transport.index, transport.next_index, transport.at)
    if splice is None:
        return replace(transport, next_index=None, splice=None)
    found = replace(transport, splice=splice)
    return _cross_splice(found) if splice.leave == transport.at else found


def _cross_splice(transport: Transport) -> Transport:
    assert transport.next_index is not None
    assert transport.splice is not None
    there = transport.splice.enter
    return replace(transport, index=transport.next_index, at=there, next_index=None, splice=None)
