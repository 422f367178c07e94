"""A database that cannot be used is set aside unchanged, and a new one begun."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from voicecoach.errors import FileError
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
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)


@pytest.mark.parametrize("spoil", [garbage, truncated, overwritten, foreign_columns, foreign_table, newer])
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
