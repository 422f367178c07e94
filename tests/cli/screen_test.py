"""A session on a terminal, which may have no colour and may be closed."""

from __future__ import annotations

import os
import pty
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from itertools import cycle
from typing import TextIO

import pytest

from voicecoach.cli.screen import show_session
from voicecoach.cli.streams import discard_output, protect_output
from voicecoach.errors import FileError
from voicecoach.player.keys import KeyGuide
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.timeline import Timeline
from voicecoach.units import SAMPLE_RATE, Frames

REST = Transport(
    TimelineIndex(
        Timeline(
            title="Rest", language="en", level=0, length=Frames(60 * SAMPLE_RATE), placements=(), events=(), moves=()
        )
    ),
    Frames(SAMPLE_RATE),
)


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Standard output is one: what its screen is read from. (No fixture: pytest sets `sys.stdout` before each test.)"""
    screen, theirs = pty.openpty()
    monkeypatch.setenv("TERM", "xterm")
    with open(theirs, "w", encoding="utf-8") as output:  # noqa: PTH123
        monkeypatch.setattr("sys.stdout", protect_output(output))
        yield screen


def shown(screen: int) -> bytes:
    """All that is shown, up to the end of an update."""
    said = b""
    while not said.endswith(b"\x1b[?2026l"):
        said += os.read(screen, 65536)
    return said


@pytest.mark.parametrize(("value", "coloured"), [(None, True), ("", True), ("1", False), ("0", False)])
def test_no_color(monkeypatch: pytest.MonkeyPatch, value: str | None, coloured: bool) -> None:
    """As https://no-color.org has it: by a value that is not empty, whatever it is."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    if value is not None:
        monkeypatch.setenv("NO_COLOR", value)
    with terminal(monkeypatch) as screen, show_session(KeyGuide(), quiet=False, plain=False, live=True) as show:
        show(REST)
        assert (b"\x1b[32m" in shown(screen)) is coloured
        os.close(screen)


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("plain", [True, False])
def test_closed_terminal_does_not_stop_playback(monkeypatch: pytest.MonkeyPatch, plain: bool, live: bool) -> None:
    with terminal(monkeypatch) as screen, show_session(KeyGuide(), quiet=False, plain=plain, live=live) as show:
        show(REST)
        os.close(screen)
        show(replace(REST, state="paused"))
        show(REST)


def states(count: int) -> Iterator[Transport]:
    """Each with a line of its own."""
    return (replace(REST, state=state) for _, state in zip(range(count), cycle(("paused", "playing")), strict=False))


@contextmanager
def piped(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, TextIO]]:
    """Standard output is a pipe: its other end, and it."""
    reader, writer = os.pipe()
    with open(writer, "w", encoding="utf-8") as output:  # noqa: PTH123
        monkeypatch.setattr("sys.stdout", protect_output(output))
        yield reader, output


@contextmanager
def unread(monkeypatch: pytest.MonkeyPatch) -> Iterator[TextIO]:
    """Standard output is a pipe whose reader has gone."""
    with piped(monkeypatch) as (reader, output):
        os.close(reader)
        yield output


@contextmanager
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[TextIO]:
    """It is a file on a full disk."""
    with open("/dev/full", "w", encoding="utf-8") as output:  # noqa: PTH123
        monkeypatch.setattr("sys.stdout", protect_output(output))
        yield output


@pytest.mark.parametrize("wrong", [unread, full])
def test_full_disk_stops_only_silent_output(
    monkeypatch: pytest.MonkeyPatch, wrong: Callable[[pytest.MonkeyPatch], AbstractContextManager[TextIO]]
) -> None:
    with wrong(monkeypatch):
        with (
            show_session(KeyGuide(), quiet=False, plain=True, live=False) as show,
            pytest.raises((SystemExit, FileError), match=r"0|space"),
        ):
            show(REST)
        discard_output()
    with wrong(monkeypatch) as output:
        with show_session(KeyGuide(), quiet=False, plain=True, live=True) as show:
            show(REST)
        output.write("Stopped.")
        output.flush()


@pytest.mark.parametrize("blocking", [True, False])
def test_slow_reader_gets_everything(monkeypatch: pytest.MonkeyPatch, blocking: bool) -> None:
    """20,000 lines are more than a pipe takes, and a pager may be stopped for that long."""
    with piped(monkeypatch) as (reader, output):
        os.set_blocking(output.fileno(), blocking)
        with show_session(KeyGuide(), quiet=False, plain=True, live=True) as show:
            for moment in states(20_000):
                show(moment)
            said = b""
            while said.count(b"Resumed.") < 9_999:
                said += os.read(reader, 65536)
        os.close(reader)
    assert said.count(b"Paused, 0:59 left.") == 10_000


def test_stalled_terminal_shows_newest_state(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as screen, show_session(KeyGuide(), quiet=False, plain=False, live=True) as show:
        for moment in states(20_000):
            show(moment)
        late = shown(screen)
        while b"0:59 of 1:00" not in late:
            show(replace(REST, at=Frames(59 * SAMPLE_RATE)))
            late += shown(screen)
        assert len(late) < 50_000, "of 20,000 pages"
        os.close(screen)


def test_stalled_terminal_does_not_delay_exit(monkeypatch: pytest.MonkeyPatch) -> None:
    with piped(monkeypatch) as (_, output):
        with show_session(KeyGuide(), quiet=False, plain=True, live=True) as show:
            for moment in states(20_000):
                show(moment)
        output.write("Stopped." * 20_000)
        output.flush()
