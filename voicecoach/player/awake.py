"""Keeps the machine awake while a session plays, where the system allows it; says nothing where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING

from voicecoach.errors import ExternalError
from voicecoach.player.transport import Observer, Transport
from voicecoach.units import Frames
from voicecoach.worker import start_thread

if TYPE_CHECKING:
    from wakepy import DBusAdapter


_RELEASE_TIMEOUT = 3.0
"""Seconds that a desktop gets to confirm the release: it also notices when the process has ended."""


@contextmanager
def keep_awake(start: Frames, *, screen: bool) -> Iterator[Observer]:
    """Keep the machine awake, and its screen if that shows the session, until the block ends.

    The request is made once the observer sees the session past `start`, in a thread of its own: after the first
    sound, since desktops may take seconds to answer.
    """
    over = Event()
    threads: list[Thread] = []

    def observe(heard: Transport) -> None:
        if heard.at != start and not threads:
            with suppress(ExternalError):  # the next moment tries again
                threads.append(start_thread(partial(_inhibit_sleep, over, screen), "awake"))

    try:
        yield observe
    finally:
        over.set()
        for thread in threads:
            thread.join(_RELEASE_TIMEOUT)


def _inhibit_sleep(over: Event, screen: bool) -> None:
    from wakepy import keep  # takes 60 ms

    mode = keep.presenting if screen else keep.running
    # Errors are raised at the end only, where the desktop went away before the session ended.
    with _closing_adapter() as adapter, suppress(RuntimeError, OSError), mode(on_fail="pass", dbus_adapter=adapter):
        over.wait()


@contextmanager
def _closing_adapter() -> Iterator[type[DBusAdapter] | None]:
    """wakepy's D-Bus adapter, with its connections closed at the end, which wakepy itself never does."""
    try:
        from wakepy.dbus_adapters.jeepney import JeepneyDBusAdapter
    except ImportError:  # a system without D-Bus
        yield None
        return
    adapters: list[JeepneyDBusAdapter] = []

    class Adapter(JeepneyDBusAdapter):
        def __init__(self) -> None:
            super().__init__()
            adapters.append(self)

    try:
        yield Adapter
    finally:
        for adapter in adapters:
            adapter.close_connections()
