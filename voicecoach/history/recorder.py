"""Records a session while it plays.

The recorder decides what is worth a write; the log writer writes it in a thread of its own, since a disk may be slow,
full or gone, and playback must not wait for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from queue import SimpleQueue
from threading import Thread

from voicecoach.errors import VoicecoachError
from voicecoach.history.entry import Ending, LoggedSession
from voicecoach.history.session_log import SessionLog
from voicecoach.player.transport import PlaybackState, Transport
from voicecoach.units import SAMPLE_RATE, Frames

__all__ = ["CLOSE_TIMEOUT", "SNAPSHOT_INTERVAL", "LogSnapshot", "LogWriter", "Recorder", "recording"]

CLOSE_TIMEOUT = 3.0
"""Seconds that the end of a session waits for the last note to lie on the disk."""


@dataclass(frozen=True, slots=True)
class LogSnapshot:
    """All there is to know at one moment."""

    begun: LoggedSession
    at: Frames
    heard: Frames
    """Frames that have sounded."""
    ending: Ending | None = None


class LogWriter:
    """Of the notes that have come while it wrote, it writes the newest. `book` opens the log, at the first note."""

    def __init__(self, book: Callable[[Callable[[str], None]], SessionLog]) -> None:
        self._open = book
        self._notes: SimpleQueue[LogSnapshot | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._messages: dict[str, None] = {}
        """Each once, in the order they came."""
        self._fault: Exception | None = None
        """The first that a note met with since one was written."""
        self._number: int | None = None
        self._written: LoggedSession | None = None

    def take(self, note: LogSnapshot) -> None:
        """Have a note written; returns at once."""
        if self._thread is None:
            self._thread = Thread(target=self._write_all, name="log", daemon=True)
            self._thread.start()
        self._notes.put(note)

    def end(self) -> tuple[str, ...]:
        """Wait for the last note, though not for ever: what there is to tell about the log."""
        if self._thread is not None:
            self._notes.put(None)
            self._thread.join(CLOSE_TIMEOUT)
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

    def _newest(self) -> LogSnapshot | None:
        """The last note that has come, waiting for one; None at the end, when all are written."""
        note = self._notes.get()
        while note is not None and not self._notes.empty():
            newer = self._notes.get()
            if newer is None:
                self._notes.put(None)
                break
            note = newer
        return note

    def _write(self, book: SessionLog, note: LogSnapshot) -> None:
        if self._number is None:
            self._begin(book, note)
        elif note.begun is not self._written:
            book.replace(self._number, note.begun, note.at)
            self._written = note.begun
        if not book.update(self._number or 0, note.at, note.heard, note.ending):
            self._begin(book, note)  # it was forgotten meanwhile, or put aside with the whole log
            book.update(self._number or 0, note.at, note.heard, note.ending)

    def _begin(self, book: SessionLog, note: LogSnapshot) -> None:
        self._number, self._written = book.begin(note.begun), note.begun


SNAPSHOT_INTERVAL = 2.0
"""Seconds between two notes of where it is; a pause, a jump and the end are noted at once."""
_JUMP = SAMPLE_RATE
"""Frames: a longer way between two looks is a jump and was not heard. Looks come ten times a second."""


class Recorder:
    """A `Observer` that gives notes to `take`, none before something was heard."""

    def __init__(
        self, begun: LoggedSession, take: Callable[[LogSnapshot], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._begun, self._take, self._clock = begun, take, clock
        self._at = begun.start
        self._state: PlaybackState = "playing"
        self._heard = Frames(0)
        self._noted = clock()

    def observe(self, heard: Transport) -> None:
        """Follow it, and note it often enough that little can be lost."""
        way, changed = heard.at - self._at, heard.landmarks.timeline is not self._begun.timeline
        if changed:  # "more time", another speed, something added
            self._begun = _current_session(self._begun, heard)
        goes_on = 0 <= way <= _JUMP
        if goes_on:
            self._heard = Frames(self._heard + way)
        turned = changed or not goes_on or heard.state != self._state
        self._at, self._state = heard.at, heard.state
        if turned or self._clock() - self._noted >= SNAPSHOT_INTERVAL:
            self._note(None)

    def end(self, how: Ending | None = None) -> None:
        """The last note. Without `how` the session ended by itself, or because the listener wanted it so."""
        whole = self._at >= self._begun.timeline.length
        self._note(how or ("finished" if whole else "stopped"))

    def _note(self, how: Ending | None) -> None:
        self._noted = self._clock()
        if self._heard:
            self._take(LogSnapshot(self._begun, self._at, self._heard, how))


def _current_session(begun: LoggedSession, heard: Transport) -> LoggedSession:
    """What is played now, and how it would be made anew."""
    added = [{**each.wish.kept, "first": each.first} for each in heard.queue if each.first is not None]
    choices = {**begun.choices, "speed": heard.speed}
    if added:
        choices["added"] = added
    return replace(begun, timeline=heard.landmarks.timeline, choices=choices)


@contextmanager
def recording(
    begun: LoggedSession,
    tell: Callable[[str], None],
    book: Callable[[Callable[[str], None]], SessionLog] = lambda told: SessionLog(warn=told),
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Recorder]:
    """Log the session that plays inside; `tell` hears at the end what was wrong with the log, if anything.

    `book` opens the log, by default the user's own; it gets what to call with a message.
    """
    scribe = LogWriter(book)
    recorder = Recorder(begun, scribe.take, clock)
    how: Ending | None = "interrupted"
    try:
        yield recorder
        how = None
    finally:
        recorder.end(how)
        for message in scribe.end():
            tell(message)
