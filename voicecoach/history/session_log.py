"""The log of sessions: rows in an SQLite database in the user's data folder.

Safe against a crash of the player and of the machine (WAL, `synchronous=FULL`), and shared by any number of players.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from voicecoach.errors import FileError
from voicecoach.history.database import log_file, open_database
from voicecoach.history.entry import Ending, LogEntry, LoggedSession, UnfinishedSession
from voicecoach.history.session_locks import SessionLocks
from voicecoach.history.timeline_codec import UnreadableTimeline, decode_timeline, encode_timeline
from voicecoach.units import Frames, ms

__all__ = ["MAX_RESUMABLE", "SessionLog", "local_now"]

MAX_RESUMABLE = 10
"""So many unfinished sessions keep their timeline, the last ones: about 20 kB each."""


def local_now() -> datetime:
    """The time on the wall, with its offset from UTC."""
    return datetime.now().astimezone()


class SessionLog:
    """The log in `path`, open; a context that closes it. To be used by the thread that made it.

    `warn` hears when a database was put aside for a new one. Everything raises `FileError` where the file cannot be
    read or written (a full disk, a folder that is not ours), and may be tried again.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        clock: Callable[[], datetime] = local_now,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._path, self._clock = path or log_file(), clock
        with self._told():
            self._base = open_database(self._path, warn)
            self._presence = SessionLocks(self._path.absolute().with_suffix(".lock"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        with suppress(sqlite3.Error):  # it could not clear up behind itself; the next one will
            self._base.close()
        if kind is None:  # after a fault who plays opens it again, and plays all the while
            self._presence.close()

    def begin(self, begun: LoggedSession) -> int:
        """A new entry, played by us: its number. The one that it goes on with is marked so in the same step."""
        values = {
            "routine": begun.routine,
            "title": begun.timeline.title,
            "voice": begun.voice,
            "choices": json.dumps(dict(begun.choices), ensure_ascii=False),
            "started": self._clock().isoformat(timespec="seconds"),
            "length": begun.timeline.length,
            "start": begun.start,
            "at": begun.start,
            "heard": 0,
            "resumes": begun.resumes,
            "timeline": encode_timeline(begun.timeline),
        }
        marks = ", ".join(f":{name}" for name in values)
        with self._told(), self._at_once():
            self._base.execute("UPDATE session SET how = 'resumed' WHERE id = ?", (begun.resumes,))
            made = self._base.execute(f"INSERT INTO session ({', '.join(values)}) VALUES ({marks})", values)
            number = made.lastrowid or 0
            self._presence.claim(number)  # before another player can see it
            self._base.execute(
                "UPDATE session SET timeline = NULL WHERE timeline IS NOT NULL AND (how = 'resumed' OR id NOT IN"
                " (SELECT id FROM session WHERE timeline IS NOT NULL ORDER BY id DESC LIMIT ?))",
                (MAX_RESUMABLE,),
            )
        return number

    def update(self, number: int, at: Frames, heard: Frames, how: Ending | None = None) -> bool:
        """Where a session is, how many of its frames have sounded and, at last, how it ended.

        Gives whether there is such an entry: somebody may have had it forgotten.
        """
        self._presence.claim(number)
        with self._told():
            done = self._base.execute(
                "UPDATE session SET at = :at, heard = :heard, how = :how,"
                " timeline = CASE WHEN :how IS 'finished' THEN NULL ELSE timeline END WHERE id = :id",
                {"at": at, "heard": heard, "how": how, "id": number},
            )
        return bool(done.rowcount)

    def replace(self, number: int, begun: LoggedSession, at: Frames) -> None:
        """A session was changed while it plays: from now on its places are those of another timeline."""
        values = {
            "id": number,
            "title": begun.timeline.title,
            "choices": json.dumps(dict(begun.choices), ensure_ascii=False),
            "timeline": encode_timeline(begun.timeline),
            "length": begun.timeline.length,
            "at": at,
        }
        with self._told():
            self._base.execute(
                "UPDATE session SET title = :title, choices = :choices, timeline = :timeline, length = :length,"
                " at = :at WHERE id = :id",
                values,
            )

    def entries(self) -> tuple[LogEntry, ...]:
        """All of them, the newest first."""
        with self._told():
            return tuple(map(self._entry, self._base.execute("SELECT * FROM session ORDER BY id DESC").fetchall()))

    def unfinished(self) -> UnfinishedSession | None:
        """The last session that was not heard to its end, and that no other player is at, nor has taken from here.

        It is taken until the book is closed, or the process ends. Passed over are those whose timeline is not kept any
        more, or only in the format of another version.
        """
        with self._told():
            rows = self._base.execute("SELECT * FROM session WHERE timeline IS NOT NULL ORDER BY id DESC").fetchall()
        for row in rows:
            with suppress(UnreadableTimeline):
                timeline = decode_timeline(row["timeline"])
                if 0 <= row["at"] < timeline.length and self._presence.claim(row["id"]):
                    return UnfinishedSession(entry=self._entry(row), timeline=timeline, at=Frames(row["at"]))
        return None

    def forget(self, numbers: tuple[int, ...] = (), *, before: date | None = None, every: bool = False) -> int:
        """Remove entries, by number, by the day on which they began, or all: how many went, without a trace."""
        with self._told():
            self._base.execute("PRAGMA secure_delete = ON")
            with self._at_once():
                gone = [
                    (entry.id,)
                    for entry in self.entries()
                    if every or entry.id in numbers or (before is not None and entry.started.date() < before)
                ]
                self._base.executemany("DELETE FROM session WHERE id = ?", gone)
            self._base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(gone)

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
            ending=row["how"] or ("playing" if self._presence.claimed(row["id"]) else "killed"),
            resumes=row["resumes"],
        )

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """All of it or nothing, with nobody writing in between."""
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._base.execute("COMMIT")
        finally:
            if self._base.in_transaction:
                self._base.execute("ROLLBACK")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as fault:
            raise FileError(f"{self._path}: {fault}", "the log of sessions needs a disk with room") from fault
        except OSError as fault:
            raise FileError.of(self._path, fault, "the log of sessions needs a folder of its own") from fault
