"""The session log: rows stored, and read again by this player and by others."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from durations import seconds

from voicecoach.history.session_log import MAX_RESUMABLE, SessionLog

LISBON, TOKYO = timezone(timedelta(hours=1)), timezone(timedelta(hours=9))
EVENING = datetime(2026, 7, 1, 23, 50, tzinfo=LISBON)


def test_entry_has_every_value(path, make_session):
    with SessionLog(path, clock=lambda: EVENING) as log:
        number = log.begin(make_session(choices={"level": 50, "only": ["Lean"]}))
        log.update(number, seconds(4), seconds(3.5))
        log.update(number, seconds(10), seconds(9.5), "finished")
    with SessionLog(path) as log:
        (entry,) = log.entries()
    assert (entry.id, entry.routine, entry.title, entry.voice) == (number, "side-stretch", "Side stretch", "tones")
    assert (entry.started, entry.length, entry.at, entry.heard) == (EVENING, 10_000, 10_000, 9_500)
    assert entry.started.utcoffset() == timedelta(hours=1)
    assert (entry.choices, entry.ending) == ({"level": 50, "only": ["Lean"]}, "finished")


def test_killed_session_can_be_resumed_once(path, make_session, timeline):
    with SessionLog(path) as log:
        first = log.begin(make_session())
        log.update(first, seconds(4), seconds(4))
        assert log.entries()[0].ending == "killed"
        last = log.unfinished()
        assert (last.entry.id, last.at, last.timeline) == (first, seconds(4), timeline)
        second = log.begin(make_session(start=seconds(4), resumes=first))
        assert [entry.ending for entry in log.entries()] == ["killed", "resumed"]
        assert log.unfinished().entry.id == second
        log.update(second, seconds(10), seconds(6), "finished")
        assert log.unfinished() is None


@pytest.mark.parametrize("ending", ["stopped", "interrupted"])
def test_unfinished_session_outlasts_finished_ones(path, make_session, ending):
    with SessionLog(path) as log:
        left = log.begin(make_session())
        log.update(left, seconds(4), seconds(4), ending)
        log.update(log.begin(make_session()), seconds(10), seconds(10), "finished")
        assert log.unfinished().entry.id == left


def test_only_last_sessions_keep_their_timeline(path, make_session):
    with SessionLog(path) as log:
        numbers = [log.begin(make_session()) for _ in range(MAX_RESUMABLE + 5)]
        assert len(log.entries()) == len(numbers)
        log.forget(tuple(numbers[5:]))
        assert log.unfinished() is None


def test_replaced_timeline_is_resumed(path, make_session, timeline):
    longer = replace(timeline, length=seconds(12))
    with SessionLog(path) as log:
        number = log.begin(make_session())
        log.replace(number, make_session(timeline=longer, choices={"speed": 90}), seconds(3))
        assert (log.unfinished().timeline, log.unfinished().at) == (longer, seconds(3))
        assert (log.entries()[0].length, log.entries()[0].choices) == (12_000, {"speed": 90})


def test_unreadable_timeline_is_skipped(path, make_session):
    with SessionLog(path) as log:
        older, newer = log.begin(make_session()), log.begin(make_session())
        with closing(sqlite3.connect(path)) as database:
            database.execute("UPDATE session SET timeline = ? WHERE id = ?", (b"of tomorrow", newer))
            database.commit()
        assert log.unfinished().entry.id == older


def process(script: str, *arguments: object) -> subprocess.Popen[str]:
    """Another process, in which `log` is the session log at the path that comes first in `arguments`."""
    start = "import sys; from pathlib import Path; from voicecoach.history.session_log import SessionLog\n"
    command = [sys.executable, "-c", start + script, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


PLAYER = """
from voicecoach.history.entry import LoggedSession
from voicecoach.timeline import Timeline

timeline = Timeline(title=sys.argv[2], language="en", level=0, length=480, placements=(), events=(), moves=())
with SessionLog(Path(sys.argv[1])) as log:
    number = log.begin(LoggedSession(routine="r", voice="v", timeline=timeline))
    print(number, flush=True)
    for at in range(int(sys.argv[3])):
        log.update(number, at, at)
    sys.stdin.read()
    log.update(number, 480, 480, "finished")
"""
RESUMING = """
with SessionLog(Path(sys.argv[1])) as log:
    last = log.unfinished()
    print(last.entry.id if last else "none", flush=True)
    sys.stdin.read()
"""
COUNTING = "with SessionLog(Path(sys.argv[1])) as log: print(len(log.entries()))"


def test_session_of_another_player_is_not_resumed(path):
    with process(PLAYER, path, "Mine", 1) as other:
        number = int(other.stdout.readline())
        with SessionLog(path) as log:
            assert log.entries()[0].ending == "playing"
            assert log.unfinished() is None
            other.kill()
            other.wait()
            assert log.entries()[0].ending == "killed"
            assert log.unfinished().entry.id == number


def test_claimed_session_is_not_resumed_elsewhere(path, make_session):
    """The log has no entry of the resumed session yet, since nothing of it was heard."""
    with SessionLog(path) as log:
        older, newer = log.begin(make_session()), log.begin(make_session())
        log.update(older, seconds(4), seconds(4), "stopped")
    with process(RESUMING, path) as first:
        assert first.stdout.readline() == f"{newer}\n"
        with process(RESUMING, path) as second:
            assert second.stdout.readline() == f"{older}\n"
            with SessionLog(path) as log:
                assert log.unfinished() is None
            first.kill()
            first.wait()
            with SessionLog(path) as log:
                assert log.unfinished().entry.id == newer
            second.communicate()


def test_claim_holds_after_folder_was_emptied(path, make_session):
    with SessionLog(path) as log:
        log.begin(make_session())
    for file in path.parent.glob("sessions.*"):
        file.unlink()
    with SessionLog(path) as log:
        log.begin(make_session())
        with process(RESUMING, path) as other:
            assert other.stdout.readline() == "none\n"
            other.kill()


def test_players_write_at_the_same_time(path):
    others = [process(PLAYER, path, f"No. {each}", 20) for each in range(4)]
    for other in others:
        other.communicate()
        assert other.returncode == 0
    with SessionLog(path) as log:
        assert sorted(entry.title for entry in log.entries()) == ["No. 0", "No. 1", "No. 2", "No. 3"]
        assert {(entry.ending, entry.at) for entry in log.entries()} == {("finished", 10)}


def test_write_through_second_connection_is_visible(path, make_session):
    """A player that resumes has the log open twice; another program that closes it must leave the write-ahead log."""

    def count() -> int:
        return int(process(COUNTING, path).communicate()[0])

    with SessionLog(path), SessionLog(path) as log:
        assert count() == 0
        log.begin(make_session())
        assert count() == 1


def test_forgotten_sessions_leave_no_trace(path, make_session):
    days = iter([EVENING - timedelta(days=2), EVENING.astimezone(TOKYO), EVENING])
    with SessionLog(path, clock=lambda: next(days)) as log:
        for routine in ("first", "second", "third"):
            log.begin(make_session(routine=routine))
    with SessionLog(path) as log:
        assert log.forget(before=date(2026, 7, 1)) == 1
        assert log.forget((2,)) == 1
        assert [entry.routine for entry in log.entries()] == ["third"]
        assert log.update(2, seconds(1), seconds(1)) is False
    assert b"second" not in b"".join(file.read_bytes() for file in path.parent.iterdir())
    with SessionLog(path) as log:
        assert log.forget(every=True) == 1
        assert log.entries() == ()
        assert log.begin(make_session()) == 4, "a number is never given twice"


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_only_its_owner_can_read_it(path, make_session):
    with SessionLog(path) as log:
        log.begin(make_session())
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}, modes
    assert "sessions.db-wal" in modes


def test_writes_are_synchronous(path):
    with SessionLog(path) as log:
        set_to = {
            name: log._database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
        }
    assert set_to == {"journal_mode": "wal", "synchronous": 2}
