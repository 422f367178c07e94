"""Runs commands as the shell does, without a new process for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from voicecoach.cli import main


@dataclass(frozen=True)
class Ran:
    """The result of a command."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """`run("show", "cat-cow")`: exit code and what was printed."""

    def ran(*args: str) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return ran
