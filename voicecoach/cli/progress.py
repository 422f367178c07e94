"""Progress on standard error: one bar for a long task, one bar per process for a batch."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, TypeAlias

import click

from voicecoach.cli.streams import warn

if TYPE_CHECKING:
    from voicecoach.batch import BatchFailure


_Report: TypeAlias = Callable[[int, int], None]
"""Takes how much is done, and of how much."""
_MAX_WIDTH = 36
_MARGIN = 12
"""Columns beside a bar and its label: spaces, brackets, `100%`, and the cursor."""
_BATCH_BAR = 24
"""Columns of a bar in a batch."""


@contextmanager
def bar(label: str) -> Iterator[_Report]:
    """A bar that appears with the first report, if standard error is a terminal.

    If the work turns out to have several parts, the bar fills once for each, on the same line.
    """
    bars: list[click._termui_impl.ProgressBar[int]] = []
    visible = sys.stderr.isatty()

    def report(done: int, total: int) -> None:
        if not visible:
            return
        if not bars:
            width = min(_MAX_WIDTH, shutil.get_terminal_size().columns - len(label) - _MARGIN)
            bars.append(click.progressbar(length=total, label=label, file=sys.stderr, show_eta=False, width=width))
            bars[0].__enter__()
        shown = bars[0]
        if done < shown.pos or total != shown.length:
            shown.length, shown.pos, shown.finished = total, 0, False
        shown.update(done - shown.pos)

    try:
        yield report
    finally:
        for shown in bars:
            with suppress(OSError):  # the terminal was closed
                shown.__exit__(None, None, None)


def speaking() -> AbstractContextManager[_Report]:
    """The bar for cues that have to be spoken first."""
    return bar("Speaking new cues")


def batch_reporter() -> BatchLines:
    """The reporter that suits standard error."""
    return BatchBars() if sys.stderr.isatty() else BatchLines()


class BatchLines:
    """A line for each session that is made, on standard output, and for each that fails, on standard error."""

    def at_work(self, jobs: Sequence[tuple[str, float] | None], done: int, total: int) -> None:
        """Nothing: it would be out of date at once."""

    def speaking(self, done: int, total: int) -> None:
        """Nothing."""

    def made(self, name: str, files: Iterable[str], done: int, total: int) -> None:
        """`3/48 cat-cow gentle: m4a, vtt`."""
        click.echo(f"{done}/{total} {name}: {', '.join(file.rpartition('.')[2] for file in files)}")

    def failed(self, failure: BatchFailure) -> None:
        """The lines of the problem itself."""
        separator = "\n" if "\n" in failure.message else " "
        self.warn(f"{failure.name}:{separator}{failure.message}")

    def warn(self, line: str) -> None:
        """On standard error."""
        warn(line)

    def close(self) -> None:
        """Nothing to clear away."""


class BatchBars(BatchLines):
    """A bar for each process and a line for the whole batch, redrawn in place and erased in the end."""

    def __init__(self) -> None:
        self._drawn = 0
        self._last: list[str] = []

    def at_work(self, jobs: Sequence[tuple[str, float] | None], done: int, total: int) -> None:
        """Draw as many bars as fit: lines that have scrolled away could not be erased."""
        room = max(0, shutil.get_terminal_size().lines - 2)
        self._draw([*map(_batch_bar, jobs[:room]), f"{done} of {total} sessions"])

    def speaking(self, done: int, total: int) -> None:
        """Shown in the last line."""
        self._draw([*self._last[:-1], f"speaking new cues, {done} of {total}"])

    def made(self, name: str, files: Iterable[str], done: int, total: int) -> None:
        """Nothing: the count shows it."""

    def warn(self, line: str) -> None:
        """Above the bars, where it stays."""
        self._clear()
        super().warn(line)

    def close(self) -> None:
        """Erase the bars."""
        self._clear()

    def _draw(self, lines: list[str]) -> None:
        width = shutil.get_terminal_size().columns - 1
        text = self._erasure() + "".join(f"{line[:width]}\n" for line in lines)
        try:
            click.echo(text, err=True, nl=False)
        finally:  # Ctrl-C may come right here, and the lines must still be erased
            self._drawn, self._last = len(lines), lines

    def _clear(self) -> None:
        click.echo(self._erasure(), err=True, nl=False)
        self._drawn = 0

    def _erasure(self) -> str:
        """Moves to the first line drawn, and erases everything from there on."""
        return f"\x1b[{self._drawn}A\r\x1b[J" if self._drawn else ""


def _batch_bar(doing: tuple[str, float] | None) -> str:
    if doing is None:
        return f"[{'-' * _BATCH_BAR}]"
    name, share = doing
    full = min(_BATCH_BAR, int(share * _BATCH_BAR))
    return f"[{'#' * full}{'-' * (_BATCH_BAR - full)}] {share:4.0%}  {name}"
