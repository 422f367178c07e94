"""What the log keeps, and what it gives back."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from voicecoach.history.session_log import MAX_RESUMABLE, SessionLog
from voicecoach.units import Frames, Ms, frames

LISBON, TOKYO = timezone(timedelta(hours=1)), timezone(timedelta(hours=9))
EVENING = datetime(2026, 7, 1, 23, 50, tzinfo=LISBON)


def f(seconds: float) -> Frames:
    return frames(Ms(round(1000 * seconds)))


def test_a_session_is_a_row(path, begun):
    with SessionLog(path, clock=lambda: EVENING) as book:
        number = book.begin(begun(choices={"level": 50, "only": ["Lean"]}))
        book.update(number, f(4), f(3.5))
        book.update(number, f(10), f(9.5), "finished")
    with SessionLog(path) as book:
        (entry,) = book.entries()
    assert (entry.id, entry.routine, entry.title, entry.voice) == (number, "side-stretch", "Side stretch", "tones")
    assert (entry.started, entry.length, entry.at, entry.heard) == (EVENING, 10_000, 10_000, 9_500)
    assert entry.started.utcoffset() == timedelta(hours=1)
    assert (entry.choices, entry.ending) == ({"level": 50, "only": ["Lean"]}, "finished")


def test_what_was_not_ended_can_go_on_and_is_then_marked(path, begun, timeline):
    with SessionLog(path) as book:
        first = book.begin(begun())
        book.update(first, f(4), f(4))
        assert book.entries()[0].ending == "killed"
        last = book.unfinished()
        assert (last.entry.id, last.at, last.timeline) == (first, f(4), timeline)
        second = book.begin(begun(start=f(4), resumes=first))
        assert [entry.ending for entry in book.entries()] == ["killed", "resumed"]
        assert book.unfinished().entry.id == second
        book.update(second, f(10), f(6), "finished")
        assert book.unfinished() is None


@pytest.mark.parametrize("how", ["stopped", "interrupted"])
def test_a_session_that_was_left_can_go_on_even_when_another_was_finished_since(path, begun, how):
    with SessionLog(path) as book:
        left = book.begin(begun())
        book.update(left, f(4), f(4), how)
        done = book.begin(begun())
        book.update(done, f(10), f(10), "finished")
        assert book.unfinished().entry.id == left


def test_only_the_last_ones_keep_their_timeline(path, begun):
    with SessionLog(path) as book:
        numbers = [book.begin(begun()) for _ in range(MAX_RESUMABLE + 5)]
        assert len(book.entries()) == len(numbers)
        book.forget(tuple(numbers[5:]))
        assert book.unfinished() is None


def test_a_session_changed_while_it_plays_goes_on_as_it_is_now(path, begun, timeline):
    longer = replace(timeline, length=f(12))
    with SessionLog(path) as book:
        number = book.begin(begun())
        book.replace(number, begun(timeline=longer, choices={"speed": 90}), f(3))
        assert (book.unfinished().timeline, book.unfinished().at) == (longer, f(3))
        assert (book.entries()[0].length, book.entries()[0].choices) == (12_000, {"speed": 90})


def test_a_timeline_of_another_version_is_passed_over(path, begun):
    with SessionLog(path) as book:
        older, newer = book.begin(begun()), book.begin(begun())
        base = sqlite3.connect(path)
        base.execute("UPDATE session SET timeline = ? WHERE id = ?", (b"of tomorrow", newer))
        base.commit()
        base.close()
        assert book.unfinished().entry.id == older


PLAYER = """
import sys
from pathlib import Path
from voicecoach.history.session_log import SessionLog
from voicecoach.history.entry import LoggedSession
from voicecoach.timeline import Timeline

timeline = Timeline(title=sys.argv[2], language="en", level=0, length=480, placements=(), events=(), moves=())
with SessionLog(Path(sys.argv[1])) as book:
    number = book.begin(LoggedSession(routine="r", voice="v", timeline=timeline))
    print(number, flush=True)
    for at in range(int(sys.argv[3])):
        book.update(number, at, at)
    sys.stdin.read()
    if sys.argv[4:]:
        book.update(number, 480, 480, "finished")
"""


def player(path, title: str, notes: int, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PLAYER, str(path), title, str(notes), *more]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_what_another_player_is_at_is_left_to_it_until_it_is_killed(path):
    with player(path, "Mine", 1) as other:
        number = int(other.stdout.readline())
        with SessionLog(path) as book:
            assert book.entries()[0].ending == "playing"
            assert book.unfinished() is None
            other.kill()
            other.wait()
            assert book.entries()[0].ending == "killed"
            assert book.unfinished().entry.id == number


RESUMING = """
import sys
from pathlib import Path
from voicecoach.history.session_log import SessionLog

with SessionLog(Path(sys.argv[1])) as book:
    last = book.unfinished()
    print(last.entry.id if last else "none", flush=True)
    sys.stdin.read()
"""


def resuming(path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RESUMING, str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_what_another_one_is_about_to_go_on_with_is_left_to_it(path, begun):
    """Nothing was heard of it again yet, so the log knows nothing of that."""
    with SessionLog(path) as book:
        older, newer = book.begin(begun()), book.begin(begun())
        book.update(older, f(4), f(4), "stopped")
    with resuming(path) as first:
        assert first.stdout.readline() == f"{newer}\n"
        with resuming(path) as second:
            assert second.stdout.readline() == f"{older}\n"
            with SessionLog(path) as book:
                assert book.unfinished() is None
            first.kill()
            first.wait()
            with SessionLog(path) as book:
                assert book.unfinished().entry.id == newer
            second.communicate()


def test_what_is_taken_is_seen_by_others_though_somebody_has_emptied_the_folder(path, begun):
    with SessionLog(path) as book:
        book.begin(begun())
    for file in path.parent.glob("sessions.*"):
        file.unlink()
    with SessionLog(path) as book:
        book.begin(begun())
        with resuming(path) as other:
            assert other.stdout.readline() == "none\n"
            other.kill()


def test_players_that_begin_at_once_do_not_block_each_other(path):
    others = [player(path, f"No. {each}", 20, "finish") for each in range(4)]
    for other in others:
        other.communicate()
        assert other.returncode == 0
    with SessionLog(path) as book:
        assert sorted(entry.title for entry in book.entries()) == ["No. 0", "No. 1", "No. 2", "No. 3"]
        assert {(entry.ending, entry.at) for entry in book.entries()} == {("finished", 10)}


def test_what_one_of_two_books_writes_is_seen_at_once_by_other_programs(path, begun):
    """Who goes on with a session has two open; another program that closes the log must not think itself the last."""
    look = "import sys; from pathlib import Path; from voicecoach.history.session_log import SessionLog\n"
    look += "with SessionLog(Path(sys.argv[1])) as book: print(len(book.entries()))"

    def seen() -> int:
        return int(subprocess.run([sys.executable, "-c", look, path], stdout=subprocess.PIPE, check=True).stdout)

    with SessionLog(path), SessionLog(path) as scribe:
        assert seen() == 0
        scribe.begin(begun())
        assert seen() == 1


def test_forgetting_is_for_good(path, begun):
    days = iter([EVENING - timedelta(days=2), EVENING.astimezone(TOKYO), EVENING])
    with SessionLog(path, clock=lambda: next(days)) as book:
        for routine in ("first", "second", "third"):
            book.begin(begun(routine=routine))
    with SessionLog(path) as book:
        assert book.forget(before=date(2026, 7, 1)) == 1
        assert book.forget((2,)) == 1
        assert [entry.routine for entry in book.entries()] == ["third"]
        assert book.update(2, f(1), f(1)) is False
    assert b"second" not in b"".join(file.read_bytes() for file in path.parent.iterdir())
    with SessionLog(path) as book:
        assert book.forget(every=True) == 1
        assert book.entries() == ()
        assert book.begin(begun()) == 4, "a number is never given twice"


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
def test_nobody_else_may_read_it(path, begun):
    with SessionLog(path) as book:
        book.begin(begun())
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}, modes
    assert "sessions.db-wal" in modes


def test_what_is_written_is_on_the_disk(path):
    with SessionLog(path) as book:
        asked = {
            name: book._database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
        }
    assert asked == {"journal_mode": "wal", "synchronous": 2}
