"""The loop that carries a session from the renderer to an output and obeys commands on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

from voicecoach.outputs.output import Output
from voicecoach.outputs.reconnecting import ReconnectingOutput
from voicecoach.player.background_tasks import BackgroundTasks
from voicecoach.player.command import Action, Command, CommandSource
from voicecoach.player.feedback import Feedback, choose_feedback, likely_texts
from voicecoach.player.position_map import PositionMap
from voicecoach.player.queue import spoken_items
from voicecoach.player.session_audio import SessionAudio, speech_duration
from voicecoach.player.transport import Notifier, Observer, Transport
from voicecoach.sound.clip import Clip, Samples
from voicecoach.timeline import Source
from voicecoach.units import SECOND, Frames, Ms, frames

__all__ = ["REWIND", "TICK", "DeviceLoss", "HoldOff", "Player"]

REWIND = frames(Ms(2 * SECOND))
"""How far before the last frame heard it goes on: who was cut off in a word wants the sentence."""


class DeviceLoss:
    """One session's losses of its loudspeaker, one after the other."""

    def __init__(self) -> None:
        self._lost: Frames | None = None
        self._again = Frames(0)
        """Where it last went on."""

    def lost(self, heard: Frames) -> None:
        """The loudspeaker went away after the frame before `heard`, where the session stays."""
        self._lost = heard

    def found(self, now: Transport, absence: Frames) -> Transport:
        """There is one again, after so long: a little before that frame, unless somebody went elsewhere meanwhile.

        One that comes and goes within that little does not drive the session back step by step.
        """
        if now.at != self._lost:
            return now.stood(absence)
        if not 0 <= now.at - self._again < REWIND:
            self._again = Frames(max(0, now.at - REWIND))
        return replace(now, at=self._again).stood(absence)


class HoldOff:
    """How long a session stands still, and a loudspeaker sleeps, from the next frame of a trail on.

    It begins with a loudspeaker that takes the frames of `lead_in` to wake up.
    """

    def __init__(self, trail: PositionMap, lead_in: Frames) -> None:
        self._trail, self._lead_in = trail, lead_in
        self._wakes = self._till = 0
        """Output frames."""
        self.with_another()

    @property
    def asleep(self) -> Frames:
        """Frames until the loudspeaker is awake."""
        return Frames(max(0, self._wakes - self._trail.written))

    @property
    def left(self) -> Frames:
        """Frames until the session goes on."""
        return Frames(max(0, self._till - self._trail.written))

    def stand(self, count: Frames) -> None:
        """Until so many frames from now."""
        self._till = self._trail.written + count

    def only_asleep(self) -> None:
        """Whatever else it stands still for is given up."""
        self._till = self._wakes

    def with_another(self) -> None:
        """Another loudspeaker has to wake up."""
        self._wakes = self._till = self._trail.written + self._lead_in


TICK = 0.04
"""Seconds between two looks at the output where it has no room: it holds almost four times as much."""
_AT_ONCE = Frames(0)
_SETTLED = frames(Ms(5 * SECOND))
"""When answers are prepared: the first sound has the machine to itself."""
_SOON = frames(Ms(2 * SECOND))
"""How long words wait for a silence to be said in, before the session stands still for them."""


class Player:
    """One session on its way to one output, which must be ready.

    Without `backstage` commands are confirmed by chimes alone, and the speed stays what it is.
    """

    def __init__(
        self,
        start: Transport,
        clip: Callable[[Source], Clip],
        output: Output,
        lead_in: Frames = _AT_ONCE,
        backstage: BackgroundTasks | None = None,
    ) -> None:
        self._output, self._backstage = output, backstage
        self._sounding = SessionAudio(start, clip)
        self._trail, self._absence = PositionMap(start), DeviceLoss()
        self._standing = HoldOff(self._trail, lead_in)
        self._end: int | None = None
        """The output frame after the last one of the session, once that is known."""
        self._due: deque[Feedback] = deque()
        """Answers whose words are still to be said."""
        self._prepared = backstage is None or not output.live
        self._transport = start
        self._go_on(start.advanced(0))

    def play(self, ways_in: CommandSource, show: Observer) -> Transport:
        """Until the end has been heard, or somebody stops it: where it was then.

        The output is finished if the session was played to its end.
        """
        wait, telling = 0.0, Notifier(show)
        while not self._over:
            for command in ways_in(wait):
                self._obey(command)
            if self._backstage:
                self._catch_up(self._backstage)
            wait = self._feed()
            self._tell(telling)
        self._tell(telling)
        if self._transport.at == self._transport.landmarks.timeline.length:
            self._output.finish()
        return self._transport

    @property
    def _over(self) -> bool:
        """Whether the end was heard."""
        return self._end is not None and self._output.heard() >= self._end

    def _obey(self, command: Command) -> None:
        if not self._possible(command.act):
            return
        if self._leads_elsewhere(command):
            self._due.clear()
            self._taken_back()
            self._look_after()  # it may turn out to be away
        before = self._transport
        after = before.take(command)
        self._go_on(after)
        if after.speed != before.speed and self._backstage:
            self._backstage.change(after.speed, spoken_items(after.queue))
        if command.wish and len(after.queue) > len(before.queue) and self._backstage:
            self._backstage.add(command.wish, after.speed)
        self._confirm(choose_feedback(command, before, after, self._backstage.phrases if self._backstage else None))
        if before.state == "paused" and after.state == "playing":
            self._tell_again()

    def _leads_elsewhere(self, command: Command) -> bool:
        """Whether what was written ahead is not what comes after it: for who writes, or for who hears."""
        heard = self._as_heard()
        if _leads_elsewhere(self._transport, command) or _leads_elsewhere(heard, command):
            return True
        return self._transport.state == "ended" != heard.state and heard.take(command) is not heard

    def _possible(self, act: Action) -> bool:
        """Whether there is somebody to speak what it takes."""
        if act in (Action.SLOWER, Action.FASTER):
            return self._backstage is not None and not self._backstage.keeps_speed
        return act != Action.ADD or self._backstage is not None

    def _as_heard(self) -> Transport:
        """The transport where who hears it takes it to be."""
        heard = self._output.heard()
        return self._transport if heard >= self._trail.written else self._transport.back_at(self._trail.at(heard))

    def _taken_back(self) -> Transport:
        """What was written ahead is dropped: the transport as it is for who hears it."""
        if dropped := self._output.cut():
            self._transport = self._transport.back_at(self._trail.cut(dropped))
            self._end = self._trail.written if self._transport.state == "ended" else None
        self._sounding.cut()
        self._standing.only_asleep()
        return self._transport

    def _confirm(self, found: Feedback | None) -> None:
        if found is not None:
            self._sounding.chime(self._transport, self._standing.asleep)
            if found.words:
                self._due.append(found)

    def _catch_up(self, backstage: BackgroundTasks) -> None:
        """Take over what has been made meanwhile."""
        speed = self._transport.speed
        if not self._prepared and self._output.heard() > _SETTLED:
            self._prepared = True
            backstage.prepare(likely_texts(backstage.phrases), speed)
        for part in backstage.parts():
            self._go_on(self._transport.followed_by(part))
        if session := backstage.session(spoken_items(self._transport.queue)):
            self._go_on(self._transport.going_over(session))
        for found in [*self._due]:
            clips = backstage.clips(found.words, speed)
            if clips is None:
                break
            if clips and found.patient and not self._silent_for(clips):
                continue
            self._due.remove(found)
            if clips:
                self._say(clips, first=found.first)

    def _silent_for(self, clips: list[Clip]) -> bool:
        """Whether words can be said soon, and nothing has to stand still for them."""
        now = self._transport
        if now.state != "playing" or self._stands:
            return True
        return (
            now.landmarks.silence(Frames(now.at + self._sounding.free()), speech_duration(clips, 0), _SOON) is not None
        )

    def _tell_again(self) -> None:
        """The running instruction, where it is to be heard before the session goes on: once there is a loudspeaker."""
        now = self._transport
        if now.told_again and now.state == "playing" and not now.health.away:
            self._standing.stand(self._sounding.heard_again(now, now.told_again, self._standing.asleep))

    @property
    def _stands(self) -> bool:
        return self._standing.left > 0 or self._transport.waits

    def _say(self, clips: list[Clip], *, first: bool) -> None:
        """Words over the session, where it is soon silent for long enough; else, or `first`, before it goes on."""
        now, after = self._transport, max(self._sounding.free(), self._standing.asleep)
        stands = self._stands
        if now.state == "playing" and not stands:
            room = now.landmarks.silence(Frames(now.at + after), speech_duration(clips, 0), _SOON)
            stands = first or room is None
            if stands:
                now = self._taken_back().from_the_word()
                self._go_on(now)
            after = self._standing.asleep if stands or room is None else Frames(after + room)
        self._sounding.say(now, clips, after)
        if stands:
            self._standing.stand(speech_duration(clips, after))

    def _feed(self) -> float:
        """Write what the output has room for: how long to wait before the next time."""
        while room := self._room():
            self._output.write(self._next(room))
            if not self._output.live:
                return 0.0
        return TICK

    def _room(self) -> int:
        """What the output has room for: none while the loudspeaker is away."""
        room = self._output.room()
        self._look_after()
        return room

    def _look_after(self) -> None:
        """Stay where the loudspeaker went away, and go on from there once there is one."""
        if not isinstance(self._output, ReconnectingOutput):
            return
        health, now = self._output.health(), self._transport
        found = health.away < now.health.away
        if health.away > now.health.away:
            now = self._taken_back()
            self._absence.lost(now.at)
            self._standing.with_another()
        elif found:
            now = self._absence.found(now, frames(Ms(round(1000 * self._output.absence))))
        self._go_on(replace(now, health=health))
        if found:
            self._tell_again()

    def _next(self, room: int) -> Samples:
        """What comes after all that was written: the session, or silence so that the stream never stops."""
        now, stands = self._transport, self._standing.left
        if stands or now.state != "playing" or now.waits:
            count = min(room, stands or room)
            self._trail.add(count, now, moves=False)
            if now.state == "paused":
                self._go_on(now.advanced(count))
            return self._sounding.still(count)
        count = min(room, now.till - now.at)
        self._trail.add(count, now, moves=True)
        block = self._sounding.session(now, count)
        self._go_on(replace(now, told_again=None).advanced(count))
        return block

    def _go_on(self, transport: Transport) -> None:
        self._transport = transport
        if transport.state == "ended" and self._end is None:
            self._end = self._trail.written

    def _tell(self, telling: Notifier) -> None:
        heard, now = self._output.heard(), self._transport
        if not now.health.away:
            there = self._trail.at(heard)
            now = replace(now, at=there.at, landmarks=there.landmarks)
        telling.tell(now, heard, over=self._over)


def _leads_elsewhere(now: Transport, command: Command) -> bool:
    after = now.take(command)
    return after.landmarks is not now.landmarks or (after.at, after.state) != (now.at, now.state)
