"""The recorder's writes to the log, and their times. The clock is the test's, the snapshots a list."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from durations import seconds

from voicecoach.history.recorder import SNAPSHOT_INTERVAL, LogSnapshot, Recorder, recording
from voicecoach.history.session_log import SessionLog
from voicecoach.player.timeline_edits import lengthen_clock
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.units import SAMPLE_RATE, Frames

MISSING = "This session, or the end of it, is missing from the log"


class Playback:
    """A session that a recorder observes ten times a second, by the clock `now`."""

    def __init__(self, session, landmarks) -> None:
        self.snapshots: list[LogSnapshot] = []
        self.now = 100.0
        self.transport = Transport(landmarks, session.start)
        self.recorder = Recorder(session, self.snapshots.append, lambda: self.now)

    def play(self, duration: float) -> None:
        for _ in range(round(10 * duration)):
            self.now += 0.1
            self.change(at=Frames(self.transport.at + seconds(0.1)))

    def change(self, **values) -> None:
        self.transport = replace(self.transport, **values)
        self.recorder.observe(self.transport)

    @property
    def positions(self) -> list[float]:
        return [snapshot.at / SAMPLE_RATE for snapshot in self.snapshots]


@pytest.fixture
def playback(make_session, landmarks) -> Playback:
    return Playback(make_session(), landmarks)


def test_position_is_written_every_two_seconds(playback):
    playback.play(9)
    written = [0.0, *playback.positions, 9.0]
    assert max(after - before for before, after in itertools.pairwise(written)) <= SNAPSHOT_INTERVAL + 0.1 + 1e-9
    assert len(playback.snapshots) <= 5


def test_session_not_heard_is_not_written(playback):
    playback.now += 60
    playback.change(at=seconds(0))
    playback.change(state="paused")
    playback.recorder.end("interrupted")
    assert playback.snapshots == []


def test_pause_is_written_but_not_heard(playback):
    playback.play(1)
    playback.change(state="paused")
    playback.now += 3600
    playback.change(state="playing")
    playback.play(1)
    playback.recorder.end("stopped")
    assert playback.positions[:2] == [1, 1]
    assert playback.snapshots[-1].heard == seconds(2)


@pytest.mark.parametrize("to", [seconds(0.5), seconds(8)], ids=["back", "forward"])
def test_jump_is_written_but_not_heard(playback, to):
    playback.play(1)
    playback.change(at=to)
    assert (playback.snapshots[-1].at, playback.snapshots[-1].heard) == (to, seconds(1))


def test_changed_timeline_is_written(playback, timeline):
    playback.play(3)
    longer = lengthen_clock(timeline, timeline.events[2], seconds(3), seconds(5))
    playback.change(index=TimelineIndex(longer))
    assert playback.snapshots[-1].session.timeline is longer


@pytest.mark.parametrize(("duration", "ending"), [(10, "finished"), (4, "stopped")])
def test_ending_depends_on_position(playback, duration, ending):
    playback.play(duration)
    playback.recorder.end()
    assert (playback.snapshots[-1].at, playback.snapshots[-1].ending) == (seconds(duration), ending)


def test_resumed_session_counts_only_its_own_time(make_session, landmarks):
    playback = Playback(make_session(start=seconds(4), resumes=1), landmarks)
    playback.play(3)
    playback.recorder.end()
    assert (playback.snapshots[-1].at, playback.snapshots[-1].heard) == (seconds(7), seconds(3))


def test_exit_is_an_interruption(make_session, landmarks, path):
    def play_until_exit() -> None:
        with recording(make_session(), print, lambda warn: SessionLog(path, warn=warn)) as recorder:
            recorder.observe(Transport(landmarks, seconds(0.5)))
            raise SystemExit(129)

    with pytest.raises(SystemExit):
        play_until_exit()
    with SessionLog(path) as log:
        (entry,) = log.entries()
    assert (entry.ending, entry.at) == ("interrupted", 500)


@pytest.mark.usefixtures("no_more_threads")
def test_missing_thread_is_reported_at_end(make_session, landmarks):
    messages: list[str] = []
    with recording(make_session(), messages.append) as recorder:
        for second in range(10):
            recorder.observe(Transport(landmarks, seconds(second)))
    assert [message.partition(":")[0] for message in messages] == [MISSING]
    assert "no thread can be started" in messages[0]


def test_log_error_is_reported_once_at_end(make_session, landmarks, tmp_path):
    (tmp_path / "file").touch()
    warnings: list[str] = []
    with recording(
        make_session(), warnings.append, lambda _: SessionLog(tmp_path / "file" / "sessions.db")
    ) as recorder:
        for tenth in range(1, 100):
            recorder.observe(Transport(landmarks, seconds(tenth / 10), "playing" if tenth % 2 else "paused"))
        assert warnings == []
    assert len(warnings) == 1
    assert warnings[0].startswith(f"{MISSING}: ")


def wait_until(holds: Callable[[], object]) -> None:
    """Wait for the log's thread."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.001)


@pytest.mark.parametrize("mended", [True, False])
@pytest.mark.parametrize("length", [seconds(12), 2**63], ids=["error in the program", "integer too large for SQLite"])
def test_failed_write_is_tried_again(make_session, landmarks, path, length, mended, capfd):
    tried: list[Frames] = []

    class Broken(SessionLog):
        def replace(self, number, session, at) -> None:
            tried.append(at)
            if session.timeline.length == seconds(12):
                raise RuntimeError("no\nplace")
            super().replace(number, session, at)

    warnings: list[str] = []
    wrong = TimelineIndex(replace(landmarks.timeline, length=Frames(length)))
    with recording(make_session(), warnings.append, lambda _: Broken(path)) as recorder:
        recorder.observe(Transport(landmarks, seconds(0.5), "paused"))
        with SessionLog(path) as log:
            wait_until(log.entries)
        for number, position in enumerate((0.6, 0.7), 1):
            recorder.observe(Transport(wrong, seconds(position), "playing" if number == 1 else "paused"))
            wait_until(lambda number=number: len(tried) >= number)
        recorder.observe(Transport(landmarks if mended else wrong, seconds(0.8)))
    assert [line.partition(": ")[0] for line in warnings] == [MISSING] * (not mended)
    assert "\n" not in "".join(warnings)
    with SessionLog(path) as log:
        entries = [(entry.length, entry.at, entry.ending) for entry in log.entries()]
    assert entries == [(10_000, 800, "stopped") if mended else (10_000, 500, "killed")]
    assert capfd.readouterr() == ("", "")


OTHER = """
import sys
from pathlib import Path
from voicecoach.history.session_log import SessionLog

with SessionLog(Path(sys.argv[1])) as log:
    print([entry.ending for entry in log.entries()], log.unfinished())
"""


def test_failed_write_keeps_claims(make_session, landmarks, path):
    """The claim on a resumed session, too, which was made through a log of its own."""
    closed: list[bool] = []

    class Broken(SessionLog):
        def replace(self, number, session, at) -> None:  # noqa: ARG002
            raise RuntimeError

        def __exit__(self, *fault) -> None:
            super().__exit__(*fault)
            closed.append(True)

    with SessionLog(path) as log:
        log.begin(make_session())
    with SessionLog(path) as own:
        assert own.unfinished().entry.id == 1
        with recording(make_session(), print, lambda _: Broken(path)) as recorder:
            recorder.observe(Transport(landmarks, seconds(0.5), "paused"))
            wait_until(lambda: len(own.entries()) == 2)
            changed = TimelineIndex(replace(landmarks.timeline, length=seconds(12)))
            recorder.observe(Transport(changed, seconds(0.6)))
            wait_until(lambda: closed)
            seen = subprocess.run([sys.executable, "-c", OTHER, path], capture_output=True, text=True, check=True)
            assert seen.stdout == "['playing', 'playing'] None\n"


def test_damaged_log_costs_nothing_of_session(make_session, landmarks, path):
    path.write_bytes(b"no database" * 1000)
    warnings: list[str] = []
    with recording(make_session(), warnings.append, lambda warn: SessionLog(path, warn=warn)) as recorder:
        recorder.observe(Transport(landmarks, seconds(0.5)))
    assert "was damaged" in warnings[0]
    with SessionLog(path) as log:
        assert [(entry.at, entry.ending) for entry in log.entries()] == [(500, "stopped")]


def test_forgotten_session_is_logged_again(make_session, landmarks, path):
    with recording(make_session(), print, lambda warn: SessionLog(path, warn=warn)) as recorder:
        recorder.observe(Transport(landmarks, seconds(0.5)))
        recorder.observe(Transport(landmarks, seconds(0.5), "paused"))
        with SessionLog(path) as log:
            wait_until(log.entries)
            log.forget(every=True)
    with SessionLog(path) as log:
        assert [(entry.id, entry.at, entry.ending) for entry in log.entries()] == [(2, 500, "stopped")]
