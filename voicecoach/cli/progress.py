"""A bar on standard error while something takes long; nothing where that is no terminal."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

import click

from voicecoach.cli.session_options import Status

__all__ = ["bar", "speaking"]

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
