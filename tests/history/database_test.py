"""A database that cannot be used is put aside, as it was, and a new one begun."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from voicecoach.errors import FileError
from voicecoach.history.session_log import SessionLog


def garbage(path: Path, _) -> None:
    path.write_bytes(b"no database" * 1000)


def cut_short(path: Path, begun) -> None:
    with SessionLog(path) as book:
        for _ in range(20):
            book.begin(begun())
    path.write_bytes(path.read_bytes()[:9000])


def overwritten(path: Path, begun) -> None:
    with SessionLog(path) as book:
        for _ in range(20):
            book.begin(begun())
    data = bytearray(path.read_bytes())
    data[4096:8192] = b"\x5a" * 4096
    path.write_bytes(data)


def another_s(path: Path, _) -> None:
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE session (id INTEGER, weight REAL)")
    base.execute("PRAGMA user_version = 1")
    base.close()


def older_than_all(path: Path, _) -> None:
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE something (id INTEGER)")
    base.close()


def newer(path: Path, begun) -> None:
    with SessionLog(path) as book:
        book.begin(begun())
    base = sqlite3.connect(path)
    base.execute("PRAGMA user_version = 2")
    base.close()


@pytest.mark.parametrize(
    ("spoil", "words", "name"),
    [
        (garbage, "was damaged", "sessions.damaged-1.db"),
        (cut_short, "was damaged", "sessions.damaged-1.db"),
        (overwritten, "was damaged", "sessions.damaged-1.db"),
        (another_s, "was damaged", "sessions.damaged-1.db"),
        (older_than_all, "was damaged", "sessions.damaged-1.db"),
        (newer, "was written by a newer voicecoach", "sessions.newer-1.db"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_it_is_put_aside_with_a_message(path, begun, spoil, words, name):
    spoil(path, begun)
    told: list[str] = []
    with SessionLog(path, warn=told.append) as book:
        assert book.entries() == ()
        number = book.begin(begun())
    (line,) = told
    assert words in line
    assert str(path.with_name(name)) in line
    assert path.with_name(name).stat().st_size > 0
    with SessionLog(path, warn=told.append) as book:
        assert [entry.id for entry in book.entries()] == [number]
    assert len(told) == 1


def test_what_lies_aside_is_as_it_was_and_is_never_written_over(path):
    for content in (b"first" * 1000, b"second" * 1000):
        path.write_bytes(content)
        SessionLog(path).__exit__(None, None, None)
    assert path.with_name("sessions.damaged-1.db").read_bytes() == b"first" * 1000
    assert path.with_name("sessions.damaged-2.db").read_bytes() == b"second" * 1000


def test_an_empty_file_is_a_new_log(path):
    path.touch()
    told: list[str] = []
    with SessionLog(path, warn=told.append) as book:
        assert book.entries() == ()
    assert told == []


def test_a_folder_that_cannot_be_is_a_plain_fault(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="the log of sessions needs a folder of its own"):
        SessionLog(tmp_path / "file" / "sessions.db")
    (tmp_path / "sessions.db").mkdir()
    with pytest.raises(FileError, match="directory"):
        SessionLog(tmp_path / "sessions.db")
