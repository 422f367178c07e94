"""Media keys and headset buttons: the player on the session bus, by `dbus-fast`.

A bus that is not there, or goes away, is no fault: there is one way in less, and no word about it.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from dbus_fast import DBusError, ErrorType, Message, MessageFlag, MessageType, NameFlag, RequestNameReply, Variant
from dbus_fast.aio import MessageBus

from voicecoach.player.command import Command
from voicecoach.player.mpris import (
    PATH,
    PLAYER,
    ROOT,
    SIGNATURES,
    WRITABLE,
    Belief,
    Refused,
    Value,
    asked,
    properties,
    written,
)
from voicecoach.player.snapshot import Now

__all__ = ["MediaPlayer", "on_the_bus"]

_PATIENCE = 10.0
"""Seconds that a bus may take to let us in."""
_PROPERTIES = "org.freedesktop.DBus.Properties"


@asynccontextmanager
async def on_the_bus(put: Callable[[Command], bool], now: Now) -> AsyncIterator[Callable[[Now], None]]:
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

    def __init__(self, put: Callable[[Command], bool], now: Now, clock: Callable[[], float]) -> None:
        self._put, self._now, self._clock = put, now, clock
        self._since, self._belief = clock(), Belief(now)
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

    def told(self, now: Now) -> None:
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
                self._do(asked(member, message.body, self._now))
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
        except Refused as why:
            return Message.new_error(message, ErrorType.NOT_SUPPORTED, str(why))
        return None

    def _property(self, interface: str, name: str) -> Value:
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
        self._do(written(name, value.value, self._now))

    def _do(self, command: Command | None) -> None:
        if command is not None and not self._put(command):
            raise DBusError(ErrorType.LIMITS_EXCEEDED, "commands come faster than they can be heard")


async def _named(bus: MessageBus) -> None:
    name = f"{ROOT}.voicecoach"
    if await bus.request_name(name, NameFlag.DO_NOT_QUEUE) is not RequestNameReply.PRIMARY_OWNER:
        await bus.request_name(f"{name}.instance{os.getpid()}", NameFlag.DO_NOT_QUEUE)


def _variant(value: Value) -> Variant:
    signature, content = value
    if signature == "a{sv}":
        content = {name: _variant(inner) for name, inner in content.items()}
    return Variant(signature, content)


def _introspected(now: Now) -> str:
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
