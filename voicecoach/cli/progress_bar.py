"""A progress bar on standard error."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

import click

from voicecoach.progress import Progress
from voicecoach.terminal_text import clip, visible
from voicecoach.terminal_text import width as text_width

_MAX_WIDTH = 36
_MAX_LABEL = 40
_MARGIN = 12
"""Columns beside a bar and its label: spaces, brackets, `100%`, and the cursor."""


@contextmanager
def bar(label: str) -> Iterator[Progress]:
    """A bar that appears with the first report, if standard error is a terminal.

    If the work turns out to have several parts, the bar fills once for each, on the same line.
    """
    label = clip(visible(label), _MAX_LABEL)
    bars: list[click._termui_impl.ProgressBar[int]] = []
    on_terminal = sys.stderr.isatty()

    def report(done: int, total: int) -> None:
        if not on_terminal:
            return
        if not bars:
            width = min(_MAX_WIDTH, shutil.get_terminal_size().columns - text_width(label) - _MARGIN)
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


def speaking() -> AbstractContextManager[Progress]:
    """A bar for the cues that must be spoken first."""
    return bar("Speaking new cues")
