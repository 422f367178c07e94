"""Who still works on a file: a lock tells, which the system lets go of when a process ends, however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["abandoned", "hold"]


def abandoned(path: Path, process: str) -> bool:
    """Whether nobody works on what a process of this number left behind, or works on, and held by the file `path`.

    A number means nothing on other machines that share the disk, and in containers, so the lock must be had as well;
    on a disk that knows no locks nothing is ever abandoned.
    """
    if not process.isdecimal() or _runs(int(process)):
        return False
    try:
        file = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        return hold(file)
    finally:
        os.close(file)


def _runs(process: int) -> bool:
    """Whether another process of this number is there; one that had our own number is gone."""
    if os.name != "posix":
        return process != os.getpid()  # elsewhere even asking would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()


if sys.platform == "win32":

    def hold(file: int, *, alone: bool = True) -> bool:  # noqa: ARG001 nothing can be done to what is open there anyway
        """Never."""
        return False

else:
    import fcntl

    def hold(file: int, *, alone: bool = True) -> bool:
        """Lock an open file until it is closed: `alone` only if it can be had at once, else with all who are not alone,
        when it can be had. Gives whether it was."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
        except OSError:
            return False
        return True
