"""Media keys and headset buttons: the player on the session bus, as MPRIS 2.2 defines it, through dbus-fast.

https://specifications.freedesktop.org/mpris-spec/latest/. Each part of the session (the opening, a move, the
closing) is a track: "next" goes to the next one, and position and length are those of the track.
A bus that is missing or goes away is not an error: media keys do not work then, and nothing is reported.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from math import isnan
from typing import Any, TypeAlias

from dbus_fast import DBusError, ErrorType, Message, MessageFlag, MessageType, NameFlag, RequestNameReply, Variant
from dbus_fast.aio import MessageBus

from voicecoach.player.command import Action, Command
from voicecoach.player.snapshot import Snapshot
from voicecoach.player.transport import STEP

__all__ = [
    "PATH",
    "PLAYER",
    "ROOT",
    "SIGNATURES",
    "WRITABLE",
    "DBusValue",
    "MediaPlayer",
    "PositionEstimate",
    "UnsupportedRequest",
    "command_for_method",
    "command_for_property",
    "properties",
    "serve_media_keys",
]

PATH = "/org/mpris/MediaPlayer2"
ROOT = "org.mpris.MediaPlayer2"
PLAYER = "org.mpris.MediaPlayer2.Player"

DBusValue: TypeAlias = tuple[str, Any]
"""A D-Bus signature and what has it."""

SIGNATURES: dict[tuple[str, str], str] = {
    (ROOT, "Raise"): "",
    (ROOT, "Quit"): "",
    (PLAYER, "Next"): "",
    (PLAYER, "Previous"): "",
    (PLAYER, "Pause"): "",
    (PLAYER, "PlayPause"): "",
    (PLAYER, "Stop"): "",
    (PLAYER, "Play"): "",
    (PLAYER, "Seek"): "x",
    (PLAYER, "SetPosition"): "ox",
    (PLAYER, "OpenUri"): "s",
}
"""Every method with what it takes."""
WRITABLE = {(ROOT, "Fullscreen"), (PLAYER, "LoopStatus"), (PLAYER, "Rate"), (PLAYER, "Shuffle"), (PLAYER, "Volume")}

_PLAIN = {
    "Quit": Action.STOP,
    "Next": Action.NEXT,
    "Previous": Action.PREVIOUS,
    "Pause": Action.PAUSE,
    "PlayPause": Action.TOGGLE,
    "Stop": Action.STOP,
    "Play": Action.RESUME,
}
_STATUS = {"playing": "Playing", "paused": "Paused", "ended": "Stopped"}

_ASTRAY_MS = 500
"""What a client may be wrong by: we are shown what is heard ten times a second, and not to the frame."""


class UnsupportedRequest(Exception):
    """What cannot be asked of us, in words."""


def properties(now: Snapshot) -> dict[str, dict[str, DBusValue]]:
    """Every property of every interface."""
    going = now.state != "ended"
    return {
        ROOT: {
            "CanQuit": ("b", True),
            "CanRaise": ("b", False),
            "CanSetFullscreen": ("b", False),
            "Fullscreen": ("b", False),
            "HasTrackList": ("b", False),
            "Identity": ("s", "voicecoach"),
            "SupportedMimeTypes": ("as", []),
            "SupportedUriSchemes": ("as", []),
        },
        PLAYER: {
            "CanControl": ("b", True),
            "CanGoNext": ("b", going and now.part_end_ms < now.length_ms),
            "CanGoPrevious": ("b", going and now.part > 0),
            "CanPause": ("b", going),
            "CanPlay": ("b", going),
            "CanSeek": ("b", going),
            "LoopStatus": ("s", "None"),
            "MaximumRate": ("d", 1.0),
            "Metadata": ("a{sv}", _metadata(now)),
            "MinimumRate": ("d", 1.0),
            "PlaybackStatus": ("s", _status(now)),
            "Position": ("x", 1000 * (now.position_ms - now.part_start_ms)),
            "Rate": ("d", 1.0),
            "Shuffle": ("b", False),
            "Volume": ("d", now.volume / 100),
        },
    }


def command_for_method(method: str, arguments: Sequence[Any], now: Snapshot) -> Command | None:
    """The command that a method stands for; None where it means nothing now.

    `UnsupportedRequest` where it never does.
    """
    if method == "PlayPause" and now.away:  # `Paused` is what is seen, so it plays: at once when there is sound again
        return Command(Action.RESUME)
    if method in ("Next", "Previous") and not properties(now)[PLAYER][f"CanGo{method}"][1]:
        return None
    if method in _PLAIN:
        return Command(_PLAIN[method], stays=method in ("Next", "Previous"))
    match method, [*arguments]:
        case "Seek", [offset]:
            return _to(now.position_ms + offset // 1000, now)
        case "SetPosition", [track, position]:
            within = 0 <= position <= 1000 * (now.part_end_ms - now.part_start_ms)
            fits = within and track == _track(now)  # else it was meant for a track that is over
            return Command(Action.GO, now.part_start_ms + position // 1000, stays=True) if fits else None
        case "Raise", _:
            return None
    raise UnsupportedRequest("sessions are started with `voicecoach play`")


def command_for_property(name: str, value: Any, now: Snapshot) -> Command | None:
    """The command that a written property stands for; None where nothing is to be done."""
    if name == "Volume":
        if isnan(value):
            raise UnsupportedRequest("a volume is a number from 0 to 1")
        change = max(0.0, min(1.0, value)) * 100 - now.volume
        steps = int(abs(change) / STEP + 0.5)  # half a step counts as one, so that 5 % more is heard
        return Command(Action.VOLUME, steps if change > 0 else -steps) if steps else None
    if name == "Rate" and value == 0.0:  # "act as though Pause was called"
        return Command(Action.PAUSE)
    if value == properties(now)[ROOT if name == "Fullscreen" else PLAYER][name][1]:
        return None
    raise UnsupportedRequest(f"a session has no other {name}")


class PositionEstimate:
    """Where a client takes us to be that goes by what it was told last: the position then, and the status since."""

    def __init__(self, now: Snapshot) -> None:
        self._seen = now
        self._within = float(now.position_ms - now.part_start_ms)
        """Milliseconds from the start of the track."""

    def astray(self, now: Snapshot, seconds: float) -> bool:
        """Whether it must be told the position, `seconds` after the last look; it is right then."""
        before, self._seen = self._seen, now
        gone = 1000 * seconds if _status(before) == "Playing" else 0.0
        start = now.part_start_ms if now.part == before.part else before.part_start_ms
        wrong = now.position_ms - (start + self._within + gone)
        told = abs(wrong) > _ASTRAY_MS
        self._within = now.position_ms - now.part_start_ms - (0.0 if told else wrong)
        return told


def _status(now: Snapshot) -> str:
    """Without a loudspeaker nothing goes on, as in a pause, though nobody asked for one."""
    return "Paused" if now.away and now.state == "playing" else _STATUS[now.state]


def _to(position_ms: int, now: Snapshot) -> Command | None:
    """Past the end of a track is the next one; before its start, the start."""
    if position_ms >= now.part_end_ms:
        return command_for_method("Next", (), now)
    return Command(Action.GO, max(position_ms, now.part_start_ms), stays=True)


def _metadata(now: Snapshot) -> dict[str, DBusValue]:
    return {
        "mpris:trackid": ("o", _track(now)),
        "mpris:length": ("x", 1000 * (now.part_end_ms - now.part_start_ms)),
        "xesam:title": ("s", now.label),
        "xesam:album": ("s", now.title),
        "xesam:artist": ("as", ["voicecoach"]),
        "xesam:trackNumber": ("i", now.part + 1),
    }


def _track(now: Snapshot) -> str:
    return f"/voicecoach/part/{now.part}"


_PATIENCE = 10.0
"""Seconds that a bus may take to let us in."""
_PROPERTIES = "org.freedesktop.DBus.Properties"


@asynccontextmanager
async def serve_media_keys(put: Callable[[Command], bool], now: Snapshot) -> AsyncIterator[Callable[[Snapshot], None]]:
    """A media player on the session bus, from soon on, if there is one."""
    player = MediaPlayer(put, now, asyncio.get_running_loop().time)
    life = asyncio.create_task(player.live())
    try:
        yield player.told
    finally:
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)


class MediaPlayer:
    """`org.mpris.MediaPlayer2.voicecoach`, or with the process id behind it where another player has that name."""

    def __init__(self, put: Callable[[Command], bool], now: Snapshot, clock: Callable[[], float]) -> None:
        self._put, self._now, self._clock = put, now, clock
        self._since, self._belief = clock(), PositionEstimate(now)
        self._bus: MessageBus | None = None
        logging.getLogger("dbus_fast").setLevel(logging.CRITICAL + 1)  # it would write into the screen

    async def live(self) -> None:
        """Be there until the bus goes away, or this is cancelled."""
        try:
            async with asyncio.timeout(_PATIENCE):
                bus = await MessageBus().connect()
        except (OSError, ValueError, KeyError, EOFError, DBusError):
            return  # no bus, no address of one, or one that does not let us in
        try:
            bus.add_message_handler(self._handle)
            await _named(bus)
            self._bus = bus
            await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
        except (OSError, EOFError, DBusError):
            pass  # the bus went away
        finally:
            self._bus = None
            bus.disconnect()

    def told(self, now: Snapshot) -> None:
        """Say on the bus what changed, as far as the specification wants it said."""
        before, self._now = self._now, now
        then, self._since = self._since, self._clock()
        astray = self._belief.astray(now, self._since - then)
        if self._bus is None or not self._bus.connected:
            return
        old, new = properties(before)[PLAYER], properties(now)[PLAYER]
        changed = {name: _variant(new[name]) for name in new if new[name] != old[name] and name != "Position"}
        if changed:
            self._signal(_PROPERTIES, "PropertiesChanged", "sa{sv}as", [PLAYER, changed, []])
        if astray:
            self._signal(PLAYER, "Seeked", "x", [new["Position"][1]])

    def _signal(self, interface: str, member: str, signature: str, body: list[Any]) -> None:
        assert self._bus is not None
        self._bus.send(Message.new_signal(PATH, interface, member, signature, body))

    def _handle(self, message: Message) -> Message | bool:
        if message.message_type is not MessageType.METHOD_CALL or message.path != PATH:
            return False
        answer = self._answer(message)
        if answer is None:
            return False  # the library's own: Ping, and the error for what nobody knows
        return True if message.flags & MessageFlag.NO_REPLY_EXPECTED else answer

    def _answer(self, message: Message) -> Message | None:
        interface, member = message.interface or PLAYER, message.member or ""
        try:
            if SIGNATURES.get((interface, member)) == message.signature:
                self._do(command_for_method(member, message.body, self._now))
                return Message.new_method_return(message)
            match f"{interface}.{member}", message.signature:
                case "org.freedesktop.DBus.Introspectable.Introspect", "":
                    return Message.new_method_return(message, "s", [_introspected(self._now)])
                case "org.freedesktop.DBus.Properties.GetAll", "s":
                    table = properties(self._now).get(message.body[0], {})
                    found = {name: _variant(value) for name, value in table.items()}
                    return Message.new_method_return(message, "a{sv}", [found])
                case "org.freedesktop.DBus.Properties.Get", "ss":
                    return Message.new_method_return(message, "v", [_variant(self._property(*message.body))])
                case "org.freedesktop.DBus.Properties.Set", "ssv":
                    self._write(*message.body)
                    return Message.new_method_return(message)
        except UnsupportedRequest as why:
            return Message.new_error(message, ErrorType.NOT_SUPPORTED, str(why))
        return None

    def _property(self, interface: str, name: str) -> DBusValue:
        try:
            return properties(self._now)[interface][name]
        except KeyError as fault:
            raise DBusError(ErrorType.UNKNOWN_PROPERTY, f"there is no {interface}.{name}") from fault

    def _write(self, interface: str, name: str, value: Variant) -> None:
        signature, _ = self._property(interface, name)
        if (interface, name) not in WRITABLE:
            raise DBusError(ErrorType.PROPERTY_READ_ONLY, f"{name} cannot be written")
        if value.signature != signature:
            raise DBusError(ErrorType.INVALID_SIGNATURE, f"{name} is of type {signature}")
        self._do(command_for_property(name, value.value, self._now))

    def _do(self, command: Command | None) -> None:
        if command is not None and not self._put(command):
            raise DBusError(ErrorType.LIMITS_EXCEEDED, "commands come faster than they can be heard")


async def _named(bus: MessageBus) -> None:
    name = f"{ROOT}.voicecoach"
    if await bus.request_name(name, NameFlag.DO_NOT_QUEUE) is not RequestNameReply.PRIMARY_OWNER:
        await bus.request_name(f"{name}.instance{os.getpid()}", NameFlag.DO_NOT_QUEUE)


def _variant(value: DBusValue) -> Variant:
    signature, content = value
    if signature == "a{sv}":
        content = {name: _variant(inner) for name, inner in content.items()}
    return Variant(signature, content)


def _introspected(now: Snapshot) -> str:
    """What we offer, as XML (D-Bus specification, "Introspection Data Format")."""
    parts = ["<node>"]
    for interface, table in properties(now).items():
        parts.append(f'<interface name="{interface}">')
        for (home, method), signature in SIGNATURES.items():
            if home == interface:
                arguments = "".join(f'<arg direction="in" type="{kind}"/>' for kind in signature)
                parts.append(f'<method name="{method}">{arguments}</method>')
        for name, (signature, _) in table.items():
            access = "readwrite" if (interface, name) in WRITABLE else "read"
            quiet = '<annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="false"/>'
            inner = quiet if name == "Position" else ""
            parts.append(f'<property name="{name}" type="{signature}" access="{access}">{inner}</property>')
        if interface == PLAYER:
            parts.append('<signal name="Seeked"><arg type="x"/></signal>')
        parts.append("</interface>")
    return "".join([*parts, "</node>"])
