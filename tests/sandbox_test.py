"""Reading files in a process with limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from voicecoach.errors import ExternalError, FileError
from voicecoach.sandbox import Sandbox

TARGETS = """\
import os, time
from voicecoach.errors import FileError

def read(path, *args):
    return os.getpid(), path.name, args

def refuse(path):
    raise FileError(f"{path}: not today", "come back tomorrow")

def fail(path):
    raise ValueError("seven")

def crash(path):
    os.abort()

def hang(path):
    time.sleep(60)

def grow(path):
    return len(bytearray(300_000_000))
"""
NAMES = ("read", "refuse", "fail", "crash", "hang", "grow")
GONG = Path("gong.wav")


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., object]]:
    """`sandbox("read", *args)`."""
    (tmp_path / "sandbox_targets.py").write_text(TARGETS)
    monkeypatch.syspath_prepend(str(tmp_path))
    functions = [f"sandbox_targets:{name}" for name in NAMES]
    with Sandbox(*functions, seconds=0.5, memory=200_000_000, hint="export it again") as made:
        yield lambda name, *args: made.run(f"sandbox_targets:{name}", GONG, *args)


def test_one_process_reads_all(sandbox: Callable[..., object]) -> None:
    process, *rest = sandbox("read", 1, b"2")
    assert rest == ["gong.wav", (1, b"2")]
    assert sandbox("read")[0] == process


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("refuse", "gong.wav: not today; come back tomorrow"),
        ("fail", "gong.wav: reading it fails: ValueError: seven; export it again"),
        ("crash", "gong.wav: reading it fails: the process ended with signal SIGABRT; export it again"),
        ("hang", "gong.wav: reading it takes more than 0.5 s; export it again"),
        ("grow", "gong.wav: reading it takes more than 200 MB of memory; export it again"),
    ],
)
def test_failure_is_an_error_of_the_file(sandbox: Callable[..., object], name: str, message: str) -> None:
    with pytest.raises(FileError) as error:
        sandbox(name)
    assert str(error.value) == message
    assert sandbox("read")[1] == "gong.wav"


def test_process_that_cannot_start_is_no_error_of_the_file() -> None:
    with (
        Sandbox("no_such_module:read", seconds=5, memory=1 << 30, hint="") as sandbox,
        pytest.raises(ExternalError, match=r"no process for reading gong\.wav can be started") as error,
    ):
        sandbox.run("no_such_module:read", GONG)
    assert type(error.value) is ExternalError
