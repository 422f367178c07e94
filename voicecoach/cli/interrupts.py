"""Ctrl-C and `kill -TERM`: both unwind the stack, so that files and the terminal are left clean."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

__all__ = ["held_back", "unwinding"]


def unwinding() -> None:
    """From now on SIGTERM raises, as Ctrl-C does; where it is ignored it stays so, also as Ctrl-C does."""
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN:
        signal.signal(signal.SIGTERM, _raise)


@contextmanager
def held_back() -> Iterator[Callable[[], None]]:
    """While this lasts, both wait for the next call of what it gives, or for the end; a second one does not.

    For work in PyAV, which now and then swallows what a signal's handler raises while it encodes.
    """
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if asked:
            _raise(number, frame)
        asked.append(number)

    def now() -> None:
        if asked:
            _raise(asked[0], None)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    heard = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in heard:
        signal.signal(number, note)
    try:
        yield now
    finally:
        for number in heard:
            signal.signal(number, before[number])
    now()


def _raise(number: int, _: FrameType | None) -> NoReturn:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)
