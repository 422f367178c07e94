"""The player on a real session bus, steered by playerctl as a desktop, a headset or a phone would.

The session is that of tests/player/conftest.py: at 2.5 s in its first move, which lasts from 1 to 5.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from voicecoach.player.command import Action, Command
from voicecoach.player.control_client import connect_to_player, live_sockets, socket_folder
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.units import SAMPLE_RATE, Frames

pytestmark = pytest.mark.system("playerctl", "dbus-daemon")


PROPERTIES = "org.freedesktop.DBus.Properties"
PLAYER = "org.mpris.MediaPlayer2.Player"


def playerctl(*words: str) -> str:
    """Its output; fails where it does."""
    done = subprocess.run(["playerctl", "-p", "voicecoach", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def there(name: str = "voicecoach") -> bool:
    """Whether playerctl sees a player of that name."""
    found = subprocess.run(["playerctl", "-l"], capture_output=True, text=True, check=False)
    return name in found.stdout.split()


@pytest.fixture
def stage(bus, start_stage, until) -> Iterator:
    """A player that is on the bus."""
    with start_stage() as stage:
        until(there)
        yield stage
    assert bus.poll() is None


@contextmanager
def following(*words: str) -> Iterator[Callable[[], str]]:
    """`playerctl --follow`: gives its next line."""
    command = ["playerctl", "-p", "voicecoach", *words, "--follow"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        assert process.stdout is not None
        output = process.stdout

        def line() -> str:
            assert select.select([output], [], [], 20)[0], "no line came"
            return output.readline().strip()

        try:
            yield line
        finally:
            process.terminate()


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["pause"], Command(Action.PAUSE)),
        (["play"], Command(Action.RESUME)),
        (["play-pause"], Command(Action.TOGGLE)),
        (["next"], Command(Action.NEXT, stays_paused=True)),
        (["previous"], Command(Action.PREVIOUS, stays_paused=True)),
        (["stop"], Command(Action.STOP)),
        (["position", "0.5"], Command(Action.GO, 1500, stays_paused=True)),
        (["position", "1+"], Command(Action.GO, 3500, stays_paused=True)),
        (["position", "1-"], Command(Action.GO, 1500, stays_paused=True)),
        (["position", "10-"], Command(Action.GO, 1000, stays_paused=True)),
        (["position", "10+"], Command(Action.NEXT, stays_paused=True)),
        (["volume", "0.7"], Command(Action.VOLUME, -3)),
        (["volume", "0.05-"], Command(Action.VOLUME, -1)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_playerctl_sends_commands(stage, words, command) -> None:
    playerctl(*words)
    assert stage.next_command() == command


@pytest.mark.usefixtures("stage")
def test_playerctl_reads_state() -> None:
    assert playerctl("status") == "Playing"
    assert float(playerctl("volume")) == 1.0
    metadata = dict(line.split(maxsplit=2)[1:] for line in playerctl("metadata").splitlines())
    assert metadata == {
        "mpris:trackid": "'/voicecoach/part/1'",
        "mpris:length": "4000000",
        "xesam:title": "Lean",
        "xesam:album": "Side stretch",
        "xesam:artist": "voicecoach",
        "xesam:trackNumber": "2",
    }


def test_changes_are_announced(stage) -> None:
    with following("status") as status, following("metadata", "title") as title:
        assert (status(), title()) == ("Playing", "Lean")
        stage.move_to(2.6, state="paused")
        assert status() == "Paused"
        stage.move_to(5.1)
        assert (status(), title()) == ("Playing", "Cat and cow")


@contextmanager
def monitored(member: str) -> Iterator[list[str]]:
    """The growing output of a dbus-monitor that listens already."""
    watch = ["dbus-monitor", f"type='signal',interface='org.mpris.MediaPlayer2.Player',member='{member}'"]
    with subprocess.Popen(watch, stdout=subprocess.PIPE, text=True) as monitor:
        assert monitor.stdout is not None
        while "NameLost" not in monitor.stdout.readline():  # its first signal as a monitor
            assert monitor.poll() is None
        written: list[str] = []
        reader = Thread(target=lambda lines: [written.append(line) for line in lines], args=(monitor.stdout,))
        reader.start()
        try:
            yield written
        finally:
            monitor.kill()
            reader.join()


def test_jump_is_announced(stage, until) -> None:
    stage.move_to(2.5, state="paused")
    assert float(playerctl("position")) == 1.5
    with monitored("Seeked") as written:
        stage.move_to(2.5, state="paused", volume=50)
        stage.move_to(8.2, state="paused")
        until(lambda: any("int64" in line for line in written))
    assert next(line for line in written if "int64" in line).split() == ["int64", "200000"]


def test_standstill_is_announced(stage, until) -> None:
    with monitored("Seeked") as written:

        def announced() -> bool:
            stage.move_to(2.5)
            return any("int64" in line for line in written)

        until(announced)
    assert next(line for line in written if "int64" in line).split() == ["int64", "1500000"]


def test_second_player_has_own_name(stage, start_stage, until) -> None:
    with start_stage() as second:
        until(lambda: there(f"voicecoach.instance{os.getpid()}"))
        playerctl("pause")
        assert stage.next_command() == Command(Action.PAUSE)
        assert second.inbox(0) == []


@pytest.mark.usefixtures("bus")
def test_player_leaves_bus_at_end(start_stage, until) -> None:
    with start_stage():
        until(there)
    until(lambda: not there())


def test_unsayable_value_is_skipped(stage, until, capfd) -> None:
    """2**80 frames are more microseconds than D-Bus has a number for."""
    endless = replace(stage.transport.timeline, length=2**80)
    stage.show(Transport(TimelineIndex(endless), Frames(9 * SAMPLE_RATE)))
    with connect_to_player() as line:
        until(lambda: line.ask("get_property", "length_ms") > 2**70)
        stage.move_to(8.5)
        until(lambda: line.ask("get_property", "move") == "Roll")
    until(lambda: playerctl("metadata", "xesam:title") == "Roll")
    assert capfd.readouterr() == ("", "")


def failing(*_: object) -> Path:
    raise RuntimeError("out of order")


@pytest.mark.usefixtures("bus")
def test_media_keys_without_socket(start_stage, until, monkeypatch, capfd) -> None:
    monkeypatch.setattr("voicecoach.player.control_server.socket_folder", failing)
    with start_stage() as stage:
        until(there)
        playerctl("pause")
        assert stage.next_command() == Command(Action.PAUSE)
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("bus")
@pytest.mark.parametrize("where", ["serve_media_keys", "MessageBus"])
def test_socket_without_media_keys(start_stage, until, monkeypatch, where, capfd, caplog) -> None:
    monkeypatch.setattr(f"voicecoach.player.mpris.{where}", failing)
    with start_stage() as stage:
        until(lambda: live_sockets(socket_folder()))
        stage.move_to(2.6)
        with connect_to_player() as line:
            line.ask("pause")
        assert stage.next_command() == Command(Action.PAUSE)
    gc.collect()  # an exception that was never retrieved would be reported by now
    assert capfd.readouterr() == ("", "")
    assert not caplog.records


@pytest.mark.parametrize("last", [signal.SIGKILL, signal.SIGTERM])
def test_lost_bus_leaves_socket(bus, start_stage, until, last, capfd, caplog) -> None:
    with start_stage() as stage:
        until(there)
        bus.send_signal(last)
        bus.wait()
        stage.move_to(5.1)
        until(lambda: live_sockets(socket_folder()))
        with connect_to_player() as line:
            line.ask("pause")
        assert stage.next_command() == Command(Action.PAUSE)
    assert capfd.readouterr() == ("", "")
    assert not caplog.records


@pytest.mark.parametrize(
    "address",
    ["", "nonsense", "unix:path=/nowhere/bus", "tcp:host=127.0.0.1,port=1", "unixexec:path=true", "unix:abstract=none"],
)
def test_missing_bus_is_silent(start_stage, until, monkeypatch, address, capfd, caplog) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.delenv("HOME", raising=False)
    with start_stage() as stage:
        until(lambda: live_sockets(socket_folder()))
        stage.move_to(2.7)
    assert capfd.readouterr() == ("", "")
    assert not caplog.records


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (["Player.OpenUri", "string:file:///etc/passwd"], "NotSupported"),
        (["Player.Dance"], "UnknownMethod"),
        (["Player.Seek", "string:far"], "UnknownMethod"),
        ([f"{PROPERTIES}.Get", f"string:{PLAYER}", "string:__class__"], "UnknownProperty"),
        ([f"{PROPERTIES}.Set", f"string:{PLAYER}", "string:Position", "variant:int64:5"], "PropertyReadOnly"),
        ([f"{PROPERTIES}.Set", f"string:{PLAYER}", "string:Volume", "variant:string:loud"], "InvalidSignature"),
        ([f"{PROPERTIES}.Set", f"string:{PLAYER}", "string:Volume", "variant:double:nan"], "NotSupported"),
    ],
)
def test_unsupported_call_is_refused(stage, call, error, capfd) -> None:
    method, *arguments = call
    sent = subprocess.run(
        [
            "dbus-send",
            "--print-reply",
            "--dest=org.mpris.MediaPlayer2.voicecoach",
            "/org/mpris/MediaPlayer2",
            method if method.startswith(PROPERTIES) else f"org.mpris.MediaPlayer2.{method}",
            *arguments,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert error in sent.stderr
    assert stage.inbox(0) == []
    playerctl("pause")
    assert stage.next_command() == Command(Action.PAUSE)
    assert capfd.readouterr() == ("", "")
