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
from durations import seconds

from voicecoach.player.command import Command
from voicecoach.player.control_client import live_sockets, socket_folder
from voicecoach.player.inbox import Inbox
from voicecoach.player.remote_control import serve_remote_control
from voicecoach.player.transport import Observer, Transport

PATIENCE = 20.0
"""Seconds after which something that should happen at once counts as missing."""


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
    """One player, as other programs see it."""

    show: Observer
    inbox: Inbox
    transport: Transport

    def move_to(self, time: float, **more) -> None:
        """Let it be heard at that second of its session."""
        at = seconds(time)
        self.transport = Transport(self.transport.index, at, **more)
        self.show(self.transport)

    def next_command(self) -> Command:
        """Wait for the next command."""
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
def start_stage(index) -> Callable:
    """`with start_stage() as stage`: remote control of a player 2.5 s into the session of conftest.py, in a hold.

    `start_stage(start, at)`: of a player that began at `start` and is at `at`.
    """

    @contextmanager
    def start_at(start: float = 0, at: float = 2.5) -> Iterator[Stage]:
        with closing(Inbox()) as inbox, serve_remote_control(inbox, start=seconds(start)) as show:
            stage = Stage(show, inbox, Transport(index))
            stage.move_to(at)
            yield stage

    return start_at


@pytest.fixture
def stage(start_stage) -> Iterator[Stage]:
    """A player with its control socket."""
    with start_stage() as stage:
        wait_until(lambda: live_sockets(socket_folder()))
        yield stage


@pytest.fixture
def bus(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    """A session bus for this test."""
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
