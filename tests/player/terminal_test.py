"""The keyboard of a real terminal, on a clock of the test's own; signals; writing that stalls."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest

from voicecoach.errors import ExternalError
from voicecoach.player.command import Action, CommandSource
from voicecoach.player.inbox import Inbox
from voicecoach.player.keys import KeyGuide
from voicecoach.player.terminal import AsyncWriter, exit_on_signals, open_keyboard

LONG = 60.0
"""Seconds; no test waits so long."""
TICK = 0.04


@dataclass
class Desk:
    """A terminal and the player that reads its keyboard."""

    screen: int
    come: CommandSource
    clock: list[float]
    asked: list[Action] = field(default_factory=list)

    def press(self, keys: bytes) -> None:
        """Press keys; the player reads byte by byte."""
        for at in range(len(keys)):
            os.write(self.screen, keys[at : at + 1])
            self.asked += [command.action for command in self.come(LONG)]

    def wait(self, time: float) -> None:
        """Let the player poll for keys for so many seconds."""
        for _ in range(round(time / TICK)):
            self.clock[0] += TICK
            self.asked += [command.action for command in self.come(0)]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Callable:
    """`with desk() as desk`, with the options of `open_keyboard`."""

    @contextmanager
    def seated(**more) -> Iterator[Desk]:
        screen, theirs = pty.openpty()
        clock = [0.0]
        with open(theirs) as standard_input, closing(Inbox()) as inbox:  # noqa: PTH123
            monkeypatch.setattr("sys.stdin", standard_input)
            with open_keyboard(inbox, KeyGuide(), clock=lambda: clock[0], **more) as come:
                yield Desk(screen, come, clock)

    return seated


def test_key_after_escape_counts(desk) -> None:
    with desk() as there:
        for key in (b"\x1b", b" ", b"\x1b[C", b"\x1b", b"[", b"n"):
            there.press(key)
            there.wait(1.0)
        assert there.asked == [Action.TOGGLE, Action.NEXT, Action.SLOWER, Action.NEXT]
        os.close(there.screen)


def test_single_key_on_terminal(desk) -> None:
    with desk(one_key=True) as there:
        for presses in (1, 2, 3):
            for _ in range(presses):
                there.press(b"y")
                there.wait(0.2)
            there.wait(1.0)
        assert there.asked == [Action.TOGGLE, Action.TOGGLE, Action.NEXT, Action.TOGGLE, Action.BACK]
        there.asked.clear()
        there.press(b"y")
        there.wait(0.52)
        for _ in range(10):
            there.press(b"y")
            there.wait(TICK)
        there.wait(1.0)
        assert [there.asked.count(action) for action in (Action.TOGGLE, Action.WHERE)] == [2, 1]
        assert {*there.asked} == {Action.TOGGLE, Action.WHERE}
        os.close(there.screen)


def test_terminal_is_restored(desk) -> None:
    with desk() as there:
        os.close(there.screen)
        there.wait(1.0)
        assert there.asked == []
    with desk() as there:
        raw = termios.tcgetattr(there.screen)
    assert termios.tcgetattr(there.screen) != raw
    os.close(there.screen)


LATER = """
import os
from contextlib import closing
from voicecoach.player.inbox import Inbox
from voicecoach.player.keys import KeyGuide
from voicecoach.player.terminal import open_keyboard

with closing(Inbox()) as inbox, open_keyboard(inbox, KeyGuide()) as come:
    os.tcsetpgrp(0, os.getpgid(os.getppid()))
    print("behind", flush=True)
    print([*come(1.0)])
"""


@pytest.mark.system("bash")
@pytest.mark.system("setsid")
def test_background_job_leaves_keys(tmp_path: Path) -> None:
    """As after `kill -STOP` and `bg`; reading the keys would stop the job for good."""
    script = tmp_path / "later.py"
    script.write_text(LATER)
    screen, theirs = pty.openpty()
    shell = ["setsid", "--ctty", "bash", "--norc", "-mc", f"{sys.executable} {script}; echo ended with $?"]
    with subprocess.Popen(shell, stdin=theirs, stdout=theirs, stderr=theirs) as job:
        os.close(theirs)
        said = b""
        while not said.endswith((b"ended with 0\r\n", b"ended with 149\r\n")):
            said += os.read(screen, 1024)
            if said.endswith(b"behind\r\n"):
                os.write(screen, b"n")
        os.close(screen)
        job.wait()
    assert said.endswith(b"[]\r\nended with 0\r\n")


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_signal_exits_with_its_status(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    try:
        with pytest.raises(SystemExit) as ended, exit_on_signals():
            signal.raise_signal(number)
        assert ended.value.code == 128 + number
        assert signal.getsignal(number) is before
        signal.signal(number, signal.SIG_IGN)
        with exit_on_signals():
            signal.raise_signal(number)
        assert signal.getsignal(number) is signal.SIG_IGN
    finally:
        signal.signal(number, before)


def test_slow_writer_keeps_order():
    may, written = Event(), []

    def write(text: str) -> None:
        may.wait()
        written.append(text)

    pen = AsyncWriter(write)
    pen.write("1")
    assert not pen.behind
    pen.write("2")
    pen.write("3")
    assert (pen.behind, written) == (True, [])
    may.set()
    assert pen.close()
    assert (pen.behind, written) == (False, ["1", "2", "3"])


def test_close_gives_up_on_stalled_write():
    may = Event()
    pen = AsyncWriter(lambda _: may.wait() and None)
    pen.write("1")
    assert not pen.close()
    may.set()


def test_unused_writer_closes_at_once():
    assert AsyncWriter(print).close()


@pytest.mark.usefixtures("no_more_threads")
def test_missing_thread_of_screen_is_an_error():
    with pytest.raises(ExternalError, match="no thread can be started"):
        AsyncWriter(print).write("text")
