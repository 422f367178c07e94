"""Follows a session while it plays, and decides what of it the log is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from voicecoach.history.entry import Begun, How
from voicecoach.history.recorder import Note, Scribe
from voicecoach.history.session_log import Book
from voicecoach.player.transport import State, Transport
from voicecoach.units import RATE, Frames

__all__ = ["EVERY", "Recorder", "recording"]

EVERY = 2.0
"""Seconds between two notes of where it is; a pause, a jump and the end are noted at once."""
_LEAP = RATE
"""Frames: a longer way between two looks is a jump and was not heard. Looks come ten times a second."""


class Recorder:
    """A `Show` that gives notes to `take`, none before something was heard."""

    def __init__(self, begun: Begun, take: Callable[[Note], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._begun, self._take, self._clock = begun, take, clock
        self._at = begun.start
        self._state: State = "playing"
        self._heard = Frames(0)
        self._noted = clock()

    def show(self, heard: Transport) -> None:
        """Follow it, and note it often enough that little can be lost."""
        way, changed = heard.at - self._at, heard.landmarks.timeline is not self._begun.timeline
        if changed:  # "more time", another speed, something added
            self._begun = _changed(self._begun, heard)
        goes_on = 0 <= way <= _LEAP
        if goes_on:
            self._heard = Frames(self._heard + way)
        turned = changed or not goes_on or heard.state != self._state
        self._at, self._state = heard.at, heard.state
        if turned or self._clock() - self._noted >= EVERY:
            self._note(None)

    def end(self, how: How | None = None) -> None:
        """The last note. Without `how` the session ended by itself, or because the listener wanted it so."""
        whole = self._at >= self._begun.timeline.length
        self._note(how or ("finished" if whole else "stopped"))

    def _note(self, how: How | None) -> None:
        self._noted = self._clock()
        if self._heard:
            self._take(Note(self._begun, self._at, self._heard, how))


def _changed(begun: Begun, heard: Transport) -> Begun:
    """What is played now, and how it would be made anew."""
    added = [{**each.wish.kept, "first": each.first} for each in heard.queue if each.first is not None]
    choices = {**begun.choices, "speed": heard.speed}
    if added:
        choices["added"] = added
    return replace(begun, timeline=heard.landmarks.timeline, choices=choices)


@contextmanager
def recording(
    begun: Begun,
    tell: Callable[[str], None],
    book: Callable[[Callable[[str], None]], Book] = lambda told: Book(tell=told),
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Recorder]:
    """Log the session that plays inside; `tell` hears at the end what was wrong with the log, if anything.

    `book` opens the log, by default the user's own; it gets what to call with a message.
    """
    scribe = Scribe(book)
    recorder = Recorder(begun, scribe.take, clock)
    how: How | None = "interrupted"
    try:
        yield recorder
        how = None
    finally:
        recorder.end(how)
        for message in scribe.end():
            tell(message)
