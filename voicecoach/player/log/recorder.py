"""Follows a session while it plays, and has the log written beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from voicecoach.player.log.book import Book
from voicecoach.player.log.entry import Begun, How
from voicecoach.player.log.scribe import Note, Scribe
from voicecoach.player.transport import Transport
from voicecoach.timeline import Timeline
from voicecoach.units import RATE, Frames

__all__ = ["EVERY", "Recorder", "recording"]

EVERY = 2.0
"""Seconds between two notes of where it is; a pause, a jump and the end are noted at once."""
_LEAP = RATE
"""Frames: a longer way between two looks is a jump and was not heard. Looks come ten times a second."""


class Recorder:
    """A `Show` that logs. Nothing is opened, and no thread begun, before something was heard."""

    def __init__(self, begun: Begun, scribe: Scribe, clock: Callable[[], float] = time.monotonic) -> None:
        self._begun, self._scribe, self._clock = begun, scribe, clock
        self._at, self._state = begun.start, "playing"
        self._heard = Frames(0)
        self._noted = clock()

    def show(self, heard: Transport) -> None:
        """Follow it; often enough noted that little is lost."""
        way = heard.at - self._at
        turned = self._other(heard.landmarks.timeline) or heard.state != self._state or not 0 <= way <= _LEAP
        if 0 <= way <= _LEAP:
            self._heard = Frames(self._heard + way)
        self._at, self._state = heard.at, heard.state
        if turned or self._clock() - self._noted >= EVERY:
            self._note(None)

    def end(self, how: How | None = None) -> tuple[str, ...]:
        """The last note; gives what there is to tell the listener about the log.

        Without `how` it ended by itself, or because the listener wanted it so.
        """
        whole = self._at >= self._begun.timeline.length
        self._note(how or ("finished" if whole else "stopped"))
        return self._scribe.end()

    def _other(self, timeline: Timeline) -> bool:
        """Whether the session is another one now: "more time", another speed."""
        changed = timeline is not self._begun.timeline
        if changed:
            self._begun = replace(self._begun, timeline=timeline)
        return changed

    def _note(self, how: How | None) -> None:
        self._noted = self._clock()
        if self._heard:
            self._scribe.take(Note(self._begun, self._at, self._heard, how))


@contextmanager
def recording(
    begun: Begun, tell: Callable[[str], None], book: Callable[[Callable[[str], None]], Book] | None = None
) -> Iterator[Recorder]:
    """Log the session that plays inside; `tell` hears at the end what was wrong with the log, if anything.

    `book` opens the log, by default the user's own; it gets what to call with a message.
    """
    recorder = Recorder(begun, Scribe(book or (lambda told: Book(tell=told))))
    how: How | None = "interrupted"
    try:
        yield recorder
        how = None
    finally:
        for message in recorder.end(how):
            tell(message)
