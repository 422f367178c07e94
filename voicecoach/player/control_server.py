"""The control socket: other programs steer the player and query it, one line of JSON each.

It runs in an event loop on a thread of its own. No client can take more than a share of that thread: all clients
together are limited to a rate, lines are short, a client that does not read is disconnected, and one that has gone is
written to no more.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path

from voicecoach.errors import ChoiceError
from voicecoach.player.command import Command, QueueItem
from voicecoach.player.control_client import CURRENT_LINK, live_sockets, socket_folder
from voicecoach.player.control_protocol import ItemParser, Message, RequestHandler
from voicecoach.player.snapshot import Snapshot

MAX_LINE_BYTES = 4096
"""Far more than any command needs."""
MAX_CLIENTS = 100
"""At once, including those that are being disconnected; another one gets an error and is disconnected."""
_BACKLOG = 1000
"""Connections that wait to be accepted. Beyond them, connecting fails at once (`EAGAIN`)."""
_MAX_UNREAD = 256 * 1024
"""Bytes that may wait for a client that watches but does not read."""
_CLOSE_TIMEOUT = 0.5
"""Seconds that a client may take to read the last of it."""
_RATE, _BURST = 2000, 200
"""Lines a second, all clients together: about a tenth of a core, so that the sound never waits for them."""
_ADD_RATE, _ADD_BURST = 5, 50
"""Routines a second that are read to be added, which costs as much as a few hundred lines; others are refused."""
_CONNECTION_RATE, _CONNECTION_BURST = 1000, 200
"""Connections a second."""
_RETRY_ACCEPT = 0.5
"""Seconds after which a connection is accepted that could not be before, for want of descriptors or memory."""


@asynccontextmanager
async def serve_control_socket(
    put: Callable[[Command], bool], now: Snapshot, parse_item: ItemParser
) -> AsyncIterator[Callable[[Snapshot], None]]:
    """Serve a socket in the user's own folder, if there can be one; yields the function that updates it."""
    try:
        server = ControlServer(socket_folder(), put, now, parse_item)
        await server.start()
    except OSError:  # no such folder and none to be made, not private, a path too long for a socket
        yield lambda _: None
        return
    try:
        yield server.update
    finally:
        await server.close()


class ControlServer:
    """The server; `start` and `close` it inside its event loop."""

    def __init__(self, folder: Path, put: Callable[[Command], bool], now: Snapshot, parse_item: ItemParser) -> None:
        self._folder, self._put, self._now, self._read_item = folder, put, now, parse_item
        self._path = folder / f"{os.getpid()}.sock"
        self._limiter, self._add_limiter = RateLimiter(_RATE, _BURST), RateLimiter(_ADD_RATE, _ADD_BURST)
        self._clients: dict[asyncio.StreamWriter, RequestHandler] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        """One for each connection."""
        self._listener: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen. Raises `OSError` where there can be no socket: no folder, or one that is not private."""
        _make_private(self._folder)
        live_sockets(self._folder)  # removes those of dead players
        new = self._folder / f".{os.getpid()}"
        new.unlink(missing_ok=True)
        with ExitStack() as failing:
            listener = failing.enter_context(socket.socket(socket.AF_UNIX))
            listener.setblocking(False)
            listener.bind(os.fspath(new))
            new.chmod(0o600)  # before it listens: no other user can have connected
            listener.listen(_BACKLOG)
            new.replace(self._path)
            failing.pop_all()
        self._listener, self._accepting = listener, asyncio.create_task(self._accept_clients(listener))
        _set_current(self._folder, self._path.name)

    def update(self, now: Snapshot) -> None:
        """Send a change to the clients that asked for it."""
        self._now = now
        for writer, handler in self._clients.items():
            _send(writer, handler.update(now))

    async def close(self) -> None:
        """Tell the clients, disconnect them and remove the socket."""
        if self._listener is None or self._accepting is None:
            return
        self._accepting.cancel()
        with suppress(OSError):  # the folder may have been taken away
            self._path.unlink(missing_ok=True)
            others = live_sockets(self._folder)
            _set_current(self._folder, others[0].name if others else None)
        for writer in [*self._clients]:
            _send(writer, [{"event": "end"}])
            writer.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(self._accepting, *self._tasks, return_exceptions=True)
        self._listener.close()

    async def _accept_clients(self, listener: socket.socket) -> None:
        """Accept connections until this is cancelled.

        asyncio's own server takes all that wait at once, and logs a thousand errors where there are no descriptors.
        """
        loop, limiter = asyncio.get_running_loop(), RateLimiter(_CONNECTION_RATE, _CONNECTION_BURST)
        while True:
            await asyncio.sleep(limiter.delay(loop.time()))
            try:
                connection, _ = await loop.sock_accept(listener)
            except OSError:
                await asyncio.sleep(_RETRY_ACCEPT)
                continue
            if len(self._tasks) < MAX_CLIENTS:
                await self._welcome(connection)
            else:
                _refuse(connection)

    async def _welcome(self, connection: socket.socket) -> None:
        reader, writer = await asyncio.open_unix_connection(sock=connection, limit=MAX_LINE_BYTES)
        self._clients[writer] = RequestHandler(self._put, self._now, self._parse_item)
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _parse_item(self, words: Sequence[str]) -> QueueItem:
        """Read a routine that is to be added. Raises `ChoiceError` also where too many were read of late."""
        if not self._add_limiter.take(asyncio.get_running_loop().time()):
            raise ChoiceError("busy: routines are added faster than they can be read, this one was dropped")
        return self._read_item(words)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer_lines(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client went away, or the server closes
        finally:
            del self._clients[writer]
            await _close_writer(writer)

    async def _answer_lines(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clock = asyncio.get_running_loop().time
        handler = self._clients[writer]
        while not writer.is_closing():
            try:
                line = await reader.readline()
            except ValueError:
                _send(writer, [{"error": f"a line may have {MAX_LINE_BYTES} bytes at most"}])
                return
            if not line:
                return
            if line.strip():
                await asyncio.sleep(self._limiter.delay(clock()))
                _send(writer, [handler.answer(line)])
                await writer.drain()


class RateLimiter:
    """Spaces out turns to a rate a second, after a burst that needs no waiting. The caller brings the clock."""

    def __init__(self, rate: float, burst: int) -> None:
        self._interval = 1 / rate
        self._credit = burst / rate
        self._next = 0.0

    def take(self, now: float) -> bool:
        """Take a turn if it need not be waited for; returns whether it was taken."""
        free = max(self._next, now - self._credit) + self._interval <= now
        if free:
            self.delay(now)
        return free

    def delay(self, now: float) -> float:
        """Take a turn; returns the seconds until it comes."""
        self._next = max(self._next, now - self._credit) + self._interval
        return max(0.0, self._next - now)


def _send(writer: asyncio.StreamWriter, messages: list[Message]) -> None:
    """Send messages, unless the client has gone; disconnect it if too much waits for it already."""
    if messages and not writer.is_closing():
        writer.write(b"".join(map(_to_line, messages)))
        if writer.transport.get_write_buffer_size() > _MAX_UNREAD:
            writer.transport.abort()


def _to_line(message: Message) -> bytes:
    text = json.dumps(message, ensure_ascii=False) + "\n"
    return text.encode(errors="backslashreplace")  # a lone surrogate: as JSON has it


def _refuse(connection: socket.socket) -> None:
    """Say that there are too many clients, and disconnect this one: a new connection has room for a line."""
    with connection, suppress(OSError):
        connection.send(_to_line({"error": f"busy: the player has too many clients ({MAX_CLIENTS}) already"}))


async def _close_writer(writer: asyncio.StreamWriter) -> None:
    """Send the rest and close; abort where the client has gone or does not read."""
    writer.close()
    try:
        await asyncio.wait_for(writer.wait_closed(), _CLOSE_TIMEOUT)
    except (OSError, TimeoutError, asyncio.CancelledError):
        writer.transport.abort()


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.geteuid() or folder.is_symlink():
        raise PermissionError(f"{folder} belongs to another user")
    if found.st_mode & 0o077:
        folder.chmod(0o700)


def _set_current(folder: Path, name: str | None) -> None:
    """Let the link lead to that socket, or remove it."""
    with suppress(OSError):  # it is a convenience, and two players may do this at once
        if name is None:
            (folder / CURRENT_LINK).unlink(missing_ok=True)
        else:
            link = folder / f".{CURRENT_LINK}.{os.getpid()}"
            link.unlink(missing_ok=True)
            link.symlink_to(name)
            link.replace(folder / CURRENT_LINK)
