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
from voicecoach.worker import start_thread

CLOSE_TIMEOUT = 1.0
"""Seconds that the end of a session waits for the last text to be written."""
_Decoder: TypeAlias = Callable[[bytes], list[Command]]
"""Decodes bytes from a keyboard; called with none where none came for a while."""
_SIGNALS = [signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def open_keyboard(
    inbox: Inbox, guide: KeyGuide, *, one_key: bool = False, clock: Callable[[], float] = time.monotonic
) -> Iterator[CommandSource]:
    """The keys of standard input and the inbox as one source of commands.

    It is the inbox alone where standard input is not a terminal, or one in whose background the player runs. With
    `one_key` every key is the same one.
    """
    keys = SingleKeyDecoder() if one_key else KeyDecoder(guide)

    def decode(data: bytes) -> list[Command]:
        return keys.decode(data, clock())

    if not sys.stdin or not sys.stdin.isatty() or not in_foreground(sys.stdin.fileno()):
        yield inbox
    elif sys.platform == "win32":
        yield _windows_keys(decode, inbox)
    else:
        with _key_by_key(sys.stdin.fileno()) as descriptor:
            yield _unix_keys(decode, descriptor, inbox)


if sys.platform == "win32":
    import msvcrt

    def in_foreground(_: int) -> bool:
        """Whether this process may use a terminal."""
        return True

    def _windows_keys(decode: _Decoder, inbox: Inbox) -> CommandSource:
        def read(seconds: float) -> list[Command]:
            others = inbox(0.0 if msvcrt.kbhit() else seconds)  # no console can be waited for together with a socket
            data = b""
            while msvcrt.kbhit():
                data += msvcrt.getch()
            return decode(data) + others

        return read

else:
    import termios
    import tty

    def in_foreground(descriptor: int) -> bool:
        """Whether this process may use a terminal: the system stops a background job (`&`) that reads from it."""
        try:
            return os.tcgetpgrp(descriptor) == os.getpgrp()
        except OSError:  # not the controlling terminal, or closed
            return True

    @contextmanager
    def _key_by_key(descriptor: int) -> Iterator[int]:
        before = termios.tcgetattr(descriptor)
        try:
            tty.setcbreak(descriptor)
            raw = termios.tcgetattr(descriptor)
            # Ctrl-Z and Ctrl-S would stop the player in the middle of a word and of the screen; space pauses.
            raw[6][termios.VSUSP] = b"\0"
            raw[0] &= ~termios.IXON
            termios.tcsetattr(descriptor, termios.TCSANOW, raw)
            yield descriptor
        finally:
            if in_foreground(descriptor):
                with suppress(termios.error):  # the terminal was closed
                    termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)

    def _unix_keys(decode: _Decoder, descriptor: int, inbox: Inbox) -> CommandSource:
        closed = False

        def read(seconds: float) -> list[Command]:
            nonlocal closed
            if closed or not in_foreground(descriptor):
                return inbox(seconds)
            if descriptor not in select.select([descriptor, inbox.fileno()], [], [], seconds)[0]:
                return decode(b"") + inbox.take()
            try:
                data = os.read(descriptor, 1024)
            except OSError:
                data = b""
            closed = not data  # the session continues without the terminal
            return decode(data) + inbox.take()

        return read


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Turn Ctrl-C, SIGTERM and a closed terminal into an orderly exit with the usual status, 128 plus the signal.

    Only the first signal counts; nothing interrupts the cleaning up. A signal that is ignored (`nohup`) stays ignored.
    """
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    handled = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in handled:
        signal.signal(number, _exit)
    try:
        yield
    finally:
        for number in handled:
            signal.signal(number, before[number])


def _exit(number: int, _: FrameType | None) -> None:
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(128 + number)


class AsyncWriter:
    """Calls `write` with one text after the other, in a thread of its own that starts with the first one."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._texts: SimpleQueue[str | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._queued = self._written = 0

    @property
    def behind(self) -> bool:
        """Whether a text is waiting while another one is being written."""
        return self._queued - self._written > 1

    def write(self, text: str) -> None:
        """Queue a text; returns at once. Raises `ExternalError` if the thread cannot be started."""
        if self._thread is None:
            self._thread = start_thread(self._write_all, "screen")
        self._queued += 1
        self._texts.put(text)

    def close(self) -> bool:
        """Wait up to `CLOSE_TIMEOUT` for the last text; returns whether all were written."""
        if self._thread is not None:
            self._texts.put(None)
            self._thread.join(CLOSE_TIMEOUT)
        return self._written == self._queued

    def _write_all(self) -> None:
        while (text := self._texts.get()) is not None:
            self._write(text)
            self._written += 1
