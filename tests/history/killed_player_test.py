"""`kill -9` anywhere, then going on: nothing is lost but the last seconds. And a disk that is full."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from voicecoach.history.session_log import SessionLog
from voicecoach.units import SAMPLE_RATE

CHILD = Path(__file__).with_name("paced_player.py")
CHANCE = random.Random(3)
MOMENTS = sorted(round(CHANCE.uniform(1, 15), 2) for _ in range(20))
"""Seconds; `tests/benchmarks/kill_and_resume.py` has as many, through the whole program."""


def player(path: Path, how: str, *size: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(CHILD), str(path), how, *size], stdout=subprocess.PIPE, text=True)


def entries(path: Path) -> int:
    with SessionLog(path) as book:
        return len(book.entries())


def killed(path: Path, how: str, after: float) -> tuple[float, float]:
    """Plays, is killed as soon as `after` seconds more were heard: where it began, and where it stopped.

    It plays faster than a disk may be, so not before it has an entry.
    """
    before = entries(path)
    with player(path, how) as child:
        assert child.stdout is not None
        at = [int(child.stdout.readline()) / SAMPLE_RATE]
        while at[-1] < at[0] + after or entries(path) == before:
            at.append(int(child.stdout.readline()) / SAMPLE_RATE)
        child.kill()
        at += [int(line) / SAMPLE_RATE for line in child.stdout.read().split("\n")[:-1]]
    return at[0], at[-1]


@pytest.mark.parametrize("moment", MOMENTS[:2] + [pytest.param(each, marks=pytest.mark.long) for each in MOMENTS[2:]])
def test_it_goes_on_at_most_five_seconds_before_where_it_stopped(path, moment):
    _, stopped = killed(path, "40", moment)
    again, stopped_again = killed(path, "resume", 3.7)
    assert stopped - 5 <= again <= stopped
    thrice, _ = killed(path, "resume", 3.7)
    assert stopped_again - 5 <= thrice <= stopped_again
    with SessionLog(path) as book:
        assert [entry.ending for entry in book.entries()] == ["killed", "resumed", "resumed"]


@pytest.mark.skipif(sys.platform == "win32", reason="limits of files")
@pytest.mark.parametrize("size", [0, 30_000])
def test_a_full_disk_takes_the_log_and_not_a_frame_of_the_session(path, size):
    with player(path, "6", str(size)) as child:
        assert child.stdout is not None
        *heard, told = child.stdout.read().splitlines()
    assert child.returncode == 0
    assert int(heard[-1]) == 6 * SAMPLE_RATE
    assert told.startswith("This session, or the end of it, is missing from the log: ")
    assert "needs a disk with room" in told
