"""`voicecoach ctl` with the remote control of a real player, whose session is one hold."""

from __future__ import annotations

import itertools
import json
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import platformdirs
import pytest
from click.shell_completion import ShellComplete
from hostile_texts import STEERING, TERMINAL_NAME

from voicecoach.app import recipe
from voicecoach.cli import voicecoach
from voicecoach.player.command import COMMAND_NAMES, Action, Command
from voicecoach.player.control_client import live_sockets, socket_folder
from voicecoach.player.control_protocol import PROPERTIES
from voicecoach.player.inbox import Inbox
from voicecoach.player.remote_control import serve_remote_control
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Observer, Transport
from voicecoach.timeline import Event, Span, Timeline
from voicecoach.units import Ms, frames

Run = Callable[..., Any]

HOLD = Event("hold", frames(Ms(1000)), frames(Ms(31_000)), move=0, side="left", round=(2, 3))
SAID = Event("say", frames(Ms(0)), frames(Ms(900)), text="Lean over.", move=0, side="left", round=(2, 3))
START = Transport(
    TimelineIndex(
        Timeline(
            title="Side stretch",
            language="en",
            level=50,
            length=frames(Ms(40_000)),
            placements=(),
            events=(SAID, HOLD),
            moves=(Span("Lean", frames(Ms(0)), frames(Ms(40_000))),),
        )
    ),
    frames(Ms(2500)),
)


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's runtime folder, with a name that is short enough for a socket's."""
    with tempfile.TemporaryDirectory(prefix="vc") as name:
        monkeypatch.setenv("XDG_RUNTIME_DIR", name)
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
        yield Path(name)


@pytest.fixture
def player() -> Iterator[tuple[Inbox, Observer]]:
    """Where its commands go, and what shows it something."""
    with closing(Inbox()) as inbox, serve_remote_control(inbox) as show:
        show(START)
        end = time.monotonic() + 20
        while not live_sockets(socket_folder()):
            assert time.monotonic() < end
            time.sleep(0.002)
        yield inbox, show


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["pause"], Command(Action.PAUSE)),
        (["more-time"], Command(Action.MORE_TIME)),
        (["seek", "-10"], Command(Action.SEEK, -10_000)),
        (["go", "90"], Command(Action.GO, 90_000)),
        (["chime-volume", "-1"], Command(Action.CHIME_VOLUME, -1)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_commands_reach_the_player(run: Run, player, words, command) -> None:
    ran = run("ctl", *words)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert player[0](0) == [command]


@pytest.mark.usefixtures("player")
def test_get_prints_properties(run: Run) -> None:
    assert run("ctl", "get", "move").out == "Lean\n"
    assert run("ctl", "--json", "get", "move").out == '"Lean"\n'
    assert run("ctl", "get", "clock_left_ms").out == "28500\n"
    assert run("ctl", "get", "next_cue").out == "\n"
    assert "round          2\n" in run("ctl", "get").out
    assert json.loads(run("ctl", "get", "--json").out)["rounds"] == 3


def test_titles_cannot_steer_terminal(run: Run, player) -> None:
    """A text on its way through the socket stays what it is; only the terminal gets it with escapes."""
    timeline = replace(START.index.timeline, title=TERMINAL_NAME, moves=())
    player[1](replace(START, index=TimelineIndex(timeline)))
    for words in (["get"], ["get", "title"], ["get", "--json"]):
        assert not STEERING.search(run("ctl", *words).out)
    assert run("ctl", "get", "title").out.count("\n") == 1
    assert json.loads(run("ctl", "--json", "get", "title").out) == TERMINAL_NAME


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["puase"], "no such command (puase); did you mean pause?"),
        (["seek"], "seek takes one argument, a number of seconds"),
        (["seek", "far"], "seek: not a number of seconds (far)"),
        (["seek", "1_0"], "seek: not a number of seconds (1_0)"),
        (["seek", "١"], "seek: not a number of seconds (١)"),
        (["pause", "now"], "pause takes no argument"),
        (["get", "mov"], "no such property (mov); did you mean move?"),
        (["get", "move", "side"], "get_property takes 1 argument"),
        ([], "COMMAND"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistakes_are_one_line(run: Run, player, words, message) -> None:
    ran = run("ctl", *words)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert message in ran.err
    assert player[0](0) == []


def test_added_paths_become_absolute(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "more.yaml").write_text("title: More\nsteps:\n  - say: Sit up.\n")
    monkeypatch.chdir(tmp_path)
    with closing(Inbox()) as inbox, serve_remote_control(inbox, lambda words: recipe.queue_item(words, "en")) as show:
        show(START)
        end = time.monotonic() + 20
        while not live_sockets(socket_folder()):
            assert time.monotonic() < end
            time.sleep(0.002)
        ran = run("ctl", "add", "more.yaml", "--level", "gentle")
        assert (ran.code, ran.out, ran.err) == (0, "", "")
        (command,) = inbox(0)
        assert command.item.recipe["words"] == [str(tmp_path / "more.yaml"), "--level", "gentle"]
        show(START.take(command))
        while run("ctl", "get", "queue").out != "More\n":
            assert time.monotonic() < end
        wrong = run("ctl", "add", "catcow")
        assert (wrong.code, wrong.out) == (2, "")
        assert wrong.err.startswith("no routine of that name (catcow); did you mean cat-cow?")
        assert inbox(0) == []


@pytest.mark.parametrize("words", [["pause"], ["get"], ["watch"], ["pause", "--player", "1"]], ids=" ".join)
def test_without_player_exits_3(run: Run, words) -> None:
    ran = run("ctl", *words)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("no player is running")
    assert ran.err.count("\n") == 1


def test_folder_of_another_user_exits_3(run: Run, runtime: Path, unprivileged: Any) -> None:
    folder = runtime / "voicecoach"
    folder.mkdir()
    assert run("ctl", "get").err.startswith("no player is running")  # and everything is imported
    folder.chmod(0)
    with unprivileged():
        ran = run("ctl", "get")
    folder.chmod(0o700)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == (
        f"{folder}: Permission denied; players and `ctl` must run as the same user, with the same XDG_RUNTIME_DIR\n"
    )


def test_runtime_folder_of_another_user_exits_3(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("runtime directory /tmp/runtime-7 is owned by uid 0, not 7")

    monkeypatch.setattr(platformdirs, "user_runtime_path", refuse)
    ran = run("ctl", "get")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == (
        "runtime directory /tmp/runtime-7 is owned by uid 0, not 7; "
        "players and `ctl` must run as the same user, with the same XDG_RUNTIME_DIR\n"
    )


def test_file_in_place_of_folder_exits_3(run: Run, runtime: Path) -> None:
    (runtime / "voicecoach").touch()
    ran = run("ctl", "get")
    assert (ran.code, ran.err.count("\n")) == (3, 1)
    assert "Not a directory" in ran.err


def test_watch_prints_events(player) -> None:
    _, show = player
    command = [sys.executable, "-m", "voicecoach", "ctl", "watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
        try:
            states = itertools.cycle([Transport(START.index, START.at, "paused"), START])
            while not select.select([watching.stdout], [], [], 0.02)[0]:  # until it watches
                assert watching.poll() is None
                show(next(states))
            assert watching.stdout.readline() in ("state: paused\n", "state: playing\n")
        finally:
            watching.terminate()


def test_ctl_completes_commands_and_properties() -> None:
    completion = ShellComplete(voicecoach, {}, "voicecoach", "_VOICECOACH_COMPLETE")

    def offered(words: list[str], begun: str) -> set[str]:
        return {item.value for item in completion.get_completions(words, begun)}

    assert offered(["ctl"], "pa") == {"pause"}
    assert {"get", "watch", "seek", "too-much"} <= offered(["ctl"], "")
    assert offered(["ctl", "get"], "clock") == {"clock", "clock_left_ms"}
    assert offered(["ctl", "pause"], "") == set()


def test_help_names_every_command() -> None:
    text = voicecoach.get_command(click.Context(voicecoach), "ctl").epilog
    assert [act.value for act in Action if act not in text] == []


def test_docs_name_every_command_and_property(project: Path) -> None:
    page = (project / "docs" / "hands-free.md").read_text("utf-8")
    assert [name for name in (*COMMAND_NAMES, *PROPERTIES) if f"`{name}`" not in page and f"`{name} " not in page] == []
