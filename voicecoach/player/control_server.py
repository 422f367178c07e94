"""The control socket: other programs steer the player and query it, one line of JSON each.

It runs in an event loop on a thread of its own. No client can take more than a share of that thread: all clients
together are limited to a rate, lines are short, and a client that does not read is disconnected.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from voicecoach.player.command import Command
from voicecoach.player.control_client import CURRENT_LINK, live_sockets, socket_folder
from voicecoach.player.control_protocol import ItemParser, Message, RequestHandler, refuse_addition
from voicecoach.player.snapshot import Snapshot

__all__ = ["ControlServer", "RateLimiter", "serve_control_socket"]


class RateLimiter:
    """So many turns a second for all together, and some at once after a rest. The clock is the caller's."""

    def __init__(self, rate: float, burst: int) -> None:
        self._every = 1 / rate
        self._ahead = burst / rate
        self._next = 0.0

    def turn(self, now: float) -> float:
        """Take a turn: the seconds after `now` at which it comes."""
        self._next = max(self._next, now - self._ahead) + self._every
        return max(0.0, self._next - now)


MAX_LINE_BYTES = 4096
"""Bytes in a line, far more than any command needs."""
MAX_CLIENTS = 100
"""At once; one more is told so and left."""
_QUEUE = 1000
"""Connections that wait to be let in. Where there is no room, connecting fails at once (`EAGAIN`)."""
_UNREAD = 256 * 1024
"""Bytes that may wait for a client that watches but does not read."""
_GOODBYE = 0.5
"""Seconds that a client may take to read the last of it."""
_RATE, _BURST = 2000, 200
"""Lines a second, all clients together: about a tenth of a core, so that the sound never waits for them."""


@asynccontextmanager
async def serve_control_socket(
    put: Callable[[Command], bool], now: Snapshot, read: ItemParser = refuse_addition
) -> AsyncIterator[Callable[[Snapshot], None]]:
    """A control socket in the user's own folder; where there can be none, nothing that hears."""
    try:
        control = ControlServer(socket_folder(), put, now, read)
        await control.begin()
    except OSError:  # no such folder and none to be made, not ours alone, a path too long for a socket
        yield lambda _: None
        return
    try:
        yield control.told
    finally:
        await control.end()


class ControlServer:
    """The server; `begin` and `end` it inside the loop that it lives in."""

    def __init__(
        self, where: Path, put: Callable[[Command], bool], now: Snapshot, read: ItemParser = refuse_addition
    ) -> None:
        self._where, self._put, self._now, self._read = where, put, now, read
        self._path = where / f"{os.getpid()}.sock"
        self._pace = RateLimiter(_RATE, _BURST)
        self._clients: dict[asyncio.StreamWriter, RequestHandler] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def begin(self) -> None:
        """Listen. `OSError` where there can be no socket: no such folder, or one that is not ours alone."""
        _made_private(self._where)
        live_sockets(self._where)  # removes what dead players left
        born = self._where / f".{os.getpid()}"
        born.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(os.fspath(born))
            born.chmod(0o600)  # before it listens: nobody else can have come in
            listening.listen(_QUEUE)
            self._server = await asyncio.start_unix_server(
                self._welcome, sock=listening.dup(), backlog=_QUEUE, limit=MAX_LINE_BYTES
            )
        born.replace(self._path)
        _point(self._where, self._path.name)

    def told(self, now: Snapshot) -> None:
        """Pass on what changed to those who asked."""
        self._now = now
        for writer, conversation in [*self._clients.items()]:
            self._send(writer, conversation.told(now))

    async def end(self) -> None:
        """Tell everybody, leave, and take the socket away."""
        if self._server is None:
            return
        self._server.close()
        self._path.unlink(missing_ok=True)
        others = live_sockets(self._where)
        _point(self._where, others[0].name if others else None)
        for writer in [*self._clients]:
            self._send(writer, [{"event": "end"}])
            writer.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if len(self._clients) < MAX_CLIENTS:
                self._clients[writer] = RequestHandler(self._put, self._now, self._read)
                await self._converse(reader, writer)
            else:
                self._send(writer, [{"error": f"busy: the player has too many clients ({MAX_CLIENTS}) already"}])
        except (ConnectionError, asyncio.CancelledError):
            pass  # it went away, or we do
        finally:
            self._clients.pop(writer, None)
            await _closed(writer)
            self._tasks.discard(task)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clock = asyncio.get_running_loop().time
        conversation = self._clients[writer]
        while not writer.is_closing():
            try:
                line = await reader.readline()
            except ValueError:
                self._send(writer, [{"error": f"a line may have {MAX_LINE_BYTES} bytes at most"}])
                return
            if not line:
                return
            if line.strip():
                await asyncio.sleep(self._pace.turn(clock()))
                self._send(writer, [conversation.answer(line)])
                await writer.drain()

    def _send(self, writer: asyncio.StreamWriter, messages: list[Message]) -> None:
        for message in messages:
            line = json.dumps(message, ensure_ascii=False)
            writer.write(line.encode(errors="backslashreplace") + b"\n")  # a lone surrogate: as JSON has it
        if writer.transport.get_write_buffer_size() > _UNREAD:
            writer.transport.abort()


async def _closed(writer: asyncio.StreamWriter) -> None:
    """Send what is left and close; break off where the other end has gone or does not read."""
    writer.close()
    try:
        await asyncio.wait_for(writer.wait_closed(), _GOODBYE)
    except (OSError, TimeoutError, asyncio.CancelledError):
        writer.transport.abort()


def _made_private(where: Path) -> None:
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = where.lstat()
    if found.st_uid != os.geteuid() or where.is_symlink():
        raise PermissionError(f"{where} belongs to somebody else")
    if found.st_mode & 0o077:
        where.chmod(0o700)


def _point(where: Path, name: str | None) -> None:
    """Have the link name that socket, or nothing."""
    with suppress(OSError):  # a convenience, and two players may do it at once
        if name is None:
            (where / CURRENT_LINK).unlink(missing_ok=True)
        else:
            link = where / f".{CURRENT_LINK}.{os.getpid()}"
            link.unlink(missing_ok=True)
            link.symlink_to(name)
            link.replace(where / CURRENT_LINK)
