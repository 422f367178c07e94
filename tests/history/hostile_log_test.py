"""Hostile titles, names and choices in the session log: they come back as they were, and the database stays whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from hostile_texts import HOSTILE_TEXTS

from voicecoach.history.session_log import SessionLog


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_text_comes_back_from_the_log(path, make_session, timeline, text):
    with SessionLog(path) as log:
        session = make_session(
            routine=text, voice=text, timeline=replace(timeline, title=text), choices={"only": [text], text: 1}
        )
        number = log.begin(session)
        log.update(number, 0, 0, "stopped")
    with SessionLog(path) as log:
        (entry,) = log.entries()
        last = log.unfinished()
    # Half of a character can be stored nowhere.
    stored = text.replace("\ud800", "\N{REPLACEMENT CHARACTER}")
    assert [entry.routine, entry.voice, entry.title] == [stored] * 3
    assert entry.choices == {"only": [text], text: 1}
    assert last.timeline.title == text
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("SELECT count(*) FROM session").fetchall() == [(1,)]
