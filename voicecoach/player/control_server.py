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
from voicecoach.player.control_protocol import ItemParser, Message, RequestHandler
from voicecoach.player.snapshot import Snapshot

MAX_LINE_BYTES = 4096
"""Far more than any command needs."""
MAX_CLIENTS = 100
"""At once; another one gets an error and is disconnected."""
_BACKLOG = 1000
"""Connections that wait to be accepted. Beyond them, connecting fails at once (`EAGAIN`)."""
_MAX_UNREAD = 256 * 1024
"""Bytes that may wait for a client that watches but does not read."""
_CLOSE_TIMEOUT = 0.5
"""Seconds that a client may take to read the last of it."""
_RATE, _BURST = 2000, 200
"""Lines a second, all clients together: about a tenth of a core, so that the sound never waits for them."""


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
        self._folder, self._put, self._now, self._parse_item = folder, put, now, parse_item
        self._path = folder / f"{os.getpid()}.sock"
        self._limiter = RateLimiter(_RATE, _BURST)
        self._clients: dict[asyncio.StreamWriter, RequestHandler] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen. Raises `OSError` where there can be no socket: no folder, or one that is not private."""
        _make_private(self._folder)
        live_sockets(self._folder)  # removes those of dead players
        new = self._folder / f".{os.getpid()}"
        new.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(os.fspath(new))
            new.chmod(0o600)  # before it listens: no other user can have connected
            listener.listen(_BACKLOG)
            self._server = await asyncio.start_unix_server(
                self._accept, sock=listener.dup(), backlog=_BACKLOG, limit=MAX_LINE_BYTES
            )
        new.replace(self._path)
        _set_current(self._folder, self._path.name)

    def update(self, now: Snapshot) -> None:
        """Send a change to the clients that asked for it."""
        self._now = now
        for writer, handler in [*self._clients.items()]:
            self._send(writer, handler.update(now))

    async def close(self) -> None:
        """Tell the clients, disconnect them and remove the socket."""
        if self._server is None:
            return
        self._server.close()
        self._path.unlink(missing_ok=True)
        others = live_sockets(self._folder)
        _set_current(self._folder, others[0].name if others else None)
        for writer in [*self._clients]:
            self._send(writer, [{"event": "end"}])
            writer.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if len(self._clients) < MAX_CLIENTS:
                self._clients[writer] = RequestHandler(self._put, self._now, self._parse_item)
                await self._answer_lines(reader, writer)
            else:
                self._send(writer, [{"error": f"busy: the player has too many clients ({MAX_CLIENTS}) already"}])
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client went away, or the server closes
        finally:
            self._clients.pop(writer, None)
            await _close_writer(writer)
            self._tasks.discard(task)

    async def _answer_lines(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clock = asyncio.get_running_loop().time
        handler = self._clients[writer]
        while not writer.is_closing():
            try:
                line = await reader.readline()
            except ValueError:
                self._send(writer, [{"error": f"a line may have {MAX_LINE_BYTES} bytes at most"}])
                return
            if not line:
                return
            if line.strip():
                await asyncio.sleep(self._limiter.delay(clock()))
                self._send(writer, [handler.answer(line)])
                await writer.drain()

    def _send(self, writer: asyncio.StreamWriter, messages: list[Message]) -> None:
        for message in messages:
            line = json.dumps(message, ensure_ascii=False)
            writer.write(line.encode(errors="backslashreplace") + b"\n")  # a lone surrogate: as JSON has it
        if writer.transport.get_write_buffer_size() > _MAX_UNREAD:
            writer.transport.abort()


class RateLimiter:
    """Spaces out turns to a rate a second, after a burst that needs no waiting. The caller brings the clock."""

    def __init__(self, rate: float, burst: int) -> None:
        self._interval = 1 / rate
        self._credit = burst / rate
        self._next = 0.0

    def delay(self, now: float) -> float:
        """Take a turn; returns the seconds until it comes."""
        self._next = max(self._next, now - self._credit) + self._interval
        return max(0.0, self._next - now)


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
