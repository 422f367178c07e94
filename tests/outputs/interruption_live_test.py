"""The whole program is interrupted while it plays into a real sound server."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from sound_server import SoundServer

from voicecoach.history.database import log_file
from voicecoach.history.entry import LogEntry
from voicecoach.history.session_log import SessionLog
from voicecoach.player.control_client import connect_to_player, live_sockets, socket_folder
from voicecoach.sound.clip import Samples
from voicecoach.units import SAMPLE_RATE

pytestmark = [pytest.mark.system("pulseaudio"), pytest.mark.system("parec")]

ROUTINE = """
title: Rest
steps:
  - say: Lie down.
  - hold: 60 s
"""


@pytest.fixture
def routine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VOICECOACH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    path = tmp_path / "rest.yaml"
    path.write_text(ROUTINE)
    return path


def voicecoach(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "voicecoach", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for_entry(program: subprocess.Popen[str], number: int) -> LogEntry:
    """The log's entry of that number, once something was heard."""
    while program.poll() is None:
        with SessionLog() as log:
            found = [entry for entry in log.entries() if entry.id == number and entry.heard]
        if found:
            return found[0]
        time.sleep(0.01)
    pytest.fail(f"it ended: {program.communicate()[0]}")


def send(program: subprocess.Popen[str], *words: str) -> object:
    """Send a command to the program, once it listens; return the answer."""
    while not live_sockets(socket_folder()):
        assert program.poll() is None
        time.sleep(0.01)
    with connect_to_player(program.pid) as line:
        return line.ask(*words)


@pytest.mark.slow
@pytest.mark.usefixtures("sound_server")
def test_killed_session_resumes_without_routine_file(routine: Path) -> None:
    """With what was added to it; then its terminal is closed."""
    more = routine.with_name("more.yaml")
    more.write_text(ROUTINE.replace("Rest", "More"))
    with voicecoach("play", str(routine), "--voice", "tones", "--no-intro") as first:
        send(first, "add", str(more))
        while (noted := wait_for_entry(first, 1)).title != "Rest, More":
            time.sleep(0.01)
        assert noted.ending == "playing"
        assert 120_000 < noted.length < 150_000
        first.kill()
    routine.unlink()
    with voicecoach("resume") as second:
        resumed = wait_for_entry(second, 2)
        second.send_signal(signal.SIGHUP)
        output, _ = second.communicate()
    assert second.returncode == 128 + signal.SIGHUP
    assert output.startswith("Resuming Rest, More at 0:0")
    assert "Traceback" not in output
    assert noted.at - 2_500 <= resumed.start <= noted.at + 5_000
    with SessionLog() as log:
        after, before = log.entries()
    assert (before.ending, after.ending, after.resumes) == ("resumed", "interrupted", 1)
    assert after.at >= resumed.at


@pytest.mark.slow
@pytest.mark.usefixtures("sound_server")
def test_waiting_for_disk_is_no_gap(routine: Path) -> None:
    """The device goes on requesting sound, 50 times a second, while the program waits for a slow disk."""
    with voicecoach("play", str(routine), "--voice", "tones", "--no-intro", "--lead-in", "0") as program:
        wait_for_entry(program, 1)
        with closing(sqlite3.connect(log_file(), isolation_level=None)) as held:
            held.execute("BEGIN IMMEDIATE")
            send(program, "stop")
            output, _ = program.communicate()
    assert "The disk is slow" in output
    gaps = re.search(r"(\d+) short gaps? in the sound", output)
    assert gaps is None or int(gaps[1]) < 10, "a busy machine has a few; the whole wait would be 140"


def children(program: subprocess.Popen[str]) -> set[int]:
    """The processes started by any of its threads."""
    lists = Path(f"/proc/{program.pid}/task").glob("*/children")
    return {int(child) for child in chain.from_iterable(one.read_text().split() for one in lists)}


def kill_new_children(program: subprocess.Popen[str], known: set[int], *, every: bool) -> None:
    """Kill the process that it starts next; with `every`, all of them until none has been started for a while."""
    deadline = None
    while deadline is None or (every and time.monotonic() < deadline):
        assert program.poll() is None
        new = children(program) - known
        for process in new:
            os.kill(process, signal.SIGKILL)
        known = known | new
        deadline = time.monotonic() + _PAUSE if new else deadline


_PAUSE = 2.0
"""Seconds; the successor of a dead process is started at once."""


def is_spoken(heard: Callable[[], Samples], seconds: float) -> bool:
    """Whether something longer than a chime is heard within that time."""
    deadline = time.monotonic() + seconds
    while np.count_nonzero(np.abs(heard()) > 0.01) < SAMPLE_RATE // 2:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize(
    ("every", "patience"),
    [
        pytest.param(False, 20, id="once", marks=pytest.mark.slow),
        pytest.param(True, 1, id="always", marks=pytest.mark.long),
    ],
)
def test_dying_voice_loses_only_words(sound_server: SoundServer, routine: Path, every: bool, patience: float) -> None:
    """If it dies once, another process says them. If it always dies, only they are left out."""
    play = ("play", str(routine), "--voice", "espeak", "--no-intro", "--lead-in", "0")
    with sound_server.record() as recording, voicecoach(*play) as program:
        while (send(program, "get_property", "clock_left_ms") or 60_000) > 59_000:  # the hold begins with a chime
            time.sleep(0.01)
        known, start = children(program), len(recording.samples)
        send(program, "where")
        kill_new_children(program, known, every=every)
        assert is_spoken(lambda: recording.samples[start:], patience) is not every
        send(program, "stop")
        output, _ = program.communicate()
    assert program.returncode == 0
    assert "Traceback" not in output
    lines = [line for line in output.splitlines() if " in the sound: " not in line]  # of a busy machine
    assert lines[-1].startswith("Stopped at 0:"), "nothing else is reported"
