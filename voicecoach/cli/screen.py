"""Shows a session while it plays: a screen that redraws what changed, or plain lines."""

from __future__ import annotations

import os
import select
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Protocol

from voicecoach.cli.streams import discard_output, output_is_closed, raw_output
from voicecoach.player.display import PageFormat, describe_changes, render_page
from voicecoach.player.keys import KEY_DESCRIPTIONS, KeyGuide
from voicecoach.player.snapshot import Snapshot, take_snapshot
from voicecoach.player.terminal import AsyncWriter, in_foreground
from voicecoach.player.transport import Observer, Transport

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l"
"""The alternate screen, no cursor, and no line break at the margin, where terminals disagree about widths."""
_LEAVE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"


@contextmanager
def show_session(guide: KeyGuide, *, quiet: bool, plain: bool, live: bool) -> Iterator[Observer]:
    """Show the session on standard output; the terminal is left as it was found.

    If it is `live`, it never waits for standard output; if that is blocked, the session continues unseen.
    """
    if quiet or output_is_closed():
        yield lambda _: None
        return
    with _background_writer() if live else nullcontext(_DirectWriter()) as writer:
        if plain or not _has_screen():
            yield _Lines(guide, writer).show
            return
        if sys.platform == "win32":
            from colorama import just_fix_windows_console

            just_fix_windows_console()  # its consoles interpret escapes only after this
        writer.write(_ENTER)
        try:
            yield _Screen(guide, writer).show
        finally:
            writer.write(_LEAVE)


def _has_screen() -> bool:
    """Whether standard output is a terminal of our own to draw on."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and in_foreground(sys.stdout.fileno())


class _Writer(Protocol):
    @property
    def behind(self) -> bool:
        """Whether so much is waiting that another text should be skipped."""

    def write(self, text: str) -> None:
        """Write the text, now or soon."""


class _Screen:
    def __init__(self, guide: KeyGuide, writer: _Writer) -> None:
        self._guide, self._writer = guide, writer
        self._unicode = (sys.stdout.encoding or "").lower().startswith("utf")
        self._paper: PageFormat | None = None
        self._lines: tuple[str, ...] = ()

    def show(self, transport: Transport) -> None:
        if self._writer.behind:
            return  # drawn next time
        columns, rows = shutil.get_terminal_size()
        paper = PageFormat(columns, rows, not os.environ.get("NO_COLOR"), self._unicode)
        changes = ""
        if paper != self._paper:
            changes, self._paper, self._lines = "\x1b[2J", paper, ("",) * rows
        lines = render_page(take_snapshot(transport), paper, guide=self._guide.shown)
        for row, (line, before) in enumerate(zip(lines, self._lines, strict=True), start=1):
            if line != before:
                changes += f"\x1b[{row};1H{line}\x1b[K"
        self._lines = lines
        if changes:  # synchronized output, where the terminal supports it: no flicker
            self._writer.write(f"\x1b[?2026h{changes}\x1b[?2026l")


class _Lines:
    def __init__(self, guide: KeyGuide, writer: _Writer) -> None:
        self._guide, self._writer = guide, writer
        self._last: Snapshot | None = None

    def show(self, transport: Transport) -> None:
        now = take_snapshot(transport)
        for line in describe_changes(self._last, now):
            self._writer.write(line + "\n")
        self._last = now
        if self._guide.shown:
            self._guide.toggle()
            for keys, meaning in KEY_DESCRIPTIONS:
                self._writer.write(f"{keys:>9}  {meaning}\n")


class _DirectWriter:
    """Writes at once: when it returns, the line is written, or an error was raised."""

    behind = False

    def write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


@contextmanager
def _background_writer() -> Iterator[AsyncWriter]:
    """A writer that never blocks and never raises, whatever standard output does."""
    sys.stdout.flush()
    writer = AsyncWriter(_write_unbuffered)
    try:
        yield writer
    finally:
        if not writer.close():
            discard_output()  # what is printed later must not block either


def _write_unbuffered(text: str) -> None:
    """Bypass Python's buffer: at exit, Python would wait for its lock."""
    raw = raw_output()
    rest = text.replace("\n", os.linesep).encode(sys.stdout.encoding, sys.stdout.errors or "replace")
    try:
        while rest:
            count = raw.write(rest)
            if count is None:  # another program made the terminal non-blocking
                select.select([], [raw], [])
            rest = rest[count or 0 :]
    except OSError:  # a closed terminal, a full disk, a reader that has gone
        discard_output()
