"""The control socket of a player, from the side of its clients.

The session is that of tests/player/conftest.py: at 2.5 s in the hold of its first move.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from voicecoach.errors import ChoiceError, ExternalError
from voicecoach.player.command import Action, Command
from voicecoach.player.control_client import CURRENT_LINK, connect_to_player, live_sockets, socket_folder
from voicecoach.player.control_server import MAX_CLIENTS, MAX_LINE_BYTES, RateLimiter

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such sockets on Windows")


@contextmanager
def client(path: Path | None = None) -> Iterator[socket.socket]:
    """A bare connection, as another program would open it."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(
            os.fspath(path or live_sockets(socket_folder())[0])
        )  # without a limit: it waits where many come at once
        line.settimeout(20)
        yield line


def talk(line: socket.socket, sent: bytes) -> dict:
    """Send a line and return the answer."""
    line.sendall(sent)
    return json.loads(line.makefile("rb").readline())


def dead(name: str) -> Path:
    """The socket that a killed player left."""
    socket_folder().mkdir(mode=0o700, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(os.fspath(socket_folder() / name))
    return socket_folder() / name


def test_command_reaches_player(stage) -> None:
    with connect_to_player() as line:
        assert line.ask("seek", -10) is None
    assert stage.next_command() == Command(Action.SEEK, -10_000)


def test_properties_follow_playback(stage, until) -> None:
    with connect_to_player() as line:
        assert [line.ask("get_property", name) for name in ("move", "side", "clock_left_ms")] == ["Lean", "left", 2500]
        stage.move_to(8.2, volume=40)
        until(lambda: line.ask("get_property", "move") == "Roll")
        assert line.ask("get_properties")["volume"] == 40


@pytest.mark.usefixtures("stage")
def test_socket_is_private() -> None:
    (path,) = live_sockets(socket_folder())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(socket_folder().stat().st_mode) == 0o700


def test_open_folder_is_made_private(start_stage, until) -> None:
    socket_folder().mkdir(mode=0o755)
    with start_stage():
        until(lambda: live_sockets(socket_folder()))
        assert stat.S_IMODE(socket_folder().stat().st_mode) == 0o700


def test_linked_folder_is_not_used(start_stage, tmp_path, runtime, capfd) -> None:
    socket_folder().symlink_to(tmp_path)
    with start_stage() as stage:
        stage.move_to(2.6)
    assert [*tmp_path.iterdir()] == []
    assert [*runtime.iterdir()] == [socket_folder()]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("start", [0.0, 4.0], ids=["from the start", "resumed"])
def test_socket_appears_with_first_sound(start_stage, until, start) -> None:
    with start_stage(start, start) as stage:  # in the lead-in
        assert "remote" not in [thread.name for thread in threading.enumerate()]
        stage.move_to(start + 0.1)
        until(lambda: live_sockets(socket_folder()))


def test_socket_is_removed_at_end(start_stage, until) -> None:
    with start_stage():
        until(lambda: live_sockets(socket_folder()))
    assert [*socket_folder().iterdir()] == []


def test_watching_client_hears_of_end(start_stage, until) -> None:
    with ExitStack() as watching:
        with start_stage():
            until(lambda: live_sockets(socket_folder()))
            line = watching.enter_context(client())
            talk(line, b"watch\n")
        assert line.makefile("rb").read() == b'{"event": "end"}\n'


def test_dead_sockets_are_removed(start_stage, until) -> None:
    left = [dead("99998.sock"), dead("99999.sock")]
    with start_stage():
        until(lambda: live_sockets(socket_folder()))
        assert not any(path.exists() for path in left)


def test_other_file_is_left_alone(start_stage, until) -> None:
    socket_folder().mkdir(mode=0o700)
    (socket_folder() / "notes.sock").write_text("mine")
    with start_stage():
        until(lambda: live_sockets(socket_folder()))
    assert (socket_folder() / "notes.sock").read_text() == "mine"


def test_session_plays_until_thread_can_start(start_stage, until, no_more_threads, capfd) -> None:
    with start_stage() as stage:
        stage.move_to(3)
        assert live_sockets(socket_folder()) == []
        no_more_threads.undo()
        stage.move_to(3.1)
        until(lambda: live_sockets(socket_folder()))
    assert capfd.readouterr() == ("", "")


def test_connection_waits_for_descriptors(stage, caplog) -> None:
    """Without a free descriptor the player accepts later, and says nothing about it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with client() as line, client() as another:  # the second one is closed again, and leaves a gap for nothing else
        talk(line, b"get_property move\n")
        path = live_sockets(socket_folder())[0]
        waiting = socket.socket(socket.AF_UNIX)
        another.close()
        lowest_free = os.dup(0)
        os.close(lowest_free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, hard))
        try:
            with waiting:
                waiting.connect(os.fspath(path))
                waiting.settimeout(1)
                waiting.sendall(b"get_property move\n")
                with pytest.raises(TimeoutError):
                    waiting.recv(1)
                assert talk(line, b"get_property move\n")["data"] == "Lean"
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
                waiting.settimeout(20)
                assert json.loads(waiting.makefile("rb").readline())["data"] == "Lean"
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert stage.inbox(0) == []
    assert caplog.text == ""


def test_log_of_asyncio_stays_off_screen(until) -> None:
    log = "import logging; logging.getLogger('asyncio').error('socket.send() raised exception.')\n"
    with another_player(log, stderr=subprocess.PIPE) as other:
        until(lambda: live_sockets(socket_folder()))
        with connect_to_player() as line:
            line.ask("next")
        assert (other.wait(), other.stderr.read()) == (0, "")


OTHER = """
import sys
from contextlib import closing
sys.path[:0] = {folders!r}
from conftest import timeline
from voicecoach.player.inbox import Inbox
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.remote_control import serve_remote_control
from voicecoach.player.transport import Transport
from voicecoach.units import Frames

with closing(Inbox()) as inbox, serve_remote_control(inbox) as show:
    show(Transport(TimelineIndex(timeline.__wrapped__()), Frames(8 * 48000)))
    for command in inbox(60):
        print(command.action, flush=True)
    {last}
"""


@contextmanager
def another_player(last: str = "", **pipes: int) -> Iterator[subprocess.Popen[str]]:
    """A player in a process of its own, which ends with its first command; it runs `last` before that."""
    program = OTHER.format(folders=[str(folder) for folder in Path(__file__).parents[1:3]], last=last)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def test_newest_player_is_the_default(stage, until) -> None:
    with another_player() as other:
        until(lambda: len(live_sockets(socket_folder())) == 2)
        until(lambda: (socket_folder() / CURRENT_LINK).readlink() == Path(f"{other.pid}.sock"))
        with connect_to_player(os.getpid()) as line:
            line.ask("pause")
        assert stage.next_command() == Command(Action.PAUSE)
        with connect_to_player() as line:
            line.ask("next")
        assert other.stdout.readline() == "next\n"
        other.wait()
    assert (socket_folder() / CURRENT_LINK).readlink() == Path(f"{os.getpid()}.sock")
    with connect_to_player() as line:
        assert line.ask("get_property", "move") == "Lean"


@pytest.mark.usefixtures("stage")
def test_killed_player_is_not_found(until) -> None:
    with another_player() as other:
        until(lambda: len(live_sockets(socket_folder())) == 2)
        other.kill()
        other.wait()
        with connect_to_player() as line:
            assert line.ask("get_property", "move") == "Lean"
        with (
            pytest.raises(ExternalError, match=f"no player is running as process {other.pid}"),
            connect_to_player(other.pid),
        ):
            pass


def test_no_player_is_an_error() -> None:
    with (
        pytest.raises(ExternalError, match=r"no player is running; start one with `voicecoach play`"),
        connect_to_player(),
    ):
        pass


@pytest.mark.parametrize(
    "bad",
    [
        b"\xff\xfe\n",
        b"{\n",
        b'{"command": []}\n',
        b"sing\n",
        b"[" * 4000 + b"\n",
        rb'{"command": ["\ud800"]}' + b"\n",
        rb'{"command": ["get_property", "\udc80"]}' + b"\n",
        rb'{"command": ["add", "\ud800"]}' + b"\n",
    ],
)
def test_next_line_after_bad_line(stage, bad, capfd) -> None:
    with client() as line:
        assert talk(line, bad)["error"] != "success"
        assert talk(line, b"pause\n") == {"request_id": 0, "error": "success"}
    assert stage.next_command() == Command(Action.PAUSE)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("ending", [b"\n", b""], ids=["whole", "endless"])
def test_oversized_line_disconnects_client(stage, ending) -> None:
    with client() as line:
        with suppress(BrokenPipeError, ConnectionResetError):
            line.sendall(b"x" * 100 * MAX_LINE_BYTES + ending)
        with suppress(ConnectionResetError):
            answer = line.makefile("rb").read()
            assert answer == b"" or f"{MAX_LINE_BYTES} bytes" in json.loads(answer)["error"]
    with connect_to_player() as line:
        line.ask("pause")
    assert stage.next_command() == Command(Action.PAUSE)


@pytest.mark.usefixtures("stage")
def test_clients_are_limited() -> None:
    (path,) = live_sockets(socket_folder())
    with ExitStack() as all_of_them:
        for _ in range(MAX_CLIENTS):
            line = all_of_them.enter_context(client(path))
            assert talk(line, b"get_property move\n")["data"] == "Lean"
        assert "busy" in json.loads(all_of_them.enter_context(client(path)).makefile("rb").readline())["error"]
        for _ in range(20):
            with (
                pytest.raises(ChoiceError, match=r"the player has too many clients \(100\)"),
                connect_to_player() as one_more,
            ):
                one_more.ask("pause")
        assert talk(line, b"get_property move\n")["data"] == "Lean"


def test_client_that_never_reads_is_disconnected(stage, until) -> None:
    with client() as sleeper:
        assert talk(sleeper, b'{"command": ["watch"]}\n')["error"] == "success"
        for number in range(64):
            talk(sleeper, json.dumps({"command": ["observe_property", number, "position_ms"]}).encode() + b"\n")

        def gone() -> bool:
            stage.move_to(stage.transport.at / 48000 + 0.001)
            sleeper.setblocking(False)
            try:
                return sleeper.send(b"\n") == 0
            except BlockingIOError:
                return False
            except (BrokenPipeError, ConnectionResetError):
                return True

        until(gone)
    with connect_to_player() as line:
        assert line.ask("get_property", "move")


def test_nothing_is_written_to_client_that_left(stage, caplog) -> None:
    """Its lines keep the server busy for a while after it has gone."""
    with client() as line:
        for number in range(60):
            talk(line, json.dumps({"command": ["observe_property", number, "volume"]}).encode() + b"\n")
        line.sendall(b"x\n" * 2000)
    for volume in range(20):
        stage.move_to(3 + volume / 100, volume=volume)
        with connect_to_player() as other:
            assert other.ask("get_property", "move") == "Lean"
    assert caplog.text == ""


def test_full_inbox_refuses_commands(stage) -> None:
    with client() as line:
        answers = [talk(line, b"volume 1\n")["error"] for _ in range(100)]
    kept = answers.count("success")
    assert 0 < kept < 100
    assert "busy" in answers[-1]
    assert sum(len(lot) for lot in iter(lambda: stage.inbox(0), [])) == kept


@pytest.mark.usefixtures("stage")
def test_error_has_players_words() -> None:
    with connect_to_player() as line:
        with pytest.raises(ChoiceError, match=r"no such command \(puase\); did you mean pause\?"):
            line.ask("puase")
        with pytest.raises(ChoiceError, match=r"no such property \(mov\); did you mean move\?"):
            line.ask("get_property", "mov")


@pytest.mark.usefixtures("stage")
def test_flood_of_additions_is_refused_unread() -> None:
    with client() as line:
        answers = [talk(line, b"add cat-cow\n")["error"].partition(":")[0] for _ in range(150)]
        assert talk(line, b"get_property move\n")["data"] == "Lean"
    assert answers[:50] == ["nothing can be added to this session (cat-cow)"] * 50
    assert answers[50:].count("busy") > 50


def test_rate_limiter_refuses_after_burst() -> None:
    limiter = RateLimiter(rate=100, burst=5)
    assert [limiter.take(50.0) for _ in range(7)] == [True] * 5 + [False] * 2
    assert [limiter.take(50.0 + 0.01 * number) for number in (0.5, 1.1, 1.2, 2.2)] == [False, True, False, True]
    assert limiter.take(60.0)


def test_rate_limiter_spaces_turns_after_burst() -> None:
    limiter = RateLimiter(rate=100, burst=5)
    assert [limiter.delay(50.0) for _ in range(5)] == [0.0] * 5
    assert [round(limiter.delay(50.0), 9) for _ in range(3)] == [0.01, 0.02, 0.03]
    assert limiter.delay(60.0) == 0.0
