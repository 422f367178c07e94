"""The limits that the other tests of this folder rely on."""

import subprocess
import sys
import time
from contextlib import suppress

import pytest
from bounded import bounded, run_bounded

ALLOCATE = "bytearray(300 << 20)"


def test_endless_work_is_stopped():
    with pytest.raises(TimeoutError), bounded(seconds=0.2, megabytes=50):
        time.sleep(10)


def test_swallowed_timeout_is_raised_again():
    with pytest.raises(TimeoutError), bounded(seconds=0.2, megabytes=50), suppress(OSError):
        time.sleep(10)


def test_too_much_memory_is_refused():
    with pytest.raises(MemoryError), bounded(seconds=5, megabytes=50):
        bytearray(100 << 20)
    assert bytearray(100 << 20)


def test_commands_have_the_same_limits():
    assert run_bounded([sys.executable, "-c", ALLOCATE], seconds=20, megabytes=1000).returncode == 0
    assert "MemoryError" in run_bounded([sys.executable, "-c", ALLOCATE], seconds=20, megabytes=200).stderr
    with pytest.raises(subprocess.TimeoutExpired):
        run_bounded(["sleep", "10"], seconds=0.2, megabytes=200)
