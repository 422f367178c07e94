"""The loop that carries a session from the mix to an output and obeys commands on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

from voicecoach.outputs.output import Output
from voicecoach.outputs.reconnecting import ReconnectingOutput
from voicecoach.player.background_tasks import BackgroundTasks
from voicecoach.player.command import Action, Command, CommandSource, spoken_items
from voicecoach.player.feedback import Feedback, choose_feedback, likely_texts
from voicecoach.player.position_map import PositionMap
from voicecoach.player.session_audio import SessionAudio, speech_duration
from voicecoach.player.transport import SETTINGS, Observer, Transport
from voicecoach.sound.clip import Clip, Samples
from voicecoach.timeline import Source
from voicecoach.units import SECOND, Frames, Ms, frames

POLL_INTERVAL = 0.04
"""Seconds between two polls of an output that is full: it holds almost four times as much."""
REWIND = frames(Ms(2 * SECOND))
"""How far the session goes back after a loss of the device: a listener cut off in a word wants the sentence."""
_NOW = Frames(0)
_PREPARE_AFTER = frames(Ms(5 * SECOND))
"""When feedback is prepared: the first sound has the machine to itself."""
_MAX_WAIT = frames(Ms(2 * SECOND))
"""How long words wait for a silence before the session stands still for them."""
_NOTIFY_EVERY = frames(Ms(100))
_POLLS_PER_NOTICE = 3
"""The polls in that time, which count while nothing is heard."""


class Player:
    """Plays one session on one output, which must be ready.

    Without `tasks` commands are confirmed by chimes alone, and the speed cannot be changed.
    """

    def __init__(
        self,
        start: Transport,
        clip: Callable[[Source], Clip],
        output: Output,
        lead_in: Frames = _NOW,
        tasks: BackgroundTasks | None = None,
    ) -> None:
        self._output, self._tasks = output, tasks
        self._audio = SessionAudio(start, clip)
        self._positions, self._loss = PositionMap(start), DeviceLoss()
        self._standstill = Standstill(self._positions, lead_in)
        self._end: int | None = None
        """The output frame after the last one of the session, once that is known."""
        self._unsaid: deque[Feedback] = deque()
        """Feedback whose words are still to be said."""
        self._prepared = tasks is None or not output.live
        self._transport = start
        self._update(start.advance(0))

    def play(self, commands: CommandSource, observer: Observer) -> Transport:
        """Play until the end was heard or a command stops it; returns the last transport.

        The output is finished if the session was played to its end.
        """
        wait, notifier = 0.0, Notifier(observer)
        while not self._over:
            for command in commands(wait):
                self._obey(command)
            if self._tasks:
                self._collect(self._tasks)
            wait = self._feed()
            self._notify(notifier)
        self._notify(notifier)
        if self._transport.at == self._transport.timeline.length:
            self._output.finish()
        return self._transport

    @property
    def _over(self) -> bool:
        return self._end is not None and self._output.heard() >= self._end

    def _obey(self, command: Command) -> None:
        if not self._is_possible(command.action):
            return
        if self._interrupts(command):
            self._unsaid.clear()
            self._drop_written()
            self._check_device()  # it may turn out to be lost
        before = self._transport
        after = before.take(command)
        self._update(after)
        if self._tasks and after.speed != before.speed:
            self._tasks.recompile(after.speed, spoken_items(after.queue))
        if self._tasks and len(after.queue) > len(before.queue):
            self._tasks.add(after.queue[-1], after.speed)
        self._confirm(choose_feedback(command, before, after, self._tasks.phrases if self._tasks else None))
        if before.state == "paused" and after.state == "playing":
            self._repeat_instruction()

    def _is_possible(self, action: Action) -> bool:
        if action in (Action.SLOWER, Action.FASTER):
            return self._tasks is not None and not self._tasks.keeps_speed
        return action != Action.ADD or self._tasks is not None

    def _interrupts(self, command: Command) -> bool:
        """Whether the blocks written ahead must be dropped, as seen from the last one written or the one heard."""
        heard = self._heard_transport()
        if self._transport.interrupts(command) or heard.interrupts(command):
            return True
        # All is written but not heard: for a setting to take effect, the end must be taken back.
        return self._transport.state == "ended" != heard.state and command.action in SETTINGS

    def _heard_transport(self) -> Transport:
        heard = self._output.heard()
        now = self._transport
        return now if heard >= self._positions.written else now.rewind_to(self._positions.transport_at(heard))

    def _drop_written(self) -> Transport:
        """Drop what was written ahead; returns the transport where the listener is."""
        if dropped := self._output.cut():
            self._transport = self._transport.rewind_to(self._positions.drop(dropped))
            self._end = self._positions.written if self._transport.state == "ended" else None
        self._audio.restart()
        self._standstill.cancel()
        return self._transport

    def _confirm(self, feedback: Feedback | None) -> None:
        if feedback is not None:
            self._audio.chime(self._transport, self._standstill.asleep)
            if feedback.words:
                self._unsaid.append(feedback)

    def _collect(self, tasks: BackgroundTasks) -> None:
        """Take over the results of background tasks."""
        speed = self._transport.speed
        if not self._prepared and self._output.heard() > _PREPARE_AFTER:
            self._prepared = True
            tasks.prepare(likely_texts(tasks.phrases), speed)
        for addition in tasks.additions():
            self._update(self._transport.append(addition))
        if session := tasks.session(spoken_items(self._transport.queue)):
            self._update(self._transport.switch_to(session))
        for feedback in [*self._unsaid]:
            clips = tasks.clips(feedback.words, speed)
            if clips is None:
                break
            if clips and feedback.patient and not self._stands_still and self._delay(clips) is None:
                continue
            self._unsaid.remove(feedback)
            if clips:
                self._say(clips, interrupts=feedback.interrupts)

    def _delay(self, clips: list[Clip]) -> Frames | None:
        """Frames until the clips can be said without the session standing still for them; None if not soon."""
        now, free = self._transport, self._audio.free_after()
        if now.state != "playing":
            return free
        silence = now.index.silence(Frames(now.at + free), speech_duration(clips), _MAX_WAIT)
        return None if silence is None else Frames(free + silence)

    def _repeat_instruction(self) -> None:
        """Say the running instruction before the session continues, once there is a device."""
        now = self._transport
        if now.repeat and now.state == "playing" and not now.health.away:
            self._standstill.start(self._audio.repeat(now, now.repeat, self._standstill.asleep))

    @property
    def _stands_still(self) -> bool:
        return self._standstill.left > 0 or self._transport.awaits_queue

    def _say(self, clips: list[Clip], *, interrupts: bool) -> None:
        """Say words in the next silence of the session; if there is none soon, it stands still for them."""
        delay = self._delay(clips)
        if self._stands_still:
            self._say_at_standstill(clips)
        elif delay is None or (interrupts and self._transport.state == "playing"):
            self._update(self._drop_written().rewind_to_word())
            self._say_at_standstill(clips)
        else:
            self._audio.say(self._transport, clips, delay)

    def _say_at_standstill(self, clips: list[Clip]) -> None:
        """Say words now, and let the session stand still until they are over."""
        delay = max(self._audio.free_after(), self._standstill.asleep)
        self._audio.say(self._transport, clips, delay)
        self._standstill.start(speech_duration(clips, delay))

    def _feed(self) -> float:
        """Fill the output; returns the seconds until the next poll."""
        while room := self._room():
            self._output.write(self._next_block(room))
            if not self._output.live:
                return 0.0
        return POLL_INTERVAL

    def _room(self) -> int:
        room = self._output.room()
        self._check_device()
        return room

    def _check_device(self) -> None:
        """Stop where the device was lost, and continue once it is back."""
        if not isinstance(self._output, ReconnectingOutput):
            return
        health, now = self._output.health(), self._transport
        back = health.away < now.health.away
        if health.away > now.health.away:
            now = self._drop_written()
            self._loss.begin(now.at)
            self._standstill.wake_device()
        elif back:
            now = self._loss.end(now, frames(Ms(round(1000 * self._output.absence))))
        self._update(replace(now, health=health))
        if back:
            self._repeat_instruction()

    def _next_block(self, room: int) -> Samples:
        """The next block of the session, or silence while it stands still: the stream never stops."""
        now, left = self._transport, self._standstill.left
        if left or now.state != "playing" or now.awaits_queue:
            count = min(room, left or room)
            self._positions.add(count, now, moves=False)
            if now.state == "paused":
                self._update(now.advance(count))
            return self._audio.read_still(count)
        count = min(room, now.play_until - now.at)
        self._positions.add(count, now, moves=True)
        block = self._audio.read(now, count)
        self._update(replace(now, repeat=None).advance(count))
        return block

    def _update(self, transport: Transport) -> None:
        self._transport = transport
        if transport.state == "ended" and self._end is None:
            self._end = self._positions.written

    def _notify(self, notifier: Notifier) -> None:
        heard, now = self._output.heard(), self._transport
        if not now.health.away:
            there = self._positions.transport_at(heard)
            now = replace(now, at=there.at, index=there.index)
        notifier.notify(now, heard, over=self._over)


class DeviceLoss:
    """Decides where the session continues after each loss of its device."""

    def __init__(self) -> None:
        self._lost_at: Frames | None = None
        self._resumed_at = Frames(0)

    def begin(self, heard: Frames) -> None:
        """Note that the device was lost; the session stays at `heard`, the first frame that was not heard."""
        self._lost_at = heard

    def end(self, now: Transport, absence: Frames) -> Transport:
        """The device is back: rewind a little, unless the listener jumped elsewhere meanwhile.

        A device that comes and goes within that little does not drive the session back step by step.
        """
        if now.at != self._lost_at:
            return now.idle(absence)
        if not 0 <= now.at - self._resumed_at < REWIND:
            self._resumed_at = Frames(max(0, now.at - REWIND))
        return replace(now, at=self._resumed_at).idle(absence)


class Standstill:
    """How long the session stands still while the stream goes on, for a device that wakes up or for words.

    A device takes `lead_in` to wake up.
    """

    def __init__(self, positions: PositionMap, lead_in: Frames) -> None:
        self._positions, self._lead_in = positions, lead_in
        self._awake_at = self._until = 0
        """Output frames."""
        self.wake_device()

    @property
    def asleep(self) -> Frames:
        """Frames until the device is awake."""
        return Frames(max(0, self._awake_at - self._positions.written))

    @property
    def left(self) -> Frames:
        """Frames until the session continues."""
        return Frames(max(0, self._until - self._positions.written))

    def start(self, count: Frames) -> None:
        """Stand still for the next `count` frames."""
        self._until = self._positions.written + count

    def cancel(self) -> None:
        """Stand still only until the device is awake."""
        self._until = self._awake_at

    def wake_device(self) -> None:
        """Stand still while another device wakes up."""
        self._awake_at = self._until = self._positions.written + self._lead_in


class Notifier:
    """Calls an observer at most every 100 ms, at once for any change but the position, and never twice for the same."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._shown: tuple[object, ...] = ()
        self._polls_away = 0
        """Polls since the device was lost."""

    def notify(self, now: Transport, heard: Frames, *, over: bool) -> None:
        """Report `now`, heard under the output frame `heard`; `over` at the end of the session."""
        self._polls_away = self._polls_away + 1 if now.health.away else 0
        moment = (heard // _NOTIFY_EVERY, now.at // _NOTIFY_EVERY, self._polls_away // _POLLS_PER_NOTICE, over)
        shown = (*moment, replace(now, at=_NOW, paused_for=_NOW))
        if shown != self._shown:
            self._shown = shown
            self._observer(now)
