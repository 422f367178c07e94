"""Ctrl-C and `kill -TERM`: both unwind the stack, so that files and the terminal are left clean."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


def raise_on_sigterm() -> None:
    """Make SIGTERM raise, as Ctrl-C does, unless it is ignored."""
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN:
        signal.signal(signal.SIGTERM, _raise)


@contextmanager
def defer_interrupts() -> Iterator[Callable[[], None]]:
    """Hold SIGINT and SIGTERM back until the yielded function is called or the block ends.

    A second signal raises at once. PyAV sometimes swallows what a signal handler raises while it encodes.
    """
    received: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:
        if received:
            _raise(number, frame)
        received.append(number)

    def raise_pending() -> None:
        if received:
            _raise(received[0], None)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    handled = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in handled:
        signal.signal(number, remember)
    try:
        yield raise_pending
    finally:
        for number in handled:
            signal.signal(number, before[number])
    raise_pending()


def _raise(number: int, _: FrameType | None) -> NoReturn:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)
