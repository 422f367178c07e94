"""What of a session the log is told: the clock is the test's, the notes a list."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from voicecoach.history.recorder import SNAPSHOT_INTERVAL, LogSnapshot, Recorder, recording
from voicecoach.history.session_log import SessionLog
from voicecoach.player.timeline_edits import lengthen_clock
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.units import SAMPLE_RATE, Frames, Ms, frames


def f(seconds: float) -> Frames:
    return frames(Ms(round(1000 * seconds)))


def wait_until(holds: Callable[[], object]) -> None:
    """For the log's thread."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.001)


class Listening:
    """A session shown ten times a second from `start`, to a recorder that believes `now`."""

    def __init__(self, begun, landmarks) -> None:
        self.notes: list[LogSnapshot] = []
        self.now = 100.0
        self.heard = Transport(landmarks, begun.start)
        self.recorder = Recorder(begun, self.notes.append, lambda: self.now)

    def plays(self, seconds: float) -> None:
        for _ in range(round(10 * seconds)):
            self.now += 0.1
            self.shows(at=Frames(self.heard.at + f(0.1)))

    def shows(self, **changes) -> None:
        self.heard = replace(self.heard, **changes)
        self.recorder.observe(self.heard)

    @property
    def places(self) -> list[float]:
        return [note.at / SAMPLE_RATE for note in self.notes]


@pytest.fixture
def listening(begun, landmarks) -> Listening:
    return Listening(begun(), landmarks)


def test_where_it_is_is_noted_often_enough_to_lose_less_than_five_seconds(listening):
    listening.plays(9)
    noted = [0.0, *listening.places, 9.0]
    assert max(after - before for before, after in itertools.pairwise(noted)) <= SNAPSHOT_INTERVAL + 0.1 + 1e-9
    assert len(listening.notes) <= 5


def test_nothing_is_noted_before_something_was_heard(listening):
    listening.now += 60
    listening.shows(at=f(0))
    listening.shows(state="paused")
    listening.recorder.end("interrupted")
    assert listening.notes == []


def test_a_pause_is_noted_at_once_and_is_not_heard(listening):
    listening.plays(1)
    listening.shows(state="paused")
    listening.now += 3600
    listening.shows(state="playing")
    listening.plays(1)
    listening.recorder.end("stopped")
    assert listening.places[:2] == [1, 1]
    assert listening.notes[-1].heard == f(2)


@pytest.mark.parametrize("to", [f(0.5), f(8)], ids=["back", "forward"])
def test_a_jump_is_noted_at_once_and_is_not_heard(listening, to):
    listening.plays(1)
    listening.shows(at=to)
    assert (listening.notes[-1].at, listening.notes[-1].heard) == (to, f(1))


def test_more_time_is_noted_with_the_session_as_it_is_now(listening, timeline):
    listening.plays(3)
    longer = lengthen_clock(timeline, timeline.events[2], f(3), f(5))
    listening.shows(landmarks=TimelineIndex(longer))
    assert listening.notes[-1].session.timeline is longer


@pytest.mark.parametrize(("seconds", "how"), [(10, "finished"), (4, "stopped")])
def test_a_session_that_ends_by_itself_is_finished_and_else_stopped(listening, seconds, how):
    listening.plays(seconds)
    listening.recorder.end()
    assert (listening.notes[-1].at, listening.notes[-1].ending) == (f(seconds), how)


def test_a_session_that_goes_on_counts_only_what_it_adds(begun, landmarks):
    listening = Listening(begun(start=f(4), resumes=1), landmarks)
    listening.plays(3)
    listening.recorder.end()
    assert (listening.notes[-1].at, listening.notes[-1].heard) == (f(7), f(3))


def test_whatever_ends_a_session_from_outside_is_an_interruption(begun, landmarks, path):
    def played_until_told() -> None:
        with recording(begun(), print, lambda told: SessionLog(path, warn=told)) as recorder:
            recorder.observe(Transport(landmarks, f(0.5)))
            raise SystemExit(129)

    with pytest.raises(SystemExit):
        played_until_told()
    with SessionLog(path) as book:
        (entry,) = book.entries()
    assert (entry.ending, entry.at) == ("interrupted", 500)


def test_what_was_wrong_with_the_log_is_told_once_at_the_end(begun, landmarks, tmp_path):
    (tmp_path / "file").touch()
    told: list[str] = []
    with recording(begun(), told.append, lambda _: SessionLog(tmp_path / "file" / "sessions.db")) as recorder:
        for tenth in range(1, 100):
            recorder.observe(Transport(landmarks, f(tenth / 10), "playing" if tenth % 2 else "paused"))
        assert told == []
    assert len(told) == 1
    assert told[0].startswith("This session, or the end of it, is missing from the log: ")


@pytest.mark.parametrize("mended", [True, False])
@pytest.mark.parametrize("length", [f(12), 2**63], ids=["a fault of ours", "an integer that SQLite does not know"])
def test_whatever_a_write_raises_the_next_one_is_tried_and_if_that_fails_too_it_is_told_in_a_line(
    begun, landmarks, path, length, mended, capfd
):
    tried: list[Frames] = []

    class Broken(SessionLog):
        def replace(self, number, begun, at) -> None:
            tried.append(at)
            if begun.timeline.length == f(12):
                raise RuntimeError("no\nplace")
            super().replace(number, begun, at)

    told: list[str] = []
    wrong = TimelineIndex(replace(landmarks.timeline, length=Frames(length)))
    with recording(begun(), told.append, lambda _: Broken(path)) as recorder:
        recorder.observe(Transport(landmarks, f(0.5), "paused"))
        with SessionLog(path) as book:
            wait_until(book.entries)
        for number, place in enumerate((0.6, 0.7), 1):
            recorder.observe(Transport(wrong, f(place), "playing" if number == 1 else "paused"))
            wait_until(lambda number=number: len(tried) >= number)
        recorder.observe(Transport(landmarks if mended else wrong, f(0.8)))
    assert [line.partition(": ")[0] for line in told] == ["This session, or the end of it, is missing from the log"] * (
        not mended
    )
    assert "\n" not in "".join(told)
    with SessionLog(path) as book:
        logged = [(entry.length, entry.at, entry.ending) for entry in book.entries()]
    assert logged == [(10_000, 800, "stopped") if mended else (10_000, 500, "killed")]
    assert capfd.readouterr() == ("", "")


OTHER = """
import sys
from pathlib import Path
from voicecoach.history.session_log import SessionLog

with SessionLog(Path(sys.argv[1])) as book:
    print([entry.ending for entry in book.entries()], book.unfinished())
"""


def test_what_plays_stays_taken_when_a_write_fails(begun, landmarks, path):
    """Also what it goes on with, which a book of its own has taken."""
    closed: list[bool] = []

    class Broken(SessionLog):
        def replace(self, number, begun, at) -> None:  # noqa: ARG002
            raise RuntimeError

        def __exit__(self, *fault) -> None:
            super().__exit__(*fault)
            closed.append(True)

    def seen() -> str:
        other = [sys.executable, "-c", OTHER, str(path)]
        return subprocess.run(other, capture_output=True, text=True, check=True).stdout

    with SessionLog(path) as book:
        book.begin(begun())
    with SessionLog(path) as own:
        assert own.unfinished().entry.id == 1
        with recording(begun(), print, lambda _: Broken(path)) as recorder:
            recorder.observe(Transport(landmarks, f(0.5), "paused"))
            wait_until(lambda: len(own.entries()) == 2)
            recorder.observe(Transport(TimelineIndex(replace(landmarks.timeline, length=f(12))), f(0.6)))
            wait_until(lambda: closed)
            assert seen() == "['playing', 'playing'] None\n"


def test_a_damaged_log_costs_nothing_of_this_session(begun, landmarks, path):
    path.write_bytes(b"no database" * 1000)
    told: list[str] = []
    with recording(begun(), told.append, lambda tell: SessionLog(path, warn=tell)) as recorder:
        recorder.observe(Transport(landmarks, f(0.5)))
    assert "was damaged" in told[0]
    with SessionLog(path) as book:
        assert [(entry.at, entry.ending) for entry in book.entries()] == [(500, "stopped")]


def test_a_session_forgotten_while_it_plays_is_logged_anew(begun, landmarks, path):
    def shown(recorder, seconds: float, state: str = "playing") -> None:
        recorder.observe(Transport(landmarks, f(seconds), state))

    with recording(begun(), print, lambda told: SessionLog(path, warn=told)) as recorder:
        shown(recorder, 0.5)
        shown(recorder, 0.5, "paused")
        with SessionLog(path) as book:
            while not book.entries():
                pass
            book.forget(every=True)
    with SessionLog(path) as book:
        assert [(entry.id, entry.at, entry.ending) for entry in book.entries()] == [(2, 500, "stopped")]
