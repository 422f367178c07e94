"""Writes the log in a thread of its own: a disk may be slow, full or gone, and playing must not wait for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread

from voicecoach.errors import VoicecoachError
from voicecoach.history.entry import Begun, How
from voicecoach.history.session_log import Book
from voicecoach.units import Frames

__all__ = ["FAREWELL", "Note", "Scribe"]

FAREWELL = 3.0
"""Seconds that the end of a session waits for the last note to lie on the disk."""


@dataclass(frozen=True, slots=True)
class Note:
    """All there is to know at one moment."""

    begun: Begun
    at: Frames
    heard: Frames
    """Frames that have sounded."""
    how: How | None = None


class Scribe:
    """Of the notes that have come while it wrote, it writes the newest. `book` opens the log, at the first note."""

    def __init__(self, book: Callable[[Callable[[str], None]], Book]) -> None:
        self._open = book
        self._notes: SimpleQueue[Note | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._messages: dict[str, None] = {}
        """Each once, in the order they came."""
        self._fault: Exception | None = None
        """The first that a note met with since one was written."""
        self._number: int | None = None
        self._written: Begun | None = None

    def take(self, note: Note) -> None:
        """Have a note written; returns at once."""
        if self._thread is None:
            self._thread = Thread(target=self._write_all, name="log", daemon=True)
            self._thread.start()
        self._notes.put(note)

    def end(self) -> tuple[str, ...]:
        """Wait for the last note, though not for ever: what there is to tell about the log."""
        if self._thread is not None:
            self._notes.put(None)
            self._thread.join(FAREWELL)
            if self._thread.is_alive():
                self._tell("The disk is slow: how this session ended may be missing in the log.")
        if self._fault:
            why = self._fault if isinstance(self._fault, VoicecoachError) else repr(self._fault)
            self._tell(f"This session is not, or not to its end, in the log: {why}")
        return tuple(self._messages)

    def _tell(self, message: str) -> None:
        self._messages[message] = None

    def _write_all(self) -> None:
        note = self._newest()
        while note is not None:
            try:
                with self._open(self._tell) as book:
                    while note is not None:
                        self._write(book, note)
                        self._fault = None  # every note holds all there is to know
                        note = self._newest()
            except Exception as fault:  # noqa: BLE001 told at the end; whatever it is, the session goes on
                self._fault = self._fault or fault
                note = note and self._newest()  # which tries afresh

    def _newest(self) -> Note | None:
        """The last note that has come, waiting for one; None at the end, when all are written."""
        note = self._notes.get()
        while note is not None and not self._notes.empty():
            newer = self._notes.get()
            if newer is None:
                self._notes.put(None)
                break
            note = newer
        return note

    def _write(self, book: Book, note: Note) -> None:
        if self._number is None:
            self._begin(book, note)
        elif note.begun is not self._written:
            book.change(self._number, note.begun, note.at)
            self._written = note.begun
        if not book.note(self._number or 0, note.at, note.heard, note.how):
            self._begin(book, note)  # it was forgotten meanwhile, or put aside with the whole log
            book.note(self._number or 0, note.at, note.heard, note.how)

    def _begin(self, book: Book, note: Note) -> None:
        self._number, self._written = book.begin(note.begun), note.begun
