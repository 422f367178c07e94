"""Keeps the machine awake while a session plays, where the system allows it; says nothing where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

from voicecoach.player.transport import Observer, Transport
from voicecoach.units import Frames

if TYPE_CHECKING:
    from wakepy import DBusAdapter

__all__ = ["keep_awake"]

_FAREWELL = 3.0
"""Seconds that a desktop gets to answer that it may sleep again: it also notices when we are gone."""


@contextmanager
def keep_awake(start: Frames, *, screen: bool) -> Iterator[Observer]:
    """Keep the machine awake, and its screen if it shows the session, until the block ends.

    To be shown a session that begins at `start`. It is asked for after the first sound, in a thread of its own:
    desktops may take seconds to answer.
    """
    over = Event()
    thread = Thread(target=_ask, args=(over, screen), name="awake", daemon=True)

    def show(heard: Transport) -> None:
        if heard.at != start and not thread.ident:
            thread.start()

    try:
        yield show
    finally:
        over.set()
        if thread.ident:
            thread.join(_FAREWELL)


def _ask(over: Event, screen: bool) -> None:
    from wakepy import keep  # 60 ms, and only now

    mode = keep.presenting if screen else keep.running
    # Faults are raised at the end only, where the desktop has gone before us.
    with _bus() as bus, suppress(RuntimeError, OSError), mode(on_fail="pass", dbus_adapter=bus):
        over.wait()


@contextmanager
def _bus() -> Iterator[type[DBusAdapter] | None]:
    """wakepy's own way to D-Bus; its connections are closed here, since it leaves them where nobody can help."""
    try:
        from wakepy.dbus_adapters.jeepney import JeepneyDBusAdapter
    except ImportError:  # a system without D-Bus
        yield None
        return
    made: list[JeepneyDBusAdapter] = []

    class Bus(JeepneyDBusAdapter):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    try:
        yield Bus
    finally:
        for bus in made:
            bus.close_connections()
