"""Rows of the log as the database holds them. A damaged row is left out, and stays where it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from voicecoach.history.entry import Ending, LogEntry
from voicecoach.records import parse_json, read_mapping, read_value
from voicecoach.units import DAY, Frames, frames, ms

_DAMAGED_ROW_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_TOOBIG)
_MAX_POSITION = 100 * frames(DAY)
_MAX_CHOICES = 1_000_000
"""Characters of JSON."""


class DamagedRow(ValueError):
    """A row that cannot have been written by us."""


@dataclass(frozen=True, slots=True)
class LogRow:
    """The values of a row, each of its type, and positions that make sense."""

    id: int
    routine: str
    title: str
    voice: str
    choices: str
    started: str
    length: Frames
    start: Frames
    at: Frames
    heard: Frames
    how: Literal["finished", "stopped", "interrupted", "resumed"] | None
    resumes: int | None
    timeline: bytes | None

    def __post_init__(self) -> None:
        for name in ("length", "start", "at", "heard"):
            if not 0 <= getattr(self, name) <= _MAX_POSITION:
                raise DamagedRow(f"{name}: outside any session: {getattr(self, name)}")

    def entry(self, *, playing: bool) -> LogEntry:
        """The row as an entry; `playing` is whether a player plays it. Raises DamagedRow."""
        ending: Ending = self.how or ("playing" if playing else "killed")
        return LogEntry(
            id=self.id,
            routine=self.routine,
            title=self.title,
            voice=self.voice,
            choices=_read_choices(self.choices),
            started=_read_time(self.started),
            length=ms(self.length),
            start=ms(self.start),
            at=ms(self.at),
            heard=ms(self.heard),
            ending=ending,
            resumes=self.resumes,
        )


def read_row(database: sqlite3.Connection, number: int) -> LogRow | None:
    """The row of that number, if it is there. Raises DamagedRow, and `sqlite3.Error` if the database fails."""
    try:
        row = database.execute("SELECT * FROM session WHERE id = ?", (number,)).fetchone()
        read: LogRow | None = read_mapping(LogRow, dict(row)) if row else None
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED_ROW_CODES:
            raise
        raise DamagedRow(str(error)) from error
    except ValueError as error:
        raise DamagedRow(str(error)) from error
    return read


def leave_out(database: sqlite3.Connection, number: int, part: Literal["row", "timeline"], reason: str) -> None:
    """Note what is damaged of a session; it is not read again, and nothing of it is changed."""
    database.execute("INSERT INTO damaged (id, part, reason) VALUES (?, ?, ?)", (number, part, reason))


def _read_choices(text: str) -> Mapping[str, Any]:
    try:
        if len(text) > _MAX_CHOICES:
            raise ValueError(f"{len(text):,} characters")
        choices: Mapping[str, Any] = read_value(Mapping[str, Any], parse_json(text))
    except ValueError as error:
        raise DamagedRow(f"choices: {error}") from error
    return choices


def _read_time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise DamagedRow(f"started: {error}") from error
    if time.tzinfo is None:
        raise DamagedRow(f"started: a time without its offset: {text}")
    return time
