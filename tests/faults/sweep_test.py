"""Every seventh call of the sweep fails, and proof that faults happen in every library and process."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator

import pytest

from tests.faults.injection import CommandServer, Fault
from tests.faults.sweep import Sweep
from tests.faults.swept_commands import COMMANDS, Workshop

pytestmark = [
    pytest.mark.faults,
    pytest.mark.system("gcc"),
    pytest.mark.skipif(sys.platform != "linux", reason="the library is for Linux"),
]
STEP = 7
FOUND = {
    "export html": [Fault("write", 4, errno.ENOSPC, lasting=True)],
    "batch": [Fault("open", 11, errno.EIO), Fault("mmap", 2, errno.EMFILE)],
    "resume": [Fault("create", 2, errno.EMFILE), Fault("create", 8, errno.EMFILE)],
    "play to a file": [Fault("open", 5, errno.EMFILE)],
    "new": [Fault("write", 1, errno.ENOSPC)],
}
"""Faults that the sweep has found; all that it met on shared memory is tried anyway."""


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    folder = tmp_path_factory.mktemp("sweep")
    with CommandServer(folder / "server") as server:
        yield Workshop(folder / "work", server)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_seventh_call_fails(workshop: Workshop, name: str) -> None:
    """Which seventh differs from command to command."""
    sweep = Sweep(workshop, COMMANDS[name])
    sweep.run([*COMMANDS].index(name) % STEP, STEP, FOUND.get(name, ()))
    assert "\n".join(sweep.problems) == ""
    assert sum(tally.tried for tally in sweep.tallies.values()) > 0


@pytest.mark.parametrize(
    ("name", "fault", "file"),
    [
        ("new", Fault("write", 1, errno.ENOSPC), "out/.mine.yaml."),
        ("export m4a", Fault("write", 4, errno.ENOSPC), "out/.s.m4a."),
        ("feed", Fault("open", 2, errno.EIO), "out/a.m4a"),
        ("history forget", Fault("write", 9, errno.EIO), "data/voicecoach/sessions.db-wal"),
        ("history forget", Fault("mmap", 1, errno.ENOMEM), "data/voicecoach/sessions.db-shm"),
        ("batch", Fault("ftruncate", 1, errno.EIO), "/dev/shm/pym-"),
        ("batch", Fault("fsync", 1, errno.EIO), "out/many/.voicecoach/"),
        ("play on a device", Fault("create", 1, errno.EMFILE), "/dev/shm/psm_"),
    ],
    ids=["Python", "PyAV", "reader process", "SQLite", "SQLite's memory", "shared value", "job process", "ring buffer"],
)
def test_faults_reach(workshop: Workshop, name: str, fault: Fault, file: str) -> None:
    workshop.begin(COMMANDS[name])
    ran = workshop.run(COMMANDS[name], fault)
    assert ran.injected == 1, ran
    assert file in ran.path
