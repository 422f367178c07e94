"""A user may have only so many processes and threads: a command works, or ends with one line and exit code 3."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

import pytest
from bounded import run_bounded

pytestmark = [pytest.mark.faults, pytest.mark.system("setpriv"), pytest.mark.system("prlimit")]

USER = "64999"
"""With no processes of its own: the system counts those of each user. The right to open all files is left."""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become another user")
@pytest.mark.parametrize("allowed", [0, 2, 4, 6, 8, 40])
def test_few_processes_end_in_one_line(allowed: int) -> None:
    with TemporaryDirectory() as folder:  # not pytest's, which only root may enter
        Path(folder).chmod(0o777)
        ran, made = export(Path(folder), allowed)
    assert (ran.returncode, made) in ((0, True), (3, False)), ran.stderr
    assert ran.stderr.count("\n") == (ran.returncode > 0), ran.stderr
    if allowed in (0, 40):
        assert ran.returncode == (0 if allowed else 3), ran.stderr


def export(folder: Path, allowed: int) -> tuple[CompletedProcess[str], bool]:
    routine, file = folder / "rest.yaml", folder / "rest.m4a"
    routine.write_text("title: Rest\nsteps:\n  - say: Lie down.\n  - count: 3\n    each: 1 s\n")
    become = ["setpriv", "--reuid", USER, "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    command = [sys.executable, "-m", "voicecoach", "export", str(routine), "-o", str(file), "--voice", "tones"]
    ran = run_bounded(
        [*become, "prlimit", f"--nproc={allowed}", "--", *command],
        seconds=50,
        megabytes=1000,
        env=os.environ | {"HOME": str(folder), "VOICECOACH_CACHE": str(folder / "cache")},
    )
    return ran, file.exists()
