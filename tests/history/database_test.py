"""A database that cannot be used is set aside unchanged, and a new one begun."""

from __future__ import annotations

import os
import random
import re
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from bounded import bounded

from voicecoach.errors import FileError
from voicecoach.history import database
from voicecoach.history.session_log import SessionLog


def garbage(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:9000])


def overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:8192] = b"\x5a" * 4096
    path.write_bytes(data)


def foreign_columns(path: Path) -> None:
    execute(path, "DROP TABLE session", "CREATE TABLE session (id INTEGER, weight REAL)")


def foreign_table(path: Path) -> None:
    execute(path, "DROP TABLE session", "PRAGMA user_version = 0", "CREATE TABLE something (id INTEGER)")


def newer(path: Path) -> None:
    execute(path, "PRAGMA user_version = 2")


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)


def view(path: Path) -> None:
    execute(path, "ALTER TABLE session RENAME TO hidden", "CREATE VIEW session AS SELECT * FROM hidden")


def foreign_list_of_damage(path: Path) -> None:
    execute(path, "DROP TABLE damaged", "CREATE TABLE damaged (id INTEGER)")


def change_byte(at: int, value: int) -> Callable[[Path], None]:
    """Damage to the header, which SQLite reports in other ways than other damage."""

    def spoil(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[at] = value
        path.write_bytes(data)

    return spoil


SPOILS = [
    *(garbage, truncated, overwritten, foreign_columns, foreign_table, newer, view, foreign_list_of_damage),
    pytest.param(change_byte(18, 130), id="read-only"),
    pytest.param(change_byte(47, 77), id="unsupported"),
]


@pytest.mark.parametrize("spoil", SPOILS)
def test_unusable_database_is_set_aside(path, make_session, spoil):
    with SessionLog(path) as log:
        for _ in range(20):
            log.begin(make_session())
    spoil(path)
    warnings: list[str] = []
    with SessionLog(path, warn=warnings.append) as log:
        assert log.entries() == ()
        number = log.begin(make_session())
    (line,) = warnings
    kind, reason = ("newer", "was written by a newer voicecoach") if spoil is newer else ("damaged", "was damaged")
    aside = path.with_name(f"sessions.{kind}-1.db")
    assert reason in line
    assert str(aside) in line
    assert aside.stat().st_size > 0
    with SessionLog(path, warn=warnings.append) as log:
        assert [entry.id for entry in log.entries()] == [number]
    assert len(warnings) == 1


@pytest.mark.parametrize("seed", [321, 384])
def test_schema_of_any_bytes_is_damage(path, make_session, seed):
    """SQLite quotes it in its messages, which need not be UTF-8."""
    SessionLog(path).__exit__(None, None, None)
    data = bytearray(path.read_bytes())
    start, end = data.index(b"CREATE TABLE session"), data.index(b"BLOB)")
    for at in random.Random(seed).sample(range(start, end), 5):
        data[at] ^= 0x80
    path.write_bytes(data)
    with SessionLog(path) as log:
        assert log.begin(make_session()) == 1


def test_log_of_earlier_build_is_used(path, make_session):
    """It has no table of what is damaged."""
    with SessionLog(path) as log:
        number = log.begin(make_session())
    execute(path, "DROP TABLE damaged")
    warnings: list[str] = []
    with SessionLog(path, warn=warnings.append) as log:
        assert [entry.id for entry in log.entries()] == [number]
        assert (log.damaged(), warnings) == (frozenset(), [])


def test_set_aside_files_are_never_overwritten(path):
    for content in (b"first" * 1000, b"second" * 1000):
        path.write_bytes(content)
        SessionLog(path).__exit__(None, None, None)
    assert path.with_name("sessions.damaged-1.db").read_bytes() == b"first" * 1000
    assert path.with_name("sessions.damaged-2.db").read_bytes() == b"second" * 1000


def test_empty_file_is_new_log(path):
    path.touch()
    warnings: list[str] = []
    with SessionLog(path, warn=warnings.append) as log:
        assert log.entries() == ()
    assert warnings == []


def test_unusable_folder_is_file_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="the log of sessions needs a folder of its own"):
        SessionLog(tmp_path / "file" / "sessions.db")
    (tmp_path / "sessions.db").mkdir()
    with pytest.raises(FileError, match="directory"):
        SessionLog(tmp_path / "sessions.db")


@pytest.mark.skipif(sys.platform == "win32", reason="it has none of these")
@pytest.mark.parametrize("name", ["sessions.db", "sessions.db-wal", "sessions.db-shm", "sessions.lock"])
@pytest.mark.parametrize("kind", ["pipe", "endless", "folder"])
def test_only_regular_files_are_opened(path, make_session, name, kind):
    with SessionLog(path) as log:
        log.begin(make_session())
    for file in path.parent.glob(f"{name}*"):
        file.unlink()
    other = path.with_name(name)
    {"pipe": os.mkfifo, "endless": lambda it: it.symlink_to("/dev/zero"), "folder": Path.mkdir}[kind](other)
    with bounded(seconds=5, megabytes=100), pytest.raises(FileError, match=f"{re.escape(str(other))}: (Not a|Is a)"):
        SessionLog(path)
    other.rmdir() if kind == "folder" else other.unlink()
    with SessionLog(path) as log:
        assert len(log.entries()) == (name != "sessions.db")


def test_locked_database_is_file_error(path, make_session, monkeypatch):
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 0.1)
    with SessionLog(path) as log:
        log.begin(make_session())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(FileError, match="database is locked; another program is using the log"):
            SessionLog(path)
    with SessionLog(path) as log:
        assert len(log.entries()) == 1


def test_refused_descriptor_is_no_damage(path, make_session, monkeypatch):
    """SQLite then opens the database for reading only, as it does here, and later says that it is read-only."""
    with SessionLog(path) as log:
        log.begin(make_session())
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **how: connect(f"file:{path}?mode=ro", uri=True, **how))
    with pytest.raises(FileError, match="readonly database"):
        SessionLog(path)
    monkeypatch.undo()
    with SessionLog(path) as log:
        assert len(log.entries()) == 1


def test_read_only_folder_is_file_error(path, make_session, unprivileged):
    with SessionLog(path) as log:
        log.begin(make_session())
    for file in (path, path.parent):
        file.chmod(0o500)
    with unprivileged(), pytest.raises(FileError, match=r"Permission denied|readonly database"):
        SessionLog(path)
    path.parent.chmod(0o700)
    path.chmod(0o600)
    with SessionLog(path) as log:
        assert len(log.entries()) == 1
