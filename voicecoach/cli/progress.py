"""A bar on standard error while something takes long; nothing where that is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import click

from voicecoach.cli.session import Status

__all__ = ["bar", "speaking"]


@contextmanager
def bar(label: str) -> Iterator[Status]:
    """A bar that appears with the first report and is told how much of how much is done."""
    state: list[click._termui_impl.ProgressBar[int]] = []
    shown = sys.stderr.isatty()

    def told(done: int, total: int) -> None:
        if not shown:
            return
        if not state or state[0].length != total:
            close()
            state.append(click.progressbar(length=total, label=label, file=sys.stderr, show_eta=False))
            state[0].__enter__()
        state[0].update(done - state[0].pos)

    def close() -> None:
        while state:
            state.pop().__exit__(None, None, None)

    try:
        yield told
    finally:
        close()


def speaking() -> AbstractContextManager[Status]:
    """The bar for cues that nobody has spoken yet."""
    return bar("Speaking new cues")
