"""Rows that are damaged are left out with a message, stay where they are, and harm no other row."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import zlib
from contextlib import closing
from dataclasses import fields

import pytest
from bounded import bounded
from durations import seconds

from voicecoach.history.entry import streak
from voicecoach.history.session_log import SessionLog, local_now
from voicecoach.history.timeline_codec import FORMAT_VERSION
from voicecoach.timeline import Timeline

DAMAGE = [
    ("at", "'x'", "at: not int: 'x'"),
    ("at", "-1", "at: outside any session: -1"),
    ("length", "1.5", "length: not int"),
    ("heard", "X'00'", "heard: not int: b'"),
    ("started", "'{}'", "started: Invalid isoformat string: '{}'"),
    ("started", "'2026-01-01T10:00:00'", "started: a time without its offset"),
    ("started", "7e5", "started: Invalid isoformat"),
    ("how", "'sung'", "how: not "),
    ("how", "X'66696e6973686564'", "how: not "),
    ("choices", "'{'", "choices: Expecting"),
    ("choices", "'[1]'", "choices: not "),
    ("choices", "printf('%.*c', 200000, '[')", "choices: it is nested too deep"),
    ("choices", "printf('%.*c', 2000000, '1')", "choices: 2,000,000 characters"),
    ("routine", "X'00'", "routine: not str"),
    ("resumes", "'last'", "resumes: not int"),
    ("timeline", "'text'", "timeline: not bytes"),
    ("title", "zeroblob(11000000)", "string or blob too big"),
    ("title", "NULL", "title: not str: None"),
]
"""A column, what is written there in SQL, and how the message puts it."""


def set_value(path, number, column, value):
    """Write a value into a row, whatever the table's constraints."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        (sql,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'session'").fetchone()
        for schema in (sql.replace(" NOT NULL", ""), sql):
            database.execute("PRAGMA writable_schema = ON")
            database.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'session'", (schema,))
            database.execute("PRAGMA writable_schema = RESET")
            if schema != sql:
                database.execute(f"UPDATE session SET {column} = {value} WHERE id = ?", (number,))


def stored(path, number):
    with closing(sqlite3.connect(path)) as database:
        database.text_factory = bytes
        return database.execute("SELECT * FROM session WHERE id = ?", (number,)).fetchone()


def read(path):
    """The entries, the session to resume, and the warnings."""
    warnings = []
    with bounded(seconds=5, megabytes=200), SessionLog(path, warn=warnings.append) as log:
        return log.entries(), log.unfinished(), warnings


@pytest.mark.parametrize(("column", "value", "reason"), DAMAGE, ids=str)
def test_damaged_row_is_left_out(path, make_session, column, value, reason):
    with SessionLog(path) as log:
        numbers = [log.begin(make_session()) for _ in range(3)]
        for number in numbers:
            log.update(number, seconds(4), seconds(4), "stopped")
    set_value(path, numbers[1], column, value)
    before = stored(path, numbers[1])
    entries, last, warnings = read(path)
    assert [entry.id for entry in entries] == [numbers[2], numbers[0]]
    assert last.entry.id == numbers[2]
    (line,) = warnings
    assert line.startswith(f"Session {numbers[1]} in the log is damaged ({reason}"), line
    assert line.endswith(f"It is kept in {path}, until `voicecoach history forget {numbers[1]}` removes it.")
    assert ("\n" in line, len(line) < 400) == (False, True)
    assert read(path)[2] == [], "a second time"
    assert stored(path, numbers[1]) == before, "it stays as it was"


def test_newest_row_may_be_damaged(path, make_session):
    with SessionLog(path) as log:
        older, newer = log.begin(make_session()), log.begin(make_session())
    set_value(path, newer, "started", "'{}'")
    with SessionLog(path) as log:
        assert log.unfinished().entry.id == older
        assert log.begin(make_session()) == newer + 1


def test_damaged_rows_can_be_forgotten(path, make_session):
    with SessionLog(path) as log:
        numbers = [log.begin(make_session(routine=f"routine-{number}")) for number in range(4)]
    set_value(path, numbers[0], "at", "'x'")
    set_value(path, numbers[1], "at", "'x'")
    with SessionLog(path) as log:
        assert len(log.entries()) == 2
        assert log.damaged() == {numbers[0], numbers[1]}
        assert log.forget((numbers[0],)) == 1
        assert log.damaged() == {numbers[1]}
        assert log.forget(every=True) == 3
        assert log.damaged() == frozenset()
    assert b"routine-" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_damaged_timeline_costs_only_resuming(path, make_session):
    with SessionLog(path) as log:
        older, newer = log.begin(make_session()), log.begin(make_session())
    set_value(path, newer, "timeline", "X'0001'")
    entries, last, warnings = read(path)
    assert ([entry.id for entry in entries], last.entry.id) == ([newer, older], older)
    assert len(warnings) == 1
    assert warnings[0].startswith(f"Session {newer} cannot be resumed: its timeline is damaged")
    assert read(path)[2] == []


def test_timeline_of_later_version_is_skipped_silently(path, make_session):
    with SessionLog(path) as log:
        older, newer = log.begin(make_session()), log.begin(make_session())
    later = zlib.compress(json.dumps([FORMAT_VERSION + 1, [None] * len(fields(Timeline))]).encode())
    set_value(path, newer, "timeline", f"X'{later.hex()}'")
    entries, last, warnings = read(path)
    assert (len(entries), last.entry.id, warnings) == (2, older, [])


def test_impossible_text_is_kept(path, make_session, timeline):
    """File names need not be UTF-8, and a damaged byte of a title is no reason to lose a session."""
    name = os.fsdecode(b"caf\xe9")
    with SessionLog(path) as log:
        log.begin(make_session(routine=name, voice=name, choices={"routines": [name]}))
    set_value(path, 1, "title", "CAST(X'ff41' AS TEXT)")
    (entry,), last, warnings = read(path)
    assert (entry.routine, entry.voice, entry.title) == (name, name, os.fsdecode(b"\xffA"))
    assert (entry.choices, last.timeline, warnings) == ({"routines": [name]}, timeline, [])


def test_days_in_a_row_survive_damage(path, make_session):
    with SessionLog(path) as log:
        for _ in range(2):
            log.update(log.begin(make_session()), seconds(10), seconds(10), "finished")
    set_value(path, 2, "how", "'sung'")
    (entry,), _, _ = read(path)
    assert streak({entry.started.date()}, local_now().date()) == 1


def test_structural_damage_in_one_row_is_row_damage(path, make_session):
    """`quick_check` finds the NULL too, which is no reason to set the whole log aside."""
    with SessionLog(path) as log:
        numbers = [log.begin(make_session()) for _ in range(2)]
    set_value(path, numbers[0], "voice", "NULL")
    with closing(sqlite3.connect(path)) as database:
        assert re.match("NULL value in session.voice", database.execute("PRAGMA quick_check").fetchone()[0])
    assert [entry.id for entry in read(path)[0]] == [numbers[1]]
