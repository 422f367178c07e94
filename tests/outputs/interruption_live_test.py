"""What may befall the whole program, into a real sound server: it is killed, its terminal closed, its voice dies."""

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


def logged(program: subprocess.Popen[str], number: int) -> LogEntry:
    """The entry of that number, once the program has written something of it."""
    while program.poll() is None:
        with SessionLog() as book:
            found = [entry for entry in book.entries() if entry.id == number and entry.heard]
        if found:
            return found[0]
        time.sleep(0.01)
    pytest.fail(f"it ended: {program.communicate()[0]}")


def asked(program: subprocess.Popen[str], *words: str) -> object:
    """Tell the program something, once it can be told: what it answers."""
    while not live_sockets(socket_folder()):
        assert program.poll() is None
        time.sleep(0.01)
    with connect_to_player(program.pid) as line:
        return line.ask(*words)


@pytest.mark.usefixtures("sound_server")
def test_killed_then_gone_on_with_though_the_routine_is_gone_then_its_terminal_closed(routine):
    """With what was added to it."""
    more = routine.with_name("more.yaml")
    more.write_text(ROUTINE.replace("Rest", "More"))
    with voicecoach("play", str(routine), "--voice", "tones", "--no-intro") as first:
        asked(first, "add", str(more))
        while (noted := logged(first, 1)).title != "Rest, More":
            time.sleep(0.01)
        assert noted.ending == "playing"
        assert 120_000 < noted.length < 150_000
        first.kill()
    routine.unlink()
    with voicecoach("resume") as second:
        gone_on = logged(second, 2)
        second.send_signal(signal.SIGHUP)
        said, _ = second.communicate()
    assert second.returncode == 128 + signal.SIGHUP
    assert said.startswith("Going on with Rest, More at 0:0")
    assert "Traceback" not in said
    assert noted.at - 2_500 <= gone_on.start <= noted.at + 5_000
    with SessionLog() as book:
        after, before = book.entries()
    assert (before.ending, after.ending, after.resumes) == ("resumed", "interrupted", 1)
    assert after.at >= gone_on.at


@pytest.mark.usefixtures("sound_server")
def test_what_comes_after_the_last_sound_is_no_gap_in_it(routine):
    """The device asks on for sound, 50 times a second, while the program waits for a slow disk."""
    with voicecoach("play", str(routine), "--voice", "tones", "--no-intro", "--lead-in", "0") as program:
        logged(program, 1)
        with closing(sqlite3.connect(log_file(), isolation_level=None)) as held:
            held.execute("BEGIN IMMEDIATE")
            asked(program, "stop")
            said, _ = program.communicate()
    assert "The disk is slow" in said
    gaps = re.search(r"Short gaps in the sound.*: (\d+)", said)
    assert gaps is None or int(gaps[1]) < 10, "of a busy machine's own; all of that time would be 140"


def children(program: subprocess.Popen[str]) -> set[int]:
    """The processes that any of its threads has started."""
    lists = Path(f"/proc/{program.pid}/task").glob("*/children")
    return {int(child) for child in chain.from_iterable(one.read_text().split() for one in lists)}


def kill_what_starts(program: subprocess.Popen[str], there: set[int], *, every: bool) -> None:
    """Kill the process that it starts next, as soon as there is one, or every one, until none has come for a while."""
    till = None
    while till is None or (every and time.monotonic() < till):
        assert program.poll() is None
        new = children(program) - there
        for process in new:
            os.kill(process, signal.SIGKILL)
        there = there | new
        till = time.monotonic() + _A_WHILE if new else till


_A_WHILE = 2.0
"""Seconds. Where a process dies the next one is started at once."""


def is_spoken(heard: Callable[[], Samples], seconds: float) -> bool:
    """Whether something longer than a chime is heard within that time."""
    till = time.monotonic() + seconds
    while np.count_nonzero(np.abs(heard()) > 0.01) < SAMPLE_RATE // 2:
        if time.monotonic() > till:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize(
    ("every", "patience"), [(False, 20), pytest.param(True, 1, marks=pytest.mark.long)], ids=["once", "always"]
)
def test_a_voice_that_dies_while_it_speaks_costs_at_most_its_words(sound_server, routine, every, patience):
    """Once: another one says them. Again and again: they are left out, and nothing else."""
    play = ("play", str(routine), "--voice", "espeak", "--no-intro", "--lead-in", "0")
    with sound_server.record() as recording, voicecoach(*play) as program:
        while (asked(program, "get_property", "clock_left_ms") or 60_000) > 59_000:  # the hold begins with a chime
            time.sleep(0.01)
        there, asked_at = children(program), len(recording.samples)
        asked(program, "where")
        kill_what_starts(program, there, every=every)
        assert is_spoken(lambda: recording.samples[asked_at:], patience) is not every
        asked(program, "stop")
        said, _ = program.communicate()
    assert program.returncode == 0
    assert "Traceback" not in said
    told = [line for line in said.splitlines() if not line.startswith("Short gaps")]  # of a busy machine's own
    assert told[-1].startswith("Stopped at 0:"), "nothing was lost, and nothing else is told"
