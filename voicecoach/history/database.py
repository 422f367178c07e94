"""The database under the log: finds it, creates it, or sets a damaged one aside."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from voicecoach.errors import FileError
from voicecoach.files import check_regular, make_private_folder

_HALF_OF_A_PAIR = re.compile("[\ud800-\udc7f\udd00-\udfff]")
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
_TABLES = {
    "session": COLUMNS,
    # What is damaged of which session, and why: its whole `row`, or only its `timeline`.
    "damaged": {"id": "INTEGER NOT NULL", "part": "TEXT NOT NULL", "reason": "TEXT NOT NULL"},
}
_MAX_VALUE = 10_000_000
"""Bytes; the largest is a timeline of about one million."""
BUSY_TIMEOUT = 10.0
"""Seconds that a write waits for those of other players; each takes milliseconds."""

_DAMAGE_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
"""The last one is "unsupported file format": our statements have no errors."""
_WRITE_VERSION, _WAL_VERSION = 18, 2
"""Place of a byte in the database's header, and its highest value: SQLite writes to no file with a higher one."""
_SIDE_FILES = ("-wal", "-shm", "-journal")
_MAX_MESSAGES = 100
_CHECKED_LATER = re.compile(r"ok$|(NULL|TEXT|NUMERIC|non-\w+) value in session\.")
"""Damage of a single row, which is found when it is read."""
_REASONS = {"damaged": "was damaged", "newer": "was written by a newer voicecoach"}


def log_file() -> Path:
    """The default place of the log."""
    import platformdirs  # 15 ms that only this path needs

    return Path(platformdirs.user_data_dir("voicecoach", appauthor=False)) / "sessions.db"


def open_database(path: Path, warn: Callable[[str], None]) -> sqlite3.Connection:
    """Open the database and create its tables; set a damaged or newer one aside, and `warn` of it.

    Raises OSError and `sqlite3.Error` where the file cannot be read or written, `FileError` where setting it aside does
    not help.
    """
    for _ in range(3):
        inode = _create_private(path)
        database = sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None)
        database.text_factory = _decode
        problem = _check(database, path)
        if problem is None:
            database.row_factory = sqlite3.Row
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE)
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
    make_private_folder(path.parent)
    for ending in ("", *_SIDE_FILES):
        with suppress(FileNotFoundError):
            check_regular(side := Path(f"{path}{ending}"), side.stat())
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path)) from None
    return path.stat().st_ino


def _check(database: sqlite3.Connection, path: Path) -> str | None:
    """Create the tables where there are none; return what is wrong with the database, if anything."""
    try:
        with suppress(sqlite3.OperationalError):  # another player does the same at this moment
            database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        found = [message for (message,) in database.execute(f"PRAGMA quick_check({_MAX_MESSAGES})")]
        if len(found) == _MAX_MESSAGES or not all(map(_CHECKED_LATER.match, found)):
            return "damaged"
        _try_to_write(database)
        database.execute("BEGIN IMMEDIATE")
        problem = _ensure_tables(database)
        database.execute("COMMIT")
    except UnicodeDecodeError:  # of a message that quotes the database
        return "damaged"
    except sqlite3.Error as error:
        database.close()
        if not _is_damage(error, path):
            raise
        return "damaged"
    return problem


def _try_to_write(database: sqlite3.Connection) -> None:
    """Write in memory only. `BEGIN IMMEDIATE` alone is no test: it succeeds for a database that is read-only."""
    database.execute("BEGIN IMMEDIATE")
    database.execute("PRAGMA user_version = 0")
    database.execute("ROLLBACK")


def _is_damage(error: sqlite3.Error, path: Path) -> bool:
    """Whether the file itself is the reason. Raises OSError where the reason is that it cannot be written to."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_READONLY:  # the disk is, or there was no descriptor, or the header says so
        with path.open("r+b", buffering=0) as file:
            return max(file.read(_WRITE_VERSION + 1)[_WRITE_VERSION:], default=0) > _WAL_VERSION
    return code in _DAMAGE_CODES


def _ensure_tables(database: sqlite3.Connection) -> str | None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        return "newer"
    kinds = dict(database.execute("SELECT name, type FROM sqlite_master"))
    if kinds and kinds.get("session") != "table":
        return "damaged"
    for table, columns in _TABLES.items():
        if table not in kinds:
            database.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
            database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        found = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        if found != [*columns] or kinds.get(table, "table") != "table":
            return "damaged"
    return None


def encode_text(text: str) -> bytes:
    """Keep bytes that are not UTF-8; half of a character, which no encoding holds, becomes U+FFFD."""
    return _HALF_OF_A_PAIR.sub("\N{REPLACEMENT CHARACTER}", text).encode(errors="surrogateescape")


def _decode(text: bytes) -> str:
    """Keep bytes that are not UTF-8, such as those of file names."""
    return text.decode(errors="surrogateescape")


def _set_aside(path: Path, problem: str) -> Path:
    """Rename the database and its side files to a free name."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.{problem}-{number}{path.suffix}")).exists():
        number += 1
    for ending in _SIDE_FILES:
        with suppress(FileNotFoundError):
            Path(f"{path}{ending}").rename(f"{aside}{ending}")
    path.rename(aside)
    return aside
