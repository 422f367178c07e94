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
from voicecoach.history.database import log_file, open_database
from voicecoach.history.entry import Ending, LogEntry, LoggedSession, UnfinishedSession
from voicecoach.history.session_locks import SessionLocks
from voicecoach.history.timeline_codec import UnreadableTimeline, decode_timeline, encode_timeline
from voicecoach.units import Frames, ms

MAX_RESUMABLE = 10
"""The number of unfinished sessions that keep their timeline, which takes about 20 kB."""


def local_now() -> datetime:
    """The local time, with its offset from UTC."""
    return datetime.now().astimezone()


class SessionLog:
    """The open log at `path`; use it as a context, and only in the thread that opened it.

    `warn` receives a message when a database was set aside for a new one. All methods raise `FileError` where the file
    cannot be read or written (a full disk, a folder without write access), and can be called again.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        clock: Callable[[], datetime] = local_now,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._path, self._clock = path or log_file(), clock
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
            "routine": session.routine,
            "voice": session.voice,
            "started": self._clock().isoformat(timespec="seconds"),
            "start": session.start,
            "at": session.start,
            "heard": 0,
            "resumes": session.resumes,
        }
        marks = ", ".join(f":{name}" for name in values)
        with self._file_errors(), self._transaction():
            self._database.execute("UPDATE session SET how = 'resumed' WHERE id = ?", (session.resumes,))
            inserted = self._database.execute(f"INSERT INTO session ({', '.join(values)}) VALUES ({marks})", values)
            number = inserted.lastrowid or 0
            self._locks.claim(number)  # before another player can see it
            self._database.execute(
                "UPDATE session SET timeline = NULL WHERE timeline IS NOT NULL AND (how = 'resumed' OR id NOT IN"
                " (SELECT id FROM session WHERE timeline IS NOT NULL ORDER BY id DESC LIMIT ?))",
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
        settings = ", ".join(f"{name} = :{name}" for name in values)
        with self._file_errors():
            self._database.execute(f"UPDATE session SET {settings} WHERE id = :id", {**values, "id": number})

    def entries(self) -> tuple[LogEntry, ...]:
        """All entries, newest first."""
        with self._file_errors():
            return tuple(map(self._entry, self._database.execute("SELECT * FROM session ORDER BY id DESC")))

    def unfinished(self) -> UnfinishedSession | None:
        """Claim the last session that was not heard to its end, and that no other player plays or has claimed.

        The claim lasts until the log is closed or the process ends. Sessions are skipped whose timeline was dropped, or
        was stored by a newer version.
        """
        with self._file_errors():
            rows = [*self._database.execute("SELECT * FROM session WHERE timeline IS NOT NULL ORDER BY id DESC")]
        for row in rows:
            with suppress(UnreadableTimeline):
                timeline = decode_timeline(row["timeline"])
                if 0 <= row["at"] < timeline.length and self._locks.claim(row["id"]):
                    return UnfinishedSession(entry=self._entry(row), timeline=timeline, at=Frames(row["at"]))
        return None

    def forget(self, numbers: tuple[int, ...] = (), *, before: date | None = None, every: bool = False) -> int:
        """Erase entries by number, by the day on which they began, or all; return how many."""
        with self._file_errors():
            self._database.execute("PRAGMA secure_delete = ON")
            with self._transaction():
                erased = [
                    (entry.id,)
                    for entry in self.entries()
                    if every or entry.id in numbers or (before is not None and entry.started.date() < before)
                ]
                self._database.executemany("DELETE FROM session WHERE id = ?", erased)
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(erased)

    def _entry(self, row: sqlite3.Row) -> LogEntry:
        return LogEntry(
            id=row["id"],
            routine=row["routine"],
            title=row["title"],
            voice=row["voice"],
            choices=json.loads(row["choices"]),
            started=datetime.fromisoformat(row["started"]),
            length=ms(row["length"]),
            start=ms(row["start"]),
            at=ms(row["at"]),
            heard=ms(row["heard"]),
            ending=row["how"] or ("playing" if self._locks.held_elsewhere(row["id"]) else "killed"),
            resumes=row["resumes"],
        )

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
            raise FileError(f"{self._path}: {error}", "the log of sessions needs a disk with room") from error
        except OSError as error:
            raise FileError.of(self._path, error, "the log of sessions needs a folder of its own") from error


def _columns(session: LoggedSession) -> dict[str, Any]:
    return {
        "title": session.timeline.title,
        "choices": json.dumps(dict(session.choices), ensure_ascii=False),
        "length": session.timeline.length,
        "timeline": encode_timeline(session.timeline),
    }
