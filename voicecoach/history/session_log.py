"""The log of sessions: rows in an SQLite database in the user's data folder.

It survives a crash of the player and of the machine (WAL, `synchronous=FULL`), and any number of players may share it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from voicecoach.errors import FileError
from voicecoach.history.database import encode_text, log_file, open_database
from voicecoach.history.entry import Ending, LogEntry, LoggedSession, UnfinishedSession
from voicecoach.history.log_row import DamagedRow, LogRow, leave_out, read_row
from voicecoach.history.session_locks import SessionLocks
from voicecoach.history.timeline_codec import NewerTimeline, UnreadableTimeline, decode_timeline, encode_timeline
from voicecoach.units import Frames

MAX_RESUMABLE = 10
"""The number of unfinished sessions that keep their timeline, which takes about 20 kB."""

_WHOLE_ROW = "id NOT IN (SELECT id FROM damaged WHERE part = 'row')"
_WHOLE_TIMELINE = "timeline IS NOT NULL AND id NOT IN (SELECT id FROM damaged)"


def local_now() -> datetime:
    """The local time, with its offset from UTC."""
    return datetime.now().astimezone()


class SessionLog:
    """The open log at `path`; use it as a context, and only in the thread that opened it.

    `warn` receives a message when a database was set aside for a new one, or a row is damaged. All methods raise
    `FileError` where the file cannot be read or written (a full disk, a folder without write access), and can be called
    again.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        clock: Callable[[], datetime] = local_now,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._path, self._clock, self._warn = path or log_file(), clock, warn
        with self._file_errors():
            self._database = open_database(self._path, warn)
            self._locks = SessionLocks(self._path.absolute().with_suffix(".lock"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(sqlite3.Error):  # an unfinished clean-up is left to the next program that opens the log
            self._database.close()
        if kind is None:  # after an error the player opens the log again, and plays on meanwhile
            self._locks.close()

    def begin(self, session: LoggedSession) -> int:
        """Add an entry for a session that we play, and mark the one that it resumes; return its number."""
        values = {
            **_columns(session),
            "routine": encode_text(session.routine),
            "voice": encode_text(session.voice),
            "started": self._clock().isoformat(timespec="seconds"),
            "start": session.start,
            "at": session.start,
            "heard": 0,
            "resumes": session.resumes,
        }
        marks = ", ".join(map(_mark, values))
        with self._file_errors(), self._transaction():
            self._database.execute("UPDATE session SET how = 'resumed' WHERE id = ?", (session.resumes,))
            inserted = self._database.execute(f"INSERT INTO session ({', '.join(values)}) VALUES ({marks})", values)
            number = inserted.lastrowid or 0
            self._locks.claim(number)  # before another player can see it
            self._database.execute(
                f"UPDATE session SET timeline = NULL WHERE {_WHOLE_TIMELINE} AND (how = 'resumed' OR id NOT IN"
                f" (SELECT id FROM session WHERE {_WHOLE_TIMELINE} ORDER BY id DESC LIMIT ?))",
                (MAX_RESUMABLE,),
            )
        return number

    def update(self, number: int, at: Frames, heard: Frames, ending: Ending | None = None) -> bool:
        """Store a session's position, the frames heard and, at last, its ending.

        Returns False where there is no such entry: the user may have removed it meanwhile.
        """
        self._locks.claim(number)
        with self._file_errors():
            updated = self._database.execute(
                "UPDATE session SET at = :at, heard = :heard, how = :how,"
                " timeline = CASE WHEN :how IS 'finished' THEN NULL ELSE timeline END WHERE id = :id",
                {"at": at, "heard": heard, "how": ending, "id": number},
            )
        return bool(updated.rowcount)

    def replace(self, number: int, session: LoggedSession, at: Frames) -> None:
        """Store the new timeline of a session that changed while it plays; `at` is the position in it."""
        values = {**_columns(session), "at": at}
        settings = ", ".join(f"{name} = {_mark(name)}" for name in values)
        with self._file_errors():
            self._database.execute(f"UPDATE session SET {settings} WHERE id = :id", {**values, "id": number})

    def entries(self) -> tuple[LogEntry, ...]:
        """All entries, newest first. Warns of damaged ones, and leaves them out from now on."""
        with self._file_errors():
            numbers = self._numbers()
            rows = [row for row in map(self._read, numbers) if row is not None]
        return tuple(entry for _, entry in rows)

    def damaged(self) -> frozenset[int]:
        """The numbers of the entries that are left out."""
        with self._file_errors():
            return frozenset(
                number for (number,) in self._database.execute("SELECT id FROM damaged WHERE part = 'row'")
            )

    def unfinished(self) -> UnfinishedSession | None:
        """Claim the last session that was not heard to its end, and that no other player plays or has claimed.

        The claim lasts until the log is closed or the process ends. Sessions are skipped whose timeline was dropped,
        was stored by a newer version or, with a warning, is damaged.
        """
        with self._file_errors():
            for number in self._numbers(_WHOLE_TIMELINE):
                found = self._read(number)
                if found is not None and (unfinished := self._resumable(*found)):
                    return unfinished
        return None

    def forget(self, numbers: tuple[int, ...] = (), *, before: date | None = None, every: bool = False) -> int:
        """Erase entries by number, by the day on which they began, or all; return how many."""
        with self._file_errors():
            self._database.execute("PRAGMA secure_delete = ON")
            with self._transaction():
                erased = {
                    entry.id
                    for entry in self.entries()
                    if every or entry.id in numbers or (before is not None and entry.started.date() < before)
                }
                erased |= {number for number in self.damaged() if every or number in numbers}
                for table in ("session", "damaged"):
                    self._database.executemany(f"DELETE FROM {table} WHERE id = ?", [(number,) for number in erased])
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(erased)

    def _numbers(self, condition: str = _WHOLE_ROW) -> list[int]:
        """The numbers of rows that are not known to be damaged, newest first."""
        query = f"SELECT id FROM session WHERE {condition} ORDER BY id DESC"
        return [number for (number,) in self._database.execute(query)]

    def _read(self, number: int) -> tuple[LogRow, LogEntry] | None:
        """Read a row; None if it is damaged, or another program has removed it."""
        try:
            row = read_row(self._database, number)
            if row is None:
                return None
            return row, row.entry(playing=row.how is None and self._locks.held_elsewhere(number))
        except DamagedRow as error:
            leave_out(self._database, number, "row", str(error))
            self._warn(
                f"Session {number} in the log is damaged ({error}) and left out. It is kept in {self._path}, "
                f"until `voicecoach history forget {number}` removes it."
            )
            return None

    def _resumable(self, row: LogRow, entry: LogEntry) -> UnfinishedSession | None:
        assert row.timeline is not None
        try:
            timeline = decode_timeline(row.timeline)
        except NewerTimeline:
            return None
        except UnreadableTimeline as error:
            leave_out(self._database, row.id, "timeline", str(error))
            self._warn(f"Session {row.id} cannot be resumed: its timeline is damaged ({error}). The log keeps both.")
            return None
        if row.at < timeline.length and self._locks.claim(row.id):
            return UnfinishedSession(entry=entry, timeline=timeline, at=row.at)
        return None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        finally:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")

    @contextmanager
    def _file_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            busy = getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            hint = (
                "another program is using the log of sessions" if busy else "the log of sessions needs a disk with room"
            )
            raise FileError(f"{self._path}: {error}", hint) from error
        except OSError as error:
            path = error.filename or self._path
            raise FileError.of(path, error, "the log of sessions needs a folder of its own") from error


def _columns(session: LoggedSession) -> dict[str, Any]:
    return {
        "title": encode_text(session.timeline.title),
        "choices": json.dumps(dict(session.choices)),  # ASCII, which has every text
        "length": session.timeline.length,
        "timeline": encode_timeline(session.timeline),
    }


def _mark(column: str) -> str:
    """The mark of a value in SQL: texts may hold bytes that are not UTF-8, those of file names."""
    return f"CAST(:{column} AS TEXT)" if column in ("routine", "title", "voice") else f":{column}"
