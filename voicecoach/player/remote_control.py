"""Runs the control socket and the media keys in a thread of their own.

The thread starts once the first frames are heard, and only then imports what it needs, so it never delays the sound.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeAlias

from voicecoach.errors import ExternalError
from voicecoach.player.command import Command
from voicecoach.player.control_protocol import ItemParser, refuse_addition
from voicecoach.player.inbox import Inbox
from voicecoach.player.snapshot import Snapshot, take_snapshot
from voicecoach.player.transport import Observer
from voicecoach.units import Frames, Ms, ms
from voicecoach.worker import start_thread

if TYPE_CHECKING:
    import asyncio


_CLOSE_TIMEOUT = 2.0
"""Seconds that the thread may take to end; it holds nothing that outlives the process."""
_Put: TypeAlias = Callable[[Command], bool]
_Input: TypeAlias = Callable[[_Put, Snapshot], AbstractAsyncContextManager[Callable[[Snapshot], None]]]
"""Yields a function that is called with every change while it is open."""


@contextmanager
def serve_remote_control(
    inbox: Inbox, parse_item: ItemParser = refuse_addition, start: Frames = Frames(0)
) -> Iterator[Observer]:
    """Put commands from outside into `inbox`. The observer must see the session, which begins at `start`."""
    thread = _RemoteThread(inbox.put, parse_item, ms(start))
    try:
        yield lambda heard: thread.update(take_snapshot(heard))
    finally:
        thread.end()


class _RemoteThread:
    """The thread and the snapshots that the player hands over to it; only `end` waits for it."""

    def __init__(self, put: _Put, parse_item: ItemParser, start: Ms) -> None:
        self._put, self._parse_item, self._start = put, parse_item, start
        self._latest: Snapshot
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed: asyncio.Event | None = None
        self._over = False
        self._thread: threading.Thread | None = None

    def update(self, now: Snapshot) -> None:
        """Pass on what is heard; the first sound starts the thread."""
        with self._lock:
            self._latest = now
            self._wake()
        if self._thread is None and now.position_ms != self._start:
            with suppress(ExternalError):  # the next moment tries again
                self._thread = start_thread(self._run, "remote")

    def end(self) -> None:
        """Close the inputs."""
        with self._lock:
            self._over = True
            self._wake()
        if self._thread is not None:
            self._thread.join(_CLOSE_TIMEOUT)

    def _wake(self) -> None:
        if self._loop is not None and self._changed is not None:
            self._loop.call_soon_threadsafe(self._changed.set)

    def _run(self) -> None:
        import asyncio

        _keep_log_off_screen()
        with suppress(OSError), asyncio.Runner() as runner:  # no descriptors for an event loop
            runner.run(self._serve())

    async def _serve(self) -> None:
        import asyncio

        changed = asyncio.Event()
        with self._lock:
            self._loop, self._changed, latest = asyncio.get_running_loop(), changed, self._latest
        try:
            with suppress(Exception):  # at the end
                async with AsyncExitStack() as stack:
                    updates = []
                    for open_input in _load_inputs(self._parse_item):
                        with suppress(Exception):  # one input that fails leaves the others
                            updates.append(await stack.enter_async_context(open_input(self._put, latest)))
                    while not self._over:
                        changed.clear()
                        with self._lock:
                            latest = self._latest
                        for update in updates:
                            with suppress(Exception):  # a moment that cannot be passed on; the next one may be
                                update(latest)
                        await changed.wait()
        finally:
            with self._lock:
                self._loop = None


def _keep_log_off_screen() -> None:
    """Python prints asyncio's warnings where no log was set up. A program with a log of its own still gets them."""
    import logging

    if not (logger := logging.getLogger("asyncio")).handlers:
        logger.addHandler(logging.NullHandler())


def _load_inputs(parse_item: ItemParser) -> Iterator[_Input]:
    """The inputs that this system can have."""
    if sys.platform != "win32":
        from voicecoach.player.control_server import serve_control_socket

        yield partial(serve_control_socket, parse_item=parse_item)
    if sys.platform == "linux" and find_spec("dbus_fast"):
        from voicecoach.player.mpris import serve_media_keys

        yield serve_media_keys
