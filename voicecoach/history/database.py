"""The database under the log: finds it, creates it, or sets a damaged one aside."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from voicecoach.errors import FileError

SCHEMA_VERSION = 1
"""Stored as the database's `user_version`; a newer program writes a higher one."""
COLUMNS = {
    "id": "INTEGER PRIMARY KEY AUTOINCREMENT",
    "routine": "TEXT NOT NULL",
    "title": "TEXT NOT NULL",
    "voice": "TEXT NOT NULL",
    "choices": "TEXT NOT NULL",  # JSON
    "started": "TEXT NOT NULL",  # ISO 8601, local time with its offset
    "length": "INTEGER NOT NULL",  # frames, like the next three
    "start": "INTEGER NOT NULL",
    "at": "INTEGER NOT NULL",
    "heard": "INTEGER NOT NULL",
    "how": "TEXT",  # its ending; NULL while it plays
    "resumes": "INTEGER",
    "timeline": "BLOB",  # NULL once it cannot be resumed
}
BUSY_TIMEOUT = 10.0
"""Seconds that a write waits for those of other players; each takes milliseconds."""

_DAMAGE_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_REASONS = {"damaged": "was damaged", "newer": "was written by a newer voicecoach"}


def log_file() -> Path:
    """The default place of the log."""
    import platformdirs  # 15 ms that only this path needs

    return Path(platformdirs.user_data_dir("voicecoach", appauthor=False)) / "sessions.db"


def open_database(path: Path, warn: Callable[[str], None]) -> sqlite3.Connection:
    """Open the database and create its table; set a damaged or newer one aside, and `warn` of it.

    Raises OSError and `sqlite3.Error` where the file cannot be read or written, `FileError` where setting it aside does
    not help.
    """
    for _ in range(3):
        inode = _create_private(path)
        database = sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None)
        problem = _check(database)
        if problem is None:
            database.row_factory = sqlite3.Row
            return database
        database.close()
        if path.stat().st_ino == inode:  # otherwise another player was faster
            aside = _set_aside(path, problem)
            warn(f"The log of sessions {_REASONS[problem]}: it is {aside} now, and a new one was begun.")
    raise FileError(f"{path}: the log of sessions cannot be created", "move what is there to another place")


def _create_private(path: Path) -> int:
    """Create the file for this user only, and return its inode; SQLite gives its side files the same mode.

    An existing file is not opened: closing it would release all locks of this process on it, SQLite's included (POSIX),
    and the next program to close the log would delete the write-ahead log that we still use.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        code = errno.EISDIR if path.is_dir() else 0 if os.access(path, os.R_OK | os.W_OK) else errno.EACCES
        if code:
            raise OSError(code, os.strerror(code), str(path)) from None
    return path.stat().st_ino


def _check(database: sqlite3.Connection) -> str | None:
    """Create the table where there is none; return what is wrong with the database, if anything."""
    try:
        with suppress(sqlite3.OperationalError):  # another player does the same at this moment
            database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        if database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            return "damaged"
        database.execute("BEGIN IMMEDIATE")
        problem = _ensure_table(database)
        database.execute("COMMIT")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGE_CODES:
            database.close()
            raise
        return "damaged"
    return problem


def _ensure_table(database: sqlite3.Connection) -> str | None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        return "newer"
    if not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        database.execute(f"CREATE TABLE session ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    found = [row[1] for row in database.execute("PRAGMA table_info(session)")]
    return None if found == [*COLUMNS] else "damaged"


def _set_aside(path: Path, problem: str) -> Path:
    """Rename the database and its side files to a free name."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.{problem}-{number}{path.suffix}")).exists():
        number += 1
    for ending in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{path}{ending}").rename(f"{aside}{ending}")
    path.rename(aside)
    return aside
