"""A session that ends badly, and goes on: the whole program, into a real sound server."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from voicecoach.player.log.book import Book
from voicecoach.player.log.entry import Entry
from voicecoach.player.reach import folder, living, reached

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


def logged(program: subprocess.Popen[str], number: int) -> Entry:
    """The entry of that number, once the program has written something of it."""
    while program.poll() is None:
        with Book() as book:
            found = [entry for entry in book.entries() if entry.id == number and entry.heard]
        if found:
            return found[0]
        time.sleep(0.01)
    pytest.fail(f"it ended: {program.communicate()[0]}")


def asked(program: subprocess.Popen[str], *words: str) -> None:
    """Tell the program something, once it can be told."""
    while not living(folder()):
        assert program.poll() is None
        time.sleep(0.01)
    with reached(program.pid) as line:
        line.ask(*words)


@pytest.mark.usefixtures("sound_server")
def test_killed_then_gone_on_with_though_the_routine_is_gone_then_its_terminal_closed(routine):
    """With what was added to it."""
    more = routine.with_name("more.yaml")
    more.write_text(ROUTINE.replace("Rest", "More"))
    with voicecoach("play", str(routine), "--voice", "tones", "--no-intro") as first:
        asked(first, "add", str(more))
        while (noted := logged(first, 1)).title != "Rest, More":
            time.sleep(0.01)
        assert noted.how == "playing"
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
    with Book() as book:
        after, before = book.entries()
    assert (before.how, after.how, after.resumes) == ("resumed", "interrupted", 1)
    assert after.at >= gone_on.at
