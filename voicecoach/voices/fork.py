"""Doing one thing in a copy of this process, so that it finds everything as it was before, and leaves it so."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import warnings
from collections.abc import Callable

__all__ = ["in_a_copy"]

_PR_SET_PDEATHSIG = 1


def in_a_copy(act: Callable[[], None]) -> None:
    """Call `act` in a fork that ends with its parent; what it writes to files remains.

    Linux only, and for a process of our own that holds no locks. Raises RuntimeError with what `act` raised.
    """
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads: ours only waits for the parent's end
        child = os.fork()
    if child == 0:
        os.close(reading)
        _run(act, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    if status or said:
        raise RuntimeError(said or f"it ended with code {os.waitstatus_to_exitcode(status)}")


def _run(act: Callable[[], None], writing: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        act()
    except BaseException as fault:  # noqa: BLE001 told to the parent; nothing of this copy may run on
        os.write(writing, f"{type(fault).__name__}: {fault}".encode())
    finally:
        os._exit(0)
