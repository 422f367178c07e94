"""Calling a function in a fork of the process."""

import os
import signal
import sys

import pytest

from voicecoach.voices.pyttsx3_engine import call_in_fork

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks are used on Linux only")


def test_a_fork_changes_files_but_not_memory(tmp_path):
    memory = []

    def act():
        memory.append("changed")
        (tmp_path / "result").write_text(f"{len(memory)}")

    for _ in range(2):
        call_in_fork(act)
        assert (tmp_path / "result").read_text() == "1"
    assert memory == []


def test_a_fork_reports_exceptions():
    def act():
        raise ValueError("no such voice")

    with pytest.raises(RuntimeError, match="ValueError: no such voice"):
        call_in_fork(act)


def test_a_fork_reports_crashes():
    with pytest.raises(RuntimeError, match=f"code {-signal.SIGKILL}"):
        call_in_fork(lambda: os.kill(os.getpid(), signal.SIGKILL))
