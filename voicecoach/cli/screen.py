"""Showing a session while it plays: a screen that redraws what changed, or plain lines."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from voicecoach.player.player import Show
from voicecoach.player.screen import Paper, cue_line, page
from voicecoach.player.transport import Transport
from voicecoach.player.view import view
from voicecoach.units import clock

__all__ = ["showing"]

_ENTER = "\x1b[?1049h\x1b[?25l"
"""The alternate screen, and no cursor."""
_LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l"


@contextmanager
def showing(*, quiet: bool) -> Iterator[Show]:
    """What shows the session on standard output; a terminal is left as it was found."""
    if quiet:
        yield lambda _: None
    elif sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        _write(_ENTER)
        try:
            yield _Screen().show
        finally:
            _write(_LEAVE)
    else:
        yield _Lines().show


class _Screen:
    def __init__(self) -> None:
        self._unicode = (sys.stdout.encoding or "").lower().startswith("utf")
        self._paper: Paper | None = None
        self._lines: tuple[str, ...] = ()

    def show(self, transport: Transport) -> None:
        columns, rows = shutil.get_terminal_size()
        paper = Paper(columns, rows, "NO_COLOR" not in os.environ, self._unicode)
        changes = ""
        if paper != self._paper:
            changes, self._paper, self._lines = "\x1b[2J", paper, ("",) * rows
        lines = page(view(transport), paper)
        for row, (line, before) in enumerate(zip(lines, self._lines, strict=True), start=1):
            if line != before:
                changes += f"\x1b[{row};1H{line}\x1b[K"
        self._lines = lines
        if changes:
            _write(changes)


class _Lines:
    def __init__(self) -> None:
        self._last = self._trouble = ""

    def show(self, transport: Transport) -> None:
        now = view(transport)
        line = cue_line(now)
        if now.cue and line != self._last:
            self._last = line
            _write(line + "\n")
        if now.trouble != self._trouble:
            self._trouble = now.trouble
            _write(f"{clock(now.at):>7}  {now.trouble or 'The loudspeaker is there again.'}\n")


def _write(text: str) -> None:
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()
