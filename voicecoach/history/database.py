"""The database under the log: finds it, creates it, or sets a damaged one aside."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from voicecoach.errors import FileError

__all__ = ["BUSY_TIMEOUT", "COLUMNS", "SCHEMA_VERSION", "log_file", "open_database"]

SCHEMA_VERSION = 1
"""Of the table, in the database's `user_version`. A higher one is a newer program's."""
COLUMNS = {
    "id": "INTEGER PRIMARY KEY AUTOINCREMENT",
    "routine": "TEXT NOT NULL",
    "title": "TEXT NOT NULL",
    "voice": "TEXT NOT NULL",
    "choices": "TEXT NOT NULL",  # JSON
    "started": "TEXT NOT NULL",  # ISO 8601, local time with its offset
    "length": "INTEGER NOT NULL",  # frames, like the three that follow
    "start": "INTEGER NOT NULL",
    "at": "INTEGER NOT NULL",
    "heard": "INTEGER NOT NULL",
    "how": "TEXT",  # NULL until it has ended
    "resumes": "INTEGER",
    "timeline": "BLOB",  # NULL where nothing is left to go on with
}
BUSY_TIMEOUT = 10.0
"""Seconds that a write waits for those of other players; each takes milliseconds."""

_DAMAGE_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_REASONS = {"damaged": "was damaged", "newer": "was written by a newer voicecoach"}


def log_file() -> Path:
    """Where the log lies unless somebody says otherwise."""
    import platformdirs  # 15 ms that only this path needs

    return Path(platformdirs.user_data_dir("voicecoach", appauthor=False)) / "sessions.db"


def open_database(path: Path, tell: Callable[[str], None]) -> sqlite3.Connection:
    """The database, sound and with its table. What is damaged or newer is put aside, and `tell` hears of it.

    Raises OSError and `sqlite3.Error` where the file cannot be had, `FileError` where it will not be put right.
    """
    for _ in range(3):
        inode = _create_private(path)
        base = sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None)
        why = _check(base)
        if why is None:
            base.row_factory = sqlite3.Row
            return base
        base.close()
        if path.stat().st_ino == inode:  # else another player was quicker
            tell(f"The log of sessions {_REASONS[why]}: it is {_set_aside(path, why)} now, and a new one was begun.")
    raise FileError(f"{path}: the log of sessions cannot be made", "move what lies there away")


def _create_private(path: Path) -> int:
    """Make the file for nobody else to read; SQLite gives its side files the same rights. Gives its inode.

    One that is there is not opened: closing it would end every lock that this process, and so SQLite, has on it
    (POSIX), and the next program to close the log would take the write-ahead log away from under us.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        why = errno.EISDIR if path.is_dir() else 0 if os.access(path, os.R_OK | os.W_OK) else errno.EACCES
        if why:
            raise OSError(why, os.strerror(why), str(path)) from None
    return path.stat().st_ino


def _check(base: sqlite3.Connection) -> str | None:
    """Make the table where there is none: what is wrong with the database, if anything."""
    try:
        with suppress(sqlite3.OperationalError):  # another player is just doing the same
            base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = FULL")
        if base.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            return "damaged"
        base.execute("BEGIN IMMEDIATE")
        why = _ensure_table(base)
        base.execute("COMMIT")
    except sqlite3.Error as fault:
        if getattr(fault, "sqlite_errorcode", 0) & 0xFF not in _DAMAGE_CODES:
            base.close()
            raise
        why = "damaged"
    return why


def _ensure_table(base: sqlite3.Connection) -> str | None:
    (version,) = base.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        return "newer"
    if not base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        base.execute(f"CREATE TABLE session ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
        base.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    found = [row[1] for row in base.execute("PRAGMA table_info(session)")]
    return None if found == [*COLUMNS] else "damaged"


def _set_aside(path: Path, why: str) -> Path:
    """Rename it with its side files, under a name that is free."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.{why}-{number}{path.suffix}")).exists():
        number += 1
    for ending in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{path}{ending}").rename(f"{aside}{ending}")
    path.rename(aside)
    return aside
