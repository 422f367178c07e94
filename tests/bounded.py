"""Limits of time and memory for tests that feed in damaged, huge or endless input."""

from __future__ import annotations

import resource
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MIB = 1 << 20


def data_size() -> int:
    """Private writable memory of this process, in bytes: the figure that RLIMIT_DATA limits."""
    fields = (line.split() for line in Path("/proc/self/status").read_text().splitlines())
    return next(int(field[1]) * 1024 for field in fields if field[0] == "VmData:")


@contextmanager
def bounded(*, seconds: float, megabytes: int) -> Iterator[None]:
    """Ends what runs inside with TimeoutError after `seconds`, and with MemoryError beyond `megabytes` more than now.

    Works in the main thread of a process. Processes that are started inside inherit the limit of memory. Code that
    catches the TimeoutError, which is an OSError, fails at the end.
    """
    late = TimeoutError(f"still running after {seconds} s")
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True
        raise late

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    before = signal.signal(signal.SIGALRM, stop)
    resource.setrlimit(resource.RLIMIT_DATA, (data_size() + megabytes * MIB, hard))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    if stopped:
        raise late


def run_bounded(
    command: Sequence[str | bytes], *, seconds: float, megabytes: int, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end; each of its processes may hold `megabytes` of private memory.

    Raises:
        subprocess.TimeoutExpired: after `seconds`; the command has been ended.
    """

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes * MIB, megabytes * MIB))

    settings = {"capture_output": True, "text": True, "errors": "replace"} | options
    return subprocess.run(command, timeout=seconds, preexec_fn=limit, check=False, **settings)
