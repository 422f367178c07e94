"""Progress on standard error: one bar for a long task, one bar per process for a batch."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress

import click

from voicecoach.batch import BatchFailure, BatchReporter
from voicecoach.cli.session_options import Status

__all__ = ["Bars", "Lines", "bar", "speaking", "teller"]

_WIDEST = 36
_BESIDE = 12
"""Letters beside the bar and its label: spaces, brackets, `100%`, and the cursor's place."""


@contextmanager
def bar(label: str) -> Iterator[Status]:
    """A bar that appears with the first report and is told how much of how much is done.

    Where the work turns out to be in several parts, it fills once for each, on the same line.
    """
    state: list[click._termui_impl.ProgressBar[int]] = []
    visible = sys.stderr.isatty()

    def told(done: int, total: int) -> None:
        if not visible:
            return
        if not state:
            width = min(_WIDEST, shutil.get_terminal_size().columns - len(label) - _BESIDE)
            state.append(click.progressbar(length=total, label=label, file=sys.stderr, show_eta=False, width=width))
            state[0].__enter__()
        shown = state[0]
        if done < shown.pos or total != shown.length:
            shown.length, shown.pos, shown.finished = total, 0, False
        shown.update(done - shown.pos)

    try:
        yield told
    finally:
        for shown in state:
            with suppress(OSError):  # the terminal was closed
                shown.__exit__(None, None, None)


def speaking() -> AbstractContextManager[Status]:
    """The bar for cues that nobody has spoken yet."""
    return bar("Speaking new cues")


_BAR = 24
"""Letters of a bar."""


def teller() -> Bars | Lines:
    """What suits standard error."""
    return Bars() if sys.stderr.isatty() else Lines()


class Lines(BatchReporter):
    """A line for each session that is made, on standard output, and for each that cannot be, on standard error."""

    def at_work(self, doing: Sequence[tuple[str, float] | None], done: int, total: int) -> None:
        """Nothing that would not be out of date when it is read."""

    def speaking(self, done: int, total: int) -> None:
        """Nothing."""

    def made(self, name: str, files: Iterable[str], done: int, total: int) -> None:
        """`3/48 cat-cow gentle: m4a, vtt`."""
        click.echo(f"{done}/{total} {name}: {', '.join(file.rpartition('.')[2] for file in files)}")

    def failed(self, failure: BatchFailure) -> None:
        """The problem's own lines."""
        self.warn(_told(failure))

    def warn(self, text: str) -> None:
        """On standard error."""
        click.echo(text, err=True)

    def close(self) -> None:
        """Nothing to clear away."""


class Bars(Lines):
    """A bar for each process and a line for all, drawn over and over in the same place; gone in the end."""

    def __init__(self) -> None:
        self._drawn = 0
        self._last: list[str] = []

    def at_work(self, doing: Sequence[tuple[str, float] | None], done: int, total: int) -> None:
        """Draw them anew, as many as there is room for: what has left the screen above could not be erased."""
        room = max(0, shutil.get_terminal_size().lines - 2)
        self._draw([*map(_bar, doing[:room]), f"{done} of {total} sessions"])

    def speaking(self, done: int, total: int) -> None:
        """In the last line."""
        self._draw([*self._last[:-1], f"speaking new cues, {done} of {total}"])

    def made(self, name: str, files: Iterable[str], done: int, total: int) -> None:
        """Seen in the count."""

    def warn(self, text: str) -> None:
        """Above the bars, where it stays."""
        self._clear()
        super().warn(text)

    def close(self) -> None:
        """Leave nothing of them."""
        self._clear()

    def _draw(self, lines: list[str]) -> None:
        width = shutil.get_terminal_size().columns - 1
        text = self._erasure() + "".join(f"{line[:width]}\n" for line in lines)
        try:
            click.echo(text, err=True, nl=False)
        finally:  # Ctrl-C may come right here, and they are to be cleared away all the same
            self._drawn, self._last = len(lines), lines

    def _clear(self) -> None:
        click.echo(self._erasure(), err=True, nl=False)
        self._drawn = 0

    def _erasure(self) -> str:
        """Up to their first line, and all from there on erased."""
        return f"\x1b[{self._drawn}A\r\x1b[J" if self._drawn else ""


def _bar(doing: tuple[str, float] | None) -> str:
    if doing is None:
        return f"[{'-' * _BAR}]"
    name, share = doing
    full = min(_BAR, int(share * _BAR))
    return f"[{'#' * full}{'-' * (_BAR - full)}] {share:4.0%}  {name}"


def _told(failure: BatchFailure) -> str:
    return f"{failure.name}:{chr(10) if chr(10) in failure.words else ' '}{failure.words}"
