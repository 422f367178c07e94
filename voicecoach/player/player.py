"""The loop that carries a session from the renderer to an output, steered on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from voicecoach.outputs.lasting import Lasting
from voicecoach.outputs.output import Output
from voicecoach.player.absence import Absence
from voicecoach.player.command import Command, WaysIn
from voicecoach.player.trail import Trail
from voicecoach.player.transport import Transport
from voicecoach.sound.clip import Clip, Samples
from voicecoach.sound.gain import silence, slide
from voicecoach.sound.render import Renderer
from voicecoach.timeline import Sound, Source, Utterance
from voicecoach.units import Frames, Ms, frames

__all__ = ["TICK", "Player", "Show"]

Show: TypeAlias = Callable[[Transport], None]
"""Told what is heard now, about ten times a second, and after every command."""

TICK = 0.04
"""Seconds between two looks at the output where it has no room: it holds almost four times as much."""
_SHOWN = frames(Ms(100))
_AT_ONCE = Frames(0)


class Player:
    """One session on its way to one output, which must be ready."""

    def __init__(
        self, start: Transport, clip: Callable[[Source], Clip], output: Output, lead_in: Frames = _AT_ONCE
    ) -> None:
        self._output, self._clip = output, clip
        self._lead_in = lead_in
        self._trail, self._absence = Trail(start.at), Absence()
        self._end: int | None = None
        """The output frame after the last one of the session, once that is known."""
        self._transport = start
        self._renderer = Renderer(start.landmarks.timeline, clip)
        self._go_on(start.advanced(0))
        self._gains = (0.0, 0.0) if start.at else self._transport.gains
        self._shown: tuple[object, ...] = ()

    def play(self, ways_in: WaysIn, show: Show) -> Transport:
        """Until the end has been heard, or somebody stops it: where it was then.

        The output is finished if the session was played to its end.
        """
        wait = 0.0
        while self._end is None or self._output.heard() < self._end:
            for command in ways_in(wait):
                self._obey(command)
            wait = self._feed()
            self._tell(show)
        if self._transport.at == self._transport.landmarks.timeline.length:
            self._output.finish()
        return self._transport

    def _obey(self, command: Command) -> None:
        before = self._transport
        after = before.take(command)
        if (after.at, after.state) != (before.at, before.state):
            after = replace(before, at=self._cut()).take(command)
        self._go_on(after)

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
        if isinstance(self._output, Lasting):
            health, now = self._output.health(), self._transport
            if health.away > now.health.away:
                now, self._end = self._absence.lost(now, self._cut()), None
            elif health.away < now.health.away:
                now = self._absence.found(now)
            self._go_on(replace(now, health=health))
        return room

    def _cut(self) -> Frames:
        """Take back what was not heard, for something else: the frame of the session that would come now."""
        dropped = self._output.cut()
        self._gains = 0.0, 0.0  # what comes now rises from the silence that this leaves
        return self._trail.cut(dropped) if dropped else self._transport.at

    def _next(self, room: int) -> Samples:
        """What comes after all that was written: the session, or silence so that the stream never stops."""
        now = self._transport
        lead = self._lead_in - self._trail.written
        if lead > 0 or now.state != "playing":
            count = min(room, lead) if lead > 0 else room
            self._trail.add(count, now.at, moves=False)
            return silence(count)
        count = min(room, now.landmarks.timeline.length - now.at)
        block = self._rendered(now.at, count)
        self._trail.add(count, now.at, moves=True)
        self._go_on(now.advanced(count))
        return block

    def _rendered(self, at: Frames, count: int) -> Samples:
        """The session itself, voice and chimes as loud as is asked for."""
        (voice, chimes), (voice_now, chimes_now) = self._gains, self._transport.gains
        self._gains = voice_now, chimes_now
        if (voice, voice_now) == (chimes, chimes_now):
            return slide(self._renderer.read(at, count), voice, voice_now)
        spoken, rung = (self._renderer.read(at, count, only) for only in (Utterance, Sound))
        return slide(spoken, voice, voice_now) + slide(rung, chimes, chimes_now)

    def _go_on(self, transport: Transport) -> None:
        if transport.landmarks is not self._transport.landmarks:
            self._renderer = Renderer(transport.landmarks.timeline, self._clip)
        self._transport = transport
        if transport.state == "ended" and self._end is None:
            self._end = self._trail.written

    def _tell(self, show: Show) -> None:
        heard = self._transport
        if not heard.health.away:
            heard = replace(heard, at=self._trail.at(self._output.heard()))
        signs = (heard.at // _SHOWN, replace(heard, at=Frames(0)))
        if signs != self._shown:
            self._shown = signs
            show(heard)
