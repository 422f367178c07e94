"""Remote control without sound: tests move the session by hand and find its commands in an inbox."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from voicecoach.player.command import Command
from voicecoach.player.control_client import live_sockets, socket_folder
from voicecoach.player.inbox import Inbox
from voicecoach.player.remote_control import serve_remote_control
from voicecoach.player.transport import Observer, Transport
from voicecoach.units import Ms, frames

PATIENCE = 20.0
"""Seconds after which something that should come at once is taken not to come."""


def wait_until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.002)


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    """`until(lambda: ...)` waits for another thread or process."""
    return wait_until


@dataclass
class Stage:
    """One player as it is seen from outside."""

    show: Observer
    inbox: Inbox
    transport: Transport

    def heard(self, seconds: float, **more) -> None:
        """Have it be there in its session."""
        at = frames(Ms(round(seconds * 1000)))
        self.transport = Transport(self.transport.index, at, **more)
        self.show(self.transport)

    def asked(self) -> Command:
        """The next command that comes."""
        (command,) = self.inbox(PATIENCE)
        return command


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's runtime folder, with a short name: sockets allow no more than 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="vc") as name:
        monkeypatch.setenv("XDG_RUNTIME_DIR", name)
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
        monkeypatch.delenv("DISPLAY", raising=False)
        yield Path(name)


@pytest.fixture
def begun(index) -> Callable:
    """`with begun() as stage`: the ways in of a player that is 2.5 s into the session, in its first hold.

    `begun(start, at)`: of one that began at `start`, and is at `at`.
    """

    @contextmanager
    def begin(start: float = 0, at: float = 2.5) -> Iterator[Stage]:
        with closing(Inbox()) as inbox, serve_remote_control(inbox, start=frames(Ms(round(start * 1000)))) as show:
            stage = Stage(show, inbox, Transport(index))
            stage.heard(at)
            yield stage

    return begin


@pytest.fixture
def stage(begun) -> Iterator[Stage]:
    """A player whose socket is there."""
    with begun() as stage:
        wait_until(lambda: live_sockets(socket_folder()))
        yield stage


@pytest.fixture
def bus(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    """A session bus of this test's own."""
    configuration = runtime / "bus.conf"
    configuration.write_text(
        f"<busconfig><type>session</type><listen>unix:path={runtime}/bus</listen><auth>EXTERNAL</auth>"
        '<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>'
        "</busconfig>"
    )
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with daemon:
        assert daemon.stdout is not None
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.stdout.readline().strip())
        try:
            yield daemon
        finally:
            daemon.kill()
