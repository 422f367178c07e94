"""Shows a session while it plays: a screen that redraws what changed, or plain lines."""

from __future__ import annotations

import errno
import os
import select
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Protocol

from voicecoach.cli.streams import to_nobody
from voicecoach.player.display import PageFormat, describe_changes, render_page
from voicecoach.player.keys import KEY_DESCRIPTIONS, KeyGuide
from voicecoach.player.snapshot import View, view
from voicecoach.player.terminal import AsyncWriter, in_foreground
from voicecoach.player.transport import Observer, Transport

__all__ = ["showing"]

_ENTER = "\x1b[?1049h\x1b[?25l"
"""The alternate screen, and no cursor."""
_LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l"


@contextmanager
def showing(guide: KeyGuide, *, quiet: bool, plain: bool, live: bool) -> Iterator[Observer]:
    """What shows the session on standard output; a terminal is left as it was found.

    A `live` one waits for nobody who looks on, and goes on unseen where standard output takes no more.
    """
    if quiet:
        yield lambda _: None
        return
    with _beside() if live else nullcontext(_AtOnce()) as pen:
        if plain or not _has_a_screen():
            yield _Lines(guide, pen).show
            return
        if sys.platform == "win32":
            from colorama import just_fix_windows_console

            just_fix_windows_console()  # its consoles take escapes only when they are told to
        pen.write(_ENTER)
        try:
            yield _Screen(guide, pen).show
        finally:
            pen.write(_LEAVE)


def _has_a_screen() -> bool:
    """Whether standard output is one that nobody else draws on."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and in_foreground(sys.stdout.fileno())


class _Pen(Protocol):
    @property
    def behind(self) -> bool:
        """Whether what is written comes too late to be worth more."""

    def write(self, text: str) -> None:
        """Write it, now or soon."""


class _Screen:
    def __init__(self, guide: KeyGuide, pen: _Pen) -> None:
        self._guide, self._pen = guide, pen
        self._unicode = (sys.stdout.encoding or "").lower().startswith("utf")
        self._paper: PageFormat | None = None
        self._lines: tuple[str, ...] = ()

    def show(self, transport: Transport) -> None:
        if self._pen.behind:
            return  # what has changed meanwhile is drawn next time
        columns, rows = shutil.get_terminal_size()
        paper = PageFormat(columns, rows, not os.environ.get("NO_COLOR"), self._unicode)
        changes = ""
        if paper != self._paper:
            changes, self._paper, self._lines = "\x1b[2J", paper, ("",) * rows
        lines = render_page(view(transport), paper, guide=self._guide.shown)
        for row, (line, before) in enumerate(zip(lines, self._lines, strict=True), start=1):
            if line != before:
                changes += f"\x1b[{row};1H{line}\x1b[K"
        self._lines = lines
        if changes:  # shown at once where the terminal knows how: nothing flickers
            self._pen.write(f"\x1b[?2026h{changes}\x1b[?2026l")


class _Lines:
    def __init__(self, guide: KeyGuide, pen: _Pen) -> None:
        self._guide, self._pen = guide, pen
        self._last: View | None = None

    def show(self, transport: Transport) -> None:
        now = view(transport)
        for line in describe_changes(self._last, now):
            self._pen.write(line + "\n")
        self._last = now
        if self._guide.shown:
            self._guide.turn()
            for keys, meaning in KEY_DESCRIPTIONS:
                self._pen.write(f"{keys:>9}  {meaning}\n")


class _AtOnce:
    """For what waits for nobody: every line is there when it ends, or it is told why not."""

    behind = False

    def write(self, text: str) -> None:
        encoding = sys.stdout.encoding or "ascii"
        try:
            sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
            sys.stdout.flush()
        except OSError as fault:
            if fault.errno != errno.EIO:
                raise
            to_nobody()  # the terminal was closed


@contextmanager
def _beside() -> Iterator[AsyncWriter]:
    """Nothing that is written to standard output can hold up who writes, or end what goes on."""
    sys.stdout.flush()
    pen = AsyncWriter(_through)
    try:
        yield pen
    finally:
        if not pen.close():
            to_nobody()  # nor can what is printed behind it


def _through(text: str) -> None:
    """Past Python's buffer, whose lock would be waited for at the end."""
    raw = getattr(sys.stdout.buffer, "raw", sys.stdout.buffer)
    rest = text.replace("\n", os.linesep).encode(sys.stdout.encoding or "ascii", "replace")
    try:
        while rest:
            count = raw.write(rest)
            if count is None:  # another program has told the terminal not to block
                select.select([], [raw], [])
            rest = rest[count or 0 :]
    except OSError:  # a terminal that was closed, a full disk, a reader that has gone
        to_nobody()
