"""Showing a session while it plays: a screen that redraws what changed, or plain lines."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from voicecoach.cli.output import to_nobody
from voicecoach.player.keys import GUIDE, Guide
from voicecoach.player.lines import news
from voicecoach.player.player import Show
from voicecoach.player.screen import Paper, page
from voicecoach.player.transport import Transport
from voicecoach.player.view import View, view

__all__ = ["showing"]

_ENTER = "\x1b[?1049h\x1b[?25l"
"""The alternate screen, and no cursor."""
_LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l"


@contextmanager
def showing(guide: Guide, *, quiet: bool, plain: bool) -> Iterator[Show]:
    """What shows the session on standard output; a terminal is left as it was found."""
    if quiet:
        yield lambda _: None
    elif plain or not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        yield _Lines(guide).show
    else:
        _write(_ENTER)
        try:
            yield _Screen(guide).show
        finally:
            _write(_LEAVE)


class _Screen:
    def __init__(self, guide: Guide) -> None:
        self._guide = guide
        self._unicode = (sys.stdout.encoding or "").lower().startswith("utf")
        self._paper: Paper | None = None
        self._lines: tuple[str, ...] = ()

    def show(self, transport: Transport) -> None:
        columns, rows = shutil.get_terminal_size()
        paper = Paper(columns, rows, not os.environ.get("NO_COLOR"), self._unicode)
        changes = ""
        if paper != self._paper:
            changes, self._paper, self._lines = "\x1b[2J", paper, ("",) * rows
        lines = page(view(transport), paper, guide=self._guide.shown)
        for row, (line, before) in enumerate(zip(lines, self._lines, strict=True), start=1):
            if line != before:
                changes += f"\x1b[{row};1H{line}\x1b[K"
        self._lines = lines
        if changes:  # shown at once where the terminal knows how: nothing flickers
            _write(f"\x1b[?2026h{changes}\x1b[?2026l")


class _Lines:
    def __init__(self, guide: Guide) -> None:
        self._guide = guide
        self._last: View | None = None

    def show(self, transport: Transport) -> None:
        now = view(transport)
        for line in news(self._last, now):
            _write(line + "\n")
        self._last = now
        if self._guide.shown:
            self._guide.turn()
            for keys, meaning in GUIDE:
                _write(f"{keys:>9}  {meaning}\n")


def _write(text: str) -> None:
    encoding = sys.stdout.encoding or "ascii"
    try:
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
    except OSError as fault:
        if fault.errno != errno.EIO:
            raise
        to_nobody()  # the terminal was closed: a session goes on unseen, until it is told to end
