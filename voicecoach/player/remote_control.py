"""Steering from outside: media keys and the control socket, on a thread of their own.

It starts when the first frames are heard, and only then imports what it needs: nothing of it holds up the sound.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeAlias

from voicecoach.player.command import Command
from voicecoach.player.control_protocol import ItemParser, refuse_addition
from voicecoach.player.inbox import Inbox
from voicecoach.player.snapshot import Snapshot, take_snapshot
from voicecoach.player.transport import Observer
from voicecoach.units import Frames, Ms, ms

if TYPE_CHECKING:
    import asyncio

__all__ = ["serve_remote_control"]

_GOODBYE = 2.0
"""Seconds that the thread may take to end; it holds nothing that outlives the program."""
_Put: TypeAlias = Callable[[Command], bool]
_Way: TypeAlias = Callable[[_Put, Snapshot], AbstractAsyncContextManager[Callable[[Snapshot], None]]]
"""Gives what wants to be told of every change while it lives."""


@contextmanager
def serve_remote_control(
    inbox: Inbox, read: ItemParser = refuse_addition, start: Frames = Frames(0)
) -> Iterator[Observer]:
    """Ways in that put into `inbox`, and must be shown a session that begins at `start`.

    `read` finds what is to be added.
    """
    outside = _Outside(inbox.put, read, ms(start))
    try:
        yield lambda heard: outside.tell(take_snapshot(heard))
    finally:
        outside.end()


class _Outside:
    """The thread, and what the player hands over to it; only `end` ever waits for it."""

    def __init__(self, put: _Put, read: ItemParser, start: Ms) -> None:
        self._put, self._read, self._start = put, read, start
        self._latest: Snapshot
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news: asyncio.Event | None = None
        self._over = False
        self._thread: threading.Thread | None = None

    def tell(self, heard: Snapshot) -> None:
        """Something is heard; with the first of it the thread starts."""
        with self._lock:
            self._latest = heard
            self._ring()
        if self._thread is None and heard.position_ms != self._start:
            self._thread = threading.Thread(target=self._run, name="remote", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Leave the bus and the socket."""
        with self._lock:
            self._over = True
            self._ring()
        if self._thread is not None:
            self._thread.join(_GOODBYE)

    def _ring(self) -> None:
        if self._loop is not None and self._news is not None:
            self._loop.call_soon_threadsafe(self._news.set)

    def _run(self) -> None:
        import asyncio

        asyncio.run(self._serve())

    async def _serve(self) -> None:
        import asyncio

        news = asyncio.Event()
        with self._lock:
            self._loop, self._news, latest = asyncio.get_running_loop(), news, self._latest
        try:
            with suppress(Exception):  # at the end nobody is waiting for it
                async with AsyncExitStack() as stack:
                    ways = []
                    for found in _ways(self._read):
                        with suppress(Exception):  # whatever is wrong with one way in, the others can be had
                            ways.append(await stack.enter_async_context(found()(self._put, latest)))
                    while not self._over:
                        news.clear()
                        with self._lock:
                            latest = self._latest
                        for told in ways:
                            with suppress(Exception):  # what it cannot tell of this moment it can of the next
                                told(latest)
                        await news.wait()
        finally:
            with self._lock:
                self._loop = None


def _ways(read: ItemParser) -> list[Callable[[], _Way]]:
    """How to come by those that this system can have."""
    ways: list[Callable[[], _Way]] = []
    if sys.platform != "win32":
        ways.append(partial(_socket, read))
    if sys.platform == "linux" and find_spec("dbus_fast"):
        ways.append(_media_keys)
    return ways


def _socket(read: ItemParser) -> _Way:
    from voicecoach.player.control_server import serve_control_socket

    return partial(serve_control_socket, read=read)


def _media_keys() -> _Way:
    from voicecoach.player.mpris import serve_media_keys

    return serve_media_keys
