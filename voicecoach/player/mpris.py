"""Media keys and headset buttons: the player on the session bus, as MPRIS 2.2 defines it, through dbus-fast.

https://specifications.freedesktop.org/mpris-spec/latest/. Each part of the session (the opening, a move, the
closing) is a track: "next" goes to the next one, and position and length are those of the track.
A bus that is missing or goes away is not an error: media keys do not work then, and nothing is reported.
"""

# Without `from __future__ import annotations`: dbus-fast reads signatures from the annotations.
import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from math import isnan
from typing import Any

from dbus_fast import DBusError, ErrorType, NameFlag, PropertyAccess, RequestNameReply, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusInt64, DBusObjectPath, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

from voicecoach.player.command import Action, Command
from voicecoach.player.snapshot import Snapshot
from voicecoach.player.transport import STEP

_PATH = "/org/mpris/MediaPlayer2"
_NAME = "org.mpris.MediaPlayer2"
_CONNECT_TIMEOUT = 10.0
_TOLERANCE_MS = 500
"""How far a client's position may be off: updates come ten times a second, and not to the frame."""
_STATUS = {"playing": "Playing", "paused": "Paused", "ended": "Stopped"}
_CHANGING = ("CanGoNext", "CanGoPrevious", "CanPause", "CanPlay", "CanSeek", "Metadata", "PlaybackStatus", "Volume")
"""Properties whose changes are announced. `Position` is not, says the specification."""


@asynccontextmanager
async def serve_media_keys(put: Callable[[Command], bool], now: Snapshot) -> AsyncIterator[Callable[[Snapshot], None]]:
    """Put a media player on the session bus, if there is one; yields the function that updates it."""
    interfaces = RootInterface(put), PlayerInterface(put, now, asyncio.get_running_loop().time)
    connection = asyncio.create_task(_stay_on_bus(*interfaces))
    try:
        yield interfaces[1].update
    finally:
        connection.cancel()
        await asyncio.gather(connection, return_exceptions=True)


async def _stay_on_bus(*interfaces: ServiceInterface) -> None:
    """Be on the bus until it goes away or this is cancelled."""
    logging.getLogger("dbus_fast").setLevel(logging.CRITICAL + 1)  # it would write into the screen
    try:
        async with asyncio.timeout(_CONNECT_TIMEOUT):
            bus = await MessageBus().connect()
    except (OSError, ValueError, KeyError, EOFError, DBusError):
        return  # no bus, no address of one, or one that refuses the connection
    try:
        for interface in interfaces:
            bus.export(_PATH, interface)
        await _request_name(bus)
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
    except (OSError, EOFError, DBusError):
        pass  # the bus went away
    finally:
        bus.unexport(_PATH)
        bus.disconnect()


async def _request_name(bus: MessageBus) -> None:
    """Take the plain name, or one with the process id if another player has it."""
    name = f"{_NAME}.voicecoach"
    if await bus.request_name(name, NameFlag.DO_NOT_QUEUE) is not RequestNameReply.PRIMARY_OWNER:
        await bus.request_name(f"{name}.instance{os.getpid()}", NameFlag.DO_NOT_QUEUE)


def _property(
    name: str, signature: str, get: Callable[[Any], Any], change: Callable[[Any, Any], None] | None = None
) -> Any:
    """A D-Bus property, to be assigned to an attribute of the same name; writable with `change`."""
    get.__name__, get.__annotations__ = name, {"return": signature}
    access = PropertyAccess.READ if change is None else PropertyAccess.READWRITE
    made = dbus_property(access, name=name)(get)
    if change is None:
        return made
    change.__name__ = name
    return made.setter(change)


def _constant(name: str, signature: str, value: Any, *, writable: bool = False) -> Any:
    """A property with one value; writing that value has no effect, and any other is refused."""

    def refuse_others(_: Any, new: Any) -> None:
        if new != value:
            raise DBusError(ErrorType.NOT_SUPPORTED, f"a session has no other {name}")

    return _property(name, signature, lambda _: value, refuse_others if writable else None)


def _put_or_refuse(put: Callable[[Command], bool], command: Command) -> None:
    if not put(command):
        raise DBusError(ErrorType.LIMITS_EXCEEDED, "commands come faster than they can be heard")


class RootInterface(ServiceInterface):
    """The application."""

    CanQuit = _constant("CanQuit", "b", True)
    CanRaise = _constant("CanRaise", "b", False)
    CanSetFullscreen = _constant("CanSetFullscreen", "b", False)
    Fullscreen = _constant("Fullscreen", "b", False, writable=True)
    HasTrackList = _constant("HasTrackList", "b", False)
    Identity = _constant("Identity", "s", "voicecoach")
    SupportedMimeTypes = _constant("SupportedMimeTypes", "as", [])
    SupportedUriSchemes = _constant("SupportedUriSchemes", "as", [])

    def __init__(self, put: Callable[[Command], bool]) -> None:
        super().__init__(_NAME)
        self._put = put

    @dbus_method(name="Raise")
    def show_window(self) -> None:
        """Do nothing: there is no window."""

    @dbus_method(name="Quit")
    def quit(self) -> None:
        """End the session."""
        _put_or_refuse(self._put, Command(Action.STOP))


class PlayerInterface(ServiceInterface):
    """The session. Commands go to `put`; the position is announced by `clock`, in seconds."""

    CanControl = _constant("CanControl", "b", True)
    CanGoNext = _property("CanGoNext", "b", lambda self: self.CanSeek and self.now.part_end_ms < self.now.length_ms)
    CanGoPrevious = _property("CanGoPrevious", "b", lambda self: self.CanSeek and self.now.part > 0)
    CanPause = _property("CanPause", "b", lambda self: self.CanSeek)
    CanPlay = _property("CanPlay", "b", lambda self: self.CanSeek)
    CanSeek = _property("CanSeek", "b", lambda self: self.now.state != "ended")
    LoopStatus = _constant("LoopStatus", "s", "None", writable=True)
    MaximumRate = _constant("MaximumRate", "d", 1.0)
    Metadata = _property("Metadata", "a{sv}", lambda self: _metadata(self.now))
    MinimumRate = _constant("MinimumRate", "d", 1.0)
    PlaybackStatus = _property("PlaybackStatus", "s", lambda self: _status(self.now))
    Position = _property("Position", "x", lambda self: 1000 * (self.now.position_ms - self.now.part_start_ms))
    Position.introspection.annotations["org.freedesktop.DBus.Property.EmitsChangedSignal"] = "false"
    Rate = _property("Rate", "d", lambda _: 1.0, lambda self, rate: self.set_rate(rate))
    Shuffle = _constant("Shuffle", "b", False, writable=True)
    Volume = _property("Volume", "d", lambda self: self.now.volume / 100, lambda self, to: self.set_volume(to))

    def __init__(self, put: Callable[[Command], bool], now: Snapshot, clock: Callable[[], float]) -> None:
        super().__init__(f"{_NAME}.Player")
        self._put, self._clock = put, clock
        self.now = now
        self._announced = {name: getattr(self, name) for name in _CHANGING}
        self._updated_at, self._estimate = clock(), PositionEstimate(now)

    def update(self, now: Snapshot) -> None:
        """Announce the changes that the specification asks for."""
        before, self._updated_at = self._updated_at, self._clock()
        off = self._estimate.is_off(now, self._updated_at - before)
        self.now = now
        values = {name: getattr(self, name) for name in _CHANGING}
        changed = {name: value for name, value in values.items() if value != self._announced[name]}
        self._announced = values
        if changed:
            self.emit_properties_changed(changed)
        if off:
            self.seeked()

    @dbus_signal(name="Seeked")
    def seeked(self) -> DBusInt64:
        """Announce a position that clients cannot work out."""
        position: int = self.Position
        return position

    @dbus_method(name="Next")
    def next(self) -> None:
        """Go to the next part, if there is one."""
        if self.CanGoNext:
            self._send(Command(Action.NEXT, stays_paused=True))

    @dbus_method(name="Previous")
    def previous(self) -> None:
        """Go to the part before, if there is one."""
        if self.CanGoPrevious:
            self._send(Command(Action.PREVIOUS, stays_paused=True))

    @dbus_method(name="Pause")
    def pause(self) -> None:
        """Pause."""
        self._send(Command(Action.PAUSE))

    @dbus_method(name="Play")
    def play(self) -> None:
        """Resume."""
        self._send(Command(Action.RESUME))

    @dbus_method(name="PlayPause")
    def play_pause(self) -> None:
        """Toggle. Without a device the status is `Paused`, so this means "play, as soon as there is sound again"."""
        self._send(Command(Action.RESUME if self.now.away else Action.TOGGLE))

    @dbus_method(name="Stop")
    def stop(self) -> None:
        """End the session."""
        self._send(Command(Action.STOP))

    @dbus_method(name="Seek")
    def seek(self, offset: DBusInt64) -> None:
        """Move by microseconds: beyond the track's end to the next one, before its start to the start."""
        position = self.now.position_ms + offset // 1000
        if position < self.now.part_end_ms:
            self._send(Command(Action.GO, max(position, self.now.part_start_ms), stays_paused=True))
        elif self.CanGoNext:
            self._send(Command(Action.NEXT, stays_paused=True))

    @dbus_method(name="SetPosition")
    def set_position(self, track: DBusObjectPath, position: DBusInt64) -> None:
        """Go to a position in the track, unless it was meant for a track that is over or lies outside."""
        start, end = self.now.part_start_ms, self.now.part_end_ms
        if track == _track(self.now) and 0 <= position <= 1000 * (end - start):
            self._send(Command(Action.GO, start + position // 1000, stays_paused=True))

    @dbus_method(name="OpenUri")
    def open_uri(self, uri: DBusStr) -> None:  # noqa: ARG002
        """Refuse: a player plays one session."""
        raise DBusError(ErrorType.NOT_SUPPORTED, "sessions are started with `voicecoach play`")

    def set_volume(self, volume: float) -> None:
        """Change the volume to 0 to 1, in steps; half a step counts as one, so that 5 % more is heard."""
        if isnan(volume):
            raise DBusError(ErrorType.NOT_SUPPORTED, "a volume is a number from 0 to 1")
        change = max(0.0, min(1.0, volume)) * 100 - self.now.volume
        if steps := int(abs(change) / STEP + 0.5):
            self._send(Command(Action.VOLUME, steps if change > 0 else -steps))

    def set_rate(self, rate: float) -> None:
        """Pause at 0, as the specification asks; refuse any other rate but 1."""
        if rate == 0.0:
            self._send(Command(Action.PAUSE))
        elif rate != 1.0:
            raise DBusError(ErrorType.NOT_SUPPORTED, "a session has no other Rate")

    def _send(self, command: Command) -> None:
        _put_or_refuse(self._put, command)


class PositionEstimate:
    """The position that a client works out from the last one announced and the status since."""

    def __init__(self, now: Snapshot) -> None:
        self._last = now
        self._estimate = float(now.position_ms - now.part_start_ms)
        """Milliseconds from the start of the track."""

    def is_off(self, now: Snapshot, elapsed: float) -> bool:
        """Whether the position must be announced, `elapsed` seconds after the last call; it is taken to be."""
        before, self._last = self._last, now
        played = 1000 * elapsed if _status(before) == "Playing" else 0.0
        start = now.part_start_ms if now.part == before.part else before.part_start_ms
        error = now.position_ms - (start + self._estimate + played)
        off = abs(error) > _TOLERANCE_MS
        self._estimate = now.position_ms - now.part_start_ms - (0.0 if off else error)
        return off


def _status(now: Snapshot) -> str:
    """Without an output device it stands still, as in a pause."""
    return "Paused" if now.away and now.state == "playing" else _STATUS[now.state]


def _metadata(now: Snapshot) -> dict[str, Variant]:
    return {
        "mpris:trackid": Variant("o", _track(now)),
        "mpris:length": Variant("x", 1000 * (now.part_end_ms - now.part_start_ms)),
        "xesam:title": Variant("s", now.label),
        "xesam:album": Variant("s", now.title),
        "xesam:artist": Variant("as", ["voicecoach"]),
        "xesam:trackNumber": Variant("i", now.part + 1),
    }


def _track(now: Snapshot) -> str:
    return f"/voicecoach/part/{now.part}"
