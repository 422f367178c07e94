"""The machine is kept awake: asked of a desktop of the test's own, on a session bus of its own."""

import asyncio
import gc
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest
from dbus_fast.aio import MessageBus
from dbus_fast.service import ServiceInterface, dbus_method

from voicecoach.player.awake import keep_awake
from voicecoach.player.transport import Transport
from voicecoach.units import Frames

pytestmark = pytest.mark.system("dbus-daemon")

CONFIGURATION = """
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={}</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    """A session bus without services."""
    (tmp_path / "bus.conf").write_text(CONFIGURATION.format(tmp_path / "bus"))
    command = ["dbus-daemon", f"--config-file={tmp_path / 'bus.conf'}", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.stdout.readline().strip())
        monkeypatch.delenv("XDG_SESSION_DESKTOP", raising=False)
        yield daemon
        daemon.kill()


class Inhibitor(ServiceInterface):
    """A desktop's service `name`; records its calls in `asked`."""

    def __init__(self, name: str, asked: SimpleQueue[tuple[str, str]]) -> None:
        super().__init__(name)
        self._asked = asked

    @dbus_method()
    def Inhibit(self, application: "s", reason: "s") -> "u":  # noqa: ARG002, F821, N802
        self._asked.put((self.name, "awake"))
        return 7

    @dbus_method()
    def UnInhibit(self, cookie: "u"):  # noqa: F821, N802
        self._asked.put((self.name, f"may sleep ({cookie})"))


class Desktop:
    """Both of freedesktop.org's inhibitors, in a thread of their own."""

    SERVICES = (
        ("org.freedesktop.PowerManagement", "org.freedesktop.PowerManagement.Inhibit"),
        ("org.freedesktop.ScreenSaver", "org.freedesktop.ScreenSaver"),
    )

    def __init__(self) -> None:
        self.asked: SimpleQueue[tuple[str, str]] = SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._there = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))
        self._thread.start()
        assert self._there.wait(10)

    async def _serve(self) -> None:
        bus = await MessageBus().connect()
        for service, interface in self.SERVICES:
            bus.export("/" + interface.replace(".", "/"), Inhibitor(interface, self.asked))
            await bus.request_name(service)
        self._there.set()
        self._bus = bus
        with suppress(EOFError, OSError):
            await bus.wait_for_disconnect()

    def close(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._bus.disconnect)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def desktop(bus: subprocess.Popen[str]) -> Iterator[Desktop]:  # noqa: ARG001
    made = Desktop()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("screen", "asked"),
    [(False, "org.freedesktop.PowerManagement.Inhibit"), (True, "org.freedesktop.ScreenSaver")],
    ids=["machine", "screen"],
)
def test_awake_from_first_sound_to_end(desktop, index, screen, asked):
    with keep_awake(Frames(0), screen=screen) as show:
        show(Transport(index, Frames(0)))
        with pytest.raises(Empty):
            desktop.asked.get_nowait()
        for at in (4800, 9600, 14400):
            show(Transport(index, Frames(at)))
        assert desktop.asked.get(timeout=10) == (asked, "awake")
        with pytest.raises(Empty):
            desktop.asked.get_nowait()
    assert desktop.asked.get(timeout=10) == (asked, "may sleep (7)")


def test_released_after_exit(desktop, index):
    def play_until_exit() -> None:
        with keep_awake(Frames(48), screen=False) as show:
            show(Transport(index, Frames(96)))
            desktop.asked.get(timeout=10)
            raise SystemExit(129)

    with pytest.raises(SystemExit):
        play_until_exit()
    assert desktop.asked.get(timeout=10)[1] == "may sleep (7)"


def kept_quiet(index, capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings(record=True, action="always") as warned, keep_awake(Frames(0), screen=True) as show:
        show(Transport(index, Frames(48)))
    gc.collect()
    assert warned == []
    assert capfd.readouterr() == ("", "")


def test_silent_without_inhibitor(bus, index, capfd):  # noqa: ARG001
    kept_quiet(index, capfd)


@pytest.mark.parametrize("address", [None, "", "unix:path=/nonexistent", "nonsense"])
def test_silent_without_bus(index, capfd, monkeypatch, address):
    if address is None:
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    else:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    kept_quiet(index, capfd)


LISTENER = """
import sys
from voicecoach.player.awake import keep_awake
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.timeline import Timeline

session = Timeline(title="T", language="en", level=0, length=480, placements=(), events=(), moves=())
with keep_awake(0, screen=False) as show:
    show(Transport(TimelineIndex(session), 48))
    sys.stdin.read()
"""


def test_lost_bus_is_no_error(bus, desktop):
    with subprocess.Popen(
        [sys.executable, "-c", LISTENER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as listener:
        assert desktop.asked.get(timeout=10)[1] == "awake"
        bus.kill()
        bus.wait()
        said, _ = listener.communicate()
    assert (listener.returncode, said) == (0, b"")


@pytest.mark.usefixtures("no_more_threads")
def test_session_plays_without_thread(index):
    with keep_awake(Frames(0), screen=False) as observe:
        observe(Transport(index, Frames(48_000)))
