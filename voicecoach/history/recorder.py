"""Records a session in the log while it plays.

The recorder decides what is worth writing. The log writer has a thread of its own, since a disk may be slow, full or
gone, and playback must not wait for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from queue import SimpleQueue
from threading import Thread
from typing import TypeAlias

from voicecoach.errors import ExternalError, VoicecoachError
from voicecoach.history.entry import Ending, LoggedSession
from voicecoach.history.session_log import SessionLog
from voicecoach.player.transport import PlaybackState, Transport
from voicecoach.units import SAMPLE_RATE, Frames
from voicecoach.worker import start_thread

SNAPSHOT_INTERVAL = 2.0
"""Seconds between two snapshots; a pause, a jump, a change and the end are written at once."""
CLOSE_TIMEOUT = 3.0
"""Seconds that the end of a session waits until its last snapshot is on the disk."""
_MAX_STEP = SAMPLE_RATE
"""Frames; a larger step was a jump, and not heard. The player reports its position ten times a second."""

LogOpener: TypeAlias = Callable[[Callable[[str], None]], SessionLog]
"""Opens the log; its argument receives warnings about it."""


@contextmanager
def recording(
    session: LoggedSession,
    warn: Callable[[str], None],
    open_log: LogOpener = lambda warn: SessionLog(warn=warn),
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Recorder]:
    """Log the session that plays inside the block; at its end, `warn` of anything that was wrong with the log.

    `open_log` opens the user's own log by default.
    """
    writer = LogWriter(open_log)
    recorder = Recorder(session, writer.write, clock)
    ending: Ending | None = "interrupted"
    try:
        yield recorder
        ending = None
    finally:
        recorder.end(ending)
        for message in writer.close():
            warn(message)


@dataclass(frozen=True, slots=True)
class LogSnapshot:
    """Everything that the log stores of a session at one moment."""

    session: LoggedSession
    at: Frames
    heard: Frames
    ending: Ending | None = None


class Recorder:
    """An `Observer` that passes snapshots to `write`, from the moment when something was heard."""

    def __init__(
        self, session: LoggedSession, write: Callable[[LogSnapshot], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._session, self._write, self._clock = session, write, clock
        self._at = session.start
        self._state: PlaybackState = "playing"
        self._heard = Frames(0)
        self._written_at = clock()

    def observe(self, transport: Transport) -> None:
        """Follow the session, and write often enough that little can be lost."""
        step, timeline = transport.at - self._at, transport.timeline
        changed = timeline is not self._session.timeline  # "more time", another speed, something added
        if changed:
            self._session = _current_session(self._session, transport)
        jumped = not 0 <= step <= _MAX_STEP
        if not jumped:
            self._heard = Frames(self._heard + step)
        urgent = changed or jumped or transport.state != self._state
        self._at, self._state = transport.at, transport.state
        if urgent or self._clock() - self._written_at >= SNAPSHOT_INTERVAL:
            self._take_snapshot()

    def end(self, ending: Ending | None = None) -> None:
        """Write the last snapshot; without `ending` the session was finished, or stopped by the listener."""
        finished = self._at >= self._session.timeline.length
        self._take_snapshot(ending or ("finished" if finished else "stopped"))

    def _take_snapshot(self, ending: Ending | None = None) -> None:
        self._written_at = self._clock()
        if self._heard:
            self._write(LogSnapshot(self._session, self._at, self._heard, ending))


def _current_session(session: LoggedSession, transport: Transport) -> LoggedSession:
    """The session as it is played now, with the choices that would make it again."""
    added = [{**each.recipe, "first": each.first_move} for each in transport.queue if each.first_move is not None]
    choices = {**session.choices, "speed": transport.speed}
    if added:
        choices["added"] = added
    return replace(session, timeline=transport.timeline, choices=choices)


class LogWriter:
    """Writes the newest snapshot in a thread of its own; those that came while it wrote are dropped."""

    def __init__(self, open_log: LogOpener) -> None:
        self._open_log = open_log
        self._snapshots: SimpleQueue[LogSnapshot | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._messages: dict[str, None] = {}
        """Distinct, in the order in which they came."""
        self._error: Exception | None = None
        """The first since the last successful write."""
        self._number: int | None = None
        self._stored: LoggedSession | None = None

    def write(self, snapshot: LogSnapshot) -> None:
        """Have a snapshot written; returns at once. The first one opens the log."""
        if self._thread is None:
            try:
                self._thread = start_thread(self._run, "log")
            except ExternalError as error:
                self._error = error
                return
        self._snapshots.put(snapshot)

    def close(self) -> tuple[str, ...]:
        """Wait for the last write, up to `CLOSE_TIMEOUT`, and return messages for the user."""
        if self._thread is not None:
            self._snapshots.put(None)
            self._thread.join(CLOSE_TIMEOUT)
            if self._thread.is_alive():
                self._warn("The disk is slow: the end of this session may be missing from the log.")
        if self._error:
            reason = self._error if isinstance(self._error, VoicecoachError) else repr(self._error)
            self._warn(f"This session, or the end of it, is missing from the log: {reason}")
        return tuple(self._messages)

    def _warn(self, message: str) -> None:
        self._messages[message] = None

    def _run(self) -> None:
        snapshot = self._newest()
        while snapshot is not None:
            try:
                with self._open_log(self._warn) as log:
                    while snapshot is not None:
                        self._store(log, snapshot)
                        self._error = None  # every snapshot is complete
                        snapshot = self._newest()
            except Exception as error:  # noqa: BLE001 reported at the end; the session plays on whatever it is
                self._error = self._error or error
                snapshot = snapshot and self._newest()  # the next one opens the log again

    def _newest(self) -> LogSnapshot | None:
        """Wait for a snapshot, and return the newest; None once all are written and the writer is closing."""
        snapshot = self._snapshots.get()
        while snapshot is not None and not self._snapshots.empty():
            newer = self._snapshots.get()
            if newer is None:
                self._snapshots.put(None)
                break
            snapshot = newer
        return snapshot

    def _store(self, log: SessionLog, snapshot: LogSnapshot) -> None:
        if not self._update(log, snapshot):  # new, or erased meanwhile, or set aside together with the log
            self._number, self._stored = log.begin(snapshot.session), snapshot.session
            self._update(log, snapshot)

    def _update(self, log: SessionLog, snapshot: LogSnapshot) -> bool:
        """Whether the session has an entry, which is up to date now."""
        if self._number is None:
            return False
        if snapshot.session is not self._stored:
            log.replace(self._number, snapshot.session, snapshot.at)
            self._stored = snapshot.session
        return log.update(self._number, snapshot.at, snapshot.heard, snapshot.ending)
