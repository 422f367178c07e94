"""The sessions that players are playing right now: one locked byte of a file for each.

The system releases a lock when its process ends, however it ends; a stored process number could be out of date.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from voicecoach.files import update_regular


class SessionLocks:
    """Locks in the empty file `path`; they exclude other processes, not this one."""

    def __init__(self, path: Path) -> None:
        self._file, self._own = _open_shared(path)
        self._claimed: set[int] = set()
        """The process's locks that were claimed through this object."""

    def close(self) -> None:
        """Release every claim."""
        for number in self._claimed & self._own:
            self._own.discard(number)
            with suppress(OSError):
                _unlock(self._file, number)
        self._claimed.clear()

    def claim(self, number: int) -> bool:
        """Claim a session for this process until `close`; return False where another process has it.

        On a disk without locks every claim succeeds.
        """
        if number not in self._own:
            locked = _try_lock(self._file, number, shared=False)
            if not locked:
                return locked is None
            self._own.add(number)
        self._claimed.add(number)
        return True

    def held_elsewhere(self, number: int) -> bool:
        """Whether another process plays the session."""
        if number in self._own:
            return False
        locked = _try_lock(self._file, number, shared=True)
        if locked:
            _unlock(self._file, number)
        return locked is False


_OPEN_FILES: dict[Path, tuple[int, set[int]]] = {}
"""This process's only descriptor of each file, and the bytes locked through it. It is never closed, since closing any
descriptor of a file releases all of the process's locks on it (POSIX)."""


def _open_shared(path: Path) -> tuple[int, set[int]]:
    known = _OPEN_FILES.get(path)
    if known is None or not _is_same_file(known[0], path):
        known = _OPEN_FILES[path] = update_regular(path, os.O_RDWR | os.O_CREAT, 0o600), set()
    return known


def _is_same_file(file: int, path: Path) -> bool:
    """Whether `path` is still the open file; the user may have removed the whole folder."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _try_lock(file: int, number: int, *, shared: bool) -> bool | None:
    """Whether the byte was locked; None on a disk without locks."""
    try:
        _lock(file, number, shared=shared)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return None
    return True


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int, number: int, *, shared: bool) -> None:  # noqa: ARG001 Windows has exclusive locks only
        os.lseek(file, number, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

    def _unlock(file: int, number: int) -> None:
        os.lseek(file, number, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: int, number: int, *, shared: bool) -> None:
        fcntl.lockf(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB, 1, number)

    def _unlock(file: int, number: int) -> None:
        fcntl.lockf(file, fcntl.LOCK_UN, 1, number)
