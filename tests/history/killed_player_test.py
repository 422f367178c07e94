"""After `kill -9` at any moment only the last seconds are lost; a full disk costs only the log."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from voicecoach.history.session_log import SessionLog
from voicecoach.units import SAMPLE_RATE

CHILD = Path(__file__).with_name("paced_player.py")
RANDOM = random.Random(3)
MOMENTS = sorted(round(RANDOM.uniform(1, 15), 2) for _ in range(20))
"""Seconds; `tests/benchmarks/kill_and_resume.py` has as many, through the whole program."""
MARKED_MOMENTS = [
    MOMENTS[0],
    pytest.param(MOMENTS[1], marks=pytest.mark.slow),
    *(pytest.param(moment, marks=pytest.mark.long) for moment in MOMENTS[2:]),
]


def start(path: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(CHILD), str(path), *arguments], stdout=subprocess.PIPE, text=True)


def count(path: Path) -> int:
    with SessionLog(path) as log:
        return len(log.entries())


def kill(path: Path, session: str, after: float) -> tuple[float, float]:
    """Kill a player once `after` seconds more were heard; return where it began and where it stopped.

    It may play faster than the disk is, so it is not killed before it has an entry.
    """
    before = count(path)
    with start(path, session) as child:
        assert child.stdout is not None
        at = [int(child.stdout.readline()) / SAMPLE_RATE]
        while at[-1] < at[0] + after or count(path) == before:
            at.append(int(child.stdout.readline()) / SAMPLE_RATE)
        child.kill()
        at += [int(line) / SAMPLE_RATE for line in child.stdout.read().split("\n")[:-1]]
    return at[0], at[-1]


@pytest.mark.parametrize("moment", MARKED_MOMENTS)
def test_resumes_within_five_seconds_of_kill(path, moment):
    _, stopped = kill(path, "40", moment)
    again, stopped_again = kill(path, "resume", 3.7)
    assert stopped - 5 <= again <= stopped
    thrice, _ = kill(path, "resume", 3.7)
    assert stopped_again - 5 <= thrice <= stopped_again
    with SessionLog(path) as log:
        assert [entry.ending for entry in log.entries()] == ["killed", "resumed", "resumed"]


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits")
@pytest.mark.parametrize("size", [0, pytest.param(30_000, marks=pytest.mark.slow)])
def test_full_disk_costs_only_the_log(path, size):
    with start(path, "6", str(size)) as child:
        assert child.stdout is not None
        *heard, warning = child.stdout.read().splitlines()
    assert child.returncode == 0
    assert int(heard[-1]) == 6 * SAMPLE_RATE
    assert warning.startswith("This session, or the end of it, is missing from the log: ")
    assert "needs a disk with room" in warning
