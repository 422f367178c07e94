"""Terminal input and output that never hold up the sound.

Reads the keyboard key by key and restores the terminal afterwards; writes text in a thread of its own, since a
pager may stop reading and a terminal may stall.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from threading import Thread
from types import FrameType
from typing import TypeAlias

from voicecoach.player.command import Command, CommandSource
from voicecoach.player.inbox import Inbox
from voicecoach.player.keys import KeyDecoder, KeyGuide, SingleKeyDecoder

__all__ = ["CLOSE_TIMEOUT", "AsyncWriter", "exit_on_signals", "in_foreground", "open_keyboard"]

CLOSE_TIMEOUT = 1.0
"""Seconds that the end of a session waits for the last of it to be written."""


class AsyncWriter:
    """Gives texts to `write`, one after the other, in a thread of its own that starts with the first one."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._texts: SimpleQueue[str | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._taken = self._written = 0

    @property
    def behind(self) -> bool:
        """Whether one text is still being written, and the next one waits already."""
        return self._taken - self._written > 1

    def write(self, text: str) -> None:
        """Have it written; returns at once."""
        if self._thread is None:
            self._thread = Thread(target=self._write_all, name="screen", daemon=True)
            self._thread.start()
        self._taken += 1
        self._texts.put(text)

    def close(self) -> bool:
        """Wait for the last of it, though not for ever: whether all was written."""
        if self._thread is not None:
            self._texts.put(None)
            self._thread.join(CLOSE_TIMEOUT)
        return self._written == self._taken

    def _write_all(self) -> None:
        while (text := self._texts.get()) is not None:
            self._write(text)
            self._written += 1


_Reader: TypeAlias = Callable[[bytes], list[Command]]
"""What bytes from a keyboard mean; called without any when none came for a while."""

_ENDINGS = [signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def open_keyboard(
    inbox: Inbox, guide: KeyGuide, *, one_key: bool = False, clock: Callable[[], float] = time.monotonic
) -> Iterator[CommandSource]:
    """The keys of standard input and the inbox as one way in; where that is no terminal, or one whose keys are for
    others, the inbox alone.

    With `one_key` every key is the same one.
    """
    read = _one_key(clock) if one_key else _every_key(guide, clock)
    if not sys.stdin or not sys.stdin.isatty() or not in_foreground(sys.stdin.fileno()):
        yield inbox
    elif sys.platform == "win32":
        yield _windows_keys(read, inbox)
    else:
        with _key_by_key(sys.stdin.fileno()) as descriptor:
            yield _unix_keys(read, descriptor, inbox)


def _every_key(guide: KeyGuide, clock: Callable[[], float]) -> _Reader:
    keys = KeyDecoder()

    def read(data: bytes) -> list[Command]:
        if not data:
            keys.look(clock())
        return keys.feed(data, guide)

    return read


def _one_key(clock: Callable[[], float]) -> _Reader:
    """What comes at once is one press, however many bytes the key sends: who reads is woken by each."""
    key = SingleKeyDecoder()

    def read(data: bytes) -> list[Command]:
        return key.press(clock()) if data else key.look(clock())

    return read


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Turn Ctrl-C, SIGTERM and the closing of the terminal into an orderly exit with the usual status: 128 and
    the signal's number. The first one counts; nothing interrupts the tidying up. What is ignored (`nohup`) stays so.
    """
    before = {number: signal.getsignal(number) for number in _ENDINGS}
    heard = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in heard:
        signal.signal(number, _leave)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, before[number])


def _leave(number: int, _: FrameType | None) -> None:
    for ending in _ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    raise SystemExit(128 + number)


if sys.platform == "win32":
    import msvcrt

    def in_foreground(_: int) -> bool:
        """Whether a terminal is ours to use."""
        return True

    def _windows_keys(read: _Reader, inbox: Inbox) -> CommandSource:
        def come(seconds: float) -> list[Command]:
            others = inbox(0.0 if msvcrt.kbhit() else seconds)  # no console can be waited for with a socket
            data = b""
            while msvcrt.kbhit():
                data += msvcrt.getch()
            return read(data) + others

        return come

else:
    import termios
    import tty

    def in_foreground(descriptor: int) -> bool:
        """Whether a terminal is ours to use: a job in its background (`&`) is stopped by the system for reading it."""
        try:
            return os.tcgetpgrp(descriptor) == os.getpgrp()
        except OSError:  # not the one that we are a job of, or closed
            return True

    @contextmanager
    def _key_by_key(descriptor: int) -> Iterator[int]:
        before = termios.tcgetattr(descriptor)
        try:
            tty.setcbreak(descriptor)
            raw = termios.tcgetattr(descriptor)
            # Ctrl-Z and Ctrl-S would hold us up in the middle of a word and of the screen: space is for that.
            raw[6][termios.VSUSP] = b"\0"
            raw[0] &= ~termios.IXON
            termios.tcsetattr(descriptor, termios.TCSANOW, raw)
            yield descriptor
        finally:
            if in_foreground(descriptor):
                with suppress(termios.error):  # the terminal was closed
                    termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)

    def _unix_keys(read: _Reader, descriptor: int, inbox: Inbox) -> CommandSource:
        gone = False

        def come(seconds: float) -> list[Command]:
            nonlocal gone
            if gone or not in_foreground(descriptor):
                return inbox(seconds)
            if descriptor not in select.select([descriptor, inbox.fileno()], [], [], seconds)[0]:
                return read(b"") + inbox.take()
            try:
                data = os.read(descriptor, 1024)
            except OSError:
                data = b""
            gone = not data  # the terminal was closed; the session goes on
            return read(data) + inbox.take()

        return come
