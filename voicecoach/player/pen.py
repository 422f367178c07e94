"""Writing beside the sound, which must not wait for it: a pager stops reading, a terminal stalls."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

__all__ = ["FAREWELL", "Pen"]

FAREWELL = 1.0
"""Seconds that the end of a session waits for the last of it to be written."""


class Pen:
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
            self._thread.join(FAREWELL)
        return self._written == self._taken

    def _write_all(self) -> None:
        while (text := self._texts.get()) is not None:
            self._write(text)
            self._written += 1
