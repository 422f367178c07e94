"""Doing one thing in a copy of the process."""

import os
import signal
import sys

import pytest

from voicecoach.voices.pyttsx3_engine import call_in_fork

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks are used on Linux only")


def test_what_it_does_to_files_stays_and_what_it_does_to_memory_does_not(tmp_path):
    memory = []

    def act():
        memory.append("changed")
        (tmp_path / "said").write_text(f"{len(memory)}")

    for _ in range(2):
        call_in_fork(act)
        assert (tmp_path / "said").read_text() == "1"
    assert memory == []


def test_what_it_raises_is_told():
    def act():
        raise ValueError("no such voice")

    with pytest.raises(RuntimeError, match="ValueError: no such voice"):
        call_in_fork(act)


def test_a_crash_is_told():
    with pytest.raises(RuntimeError, match=f"code {-signal.SIGKILL}"):
        call_in_fork(lambda: os.kill(os.getpid(), signal.SIGKILL))
