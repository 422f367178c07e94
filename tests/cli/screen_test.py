"""Showing a session on a terminal, which may refuse colour and may be closed."""

from __future__ import annotations

import os
import pty
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from voicecoach.cli.screen import showing
from voicecoach.player.keys import Guide
from voicecoach.player.landmarks import Landmarks
from voicecoach.player.transport import Transport
from voicecoach.timeline import Timeline
from voicecoach.units import RATE, Frames

REST = Transport(
    Landmarks(
        Timeline(title="Rest", language="en", level=0, length=Frames(60 * RATE), placements=(), events=(), moves=())
    ),
    Frames(RATE),
)


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Standard output is one: what its screen is read from. (No fixture: pytest sets `sys.stdout` before each test.)"""
    screen, theirs = pty.openpty()
    monkeypatch.setenv("TERM", "xterm")
    with open(theirs, "w", encoding="utf-8") as output:  # noqa: PTH123
        monkeypatch.setattr("sys.stdout", output)
        yield screen


def shown(screen: int) -> bytes:
    """All that is shown, up to the end of an update."""
    said = b""
    while not said.endswith(b"\x1b[?2026l"):
        said += os.read(screen, 65536)
    return said


@pytest.mark.parametrize(("value", "coloured"), [(None, True), ("", True), ("1", False), ("0", False)])
def test_colour_can_be_refused(monkeypatch: pytest.MonkeyPatch, value: str | None, coloured: bool) -> None:
    """As https://no-color.org has it: by a value that is not empty, whatever it is."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    if value is not None:
        monkeypatch.setenv("NO_COLOR", value)
    with terminal(monkeypatch) as screen, showing(Guide(), quiet=False, plain=False) as show:
        show(REST)
        assert (b"\x1b[32m" in shown(screen)) is coloured
        os.close(screen)


@pytest.mark.parametrize("plain", [True, False])
def test_when_the_terminal_is_closed_the_session_goes_on_unseen(monkeypatch: pytest.MonkeyPatch, plain: bool) -> None:
    with terminal(monkeypatch) as screen, showing(Guide(), quiet=False, plain=plain) as show:
        show(REST)
        os.close(screen)
        show(replace(REST, state="paused"))
        show(REST)
