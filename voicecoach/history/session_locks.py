"""Which sessions are being played right now, by whatever player: a lock on one byte of a file each.

The system lets go of it when a process ends, however it ends; a process number would have to be believed.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

__all__ = ["SessionLocks"]


class SessionLocks:
    """The locks in `path`, an empty file. Those of this very process do not count as taken."""

    def __init__(self, path: Path) -> None:
        self._file, self._own = _open_shared(path)
        self._claimed: set[int] = set()
        """Of what the process has, by this one."""

    def close(self) -> None:
        """Let go of everything that was claimed."""
        for number in self._claimed & self._own:
            self._own.discard(number)
            with suppress(OSError):
                _unlock(self._file, number)
        self._claimed.clear()

    def claim(self, number: int) -> bool:
        """This process plays the session `number`, until `close` or its end: whether it may, as no other one does.

        On a disk that knows no locks every one may.
        """
        if number not in self._own:
            try:
                _lock(self._file, number, shared=False)
            except (BlockingIOError, PermissionError):
                return False
            except OSError:
                return True
            self._own.add(number)
        self._claimed.add(number)
        return True

    def claimed(self, number: int) -> bool:
        """Whether another process plays it."""
        if number in self._own:
            return False
        try:
            _lock(self._file, number, shared=True)
        except (BlockingIOError, PermissionError):
            return True
        except OSError:
            return False
        _unlock(self._file, number)
        return False


_OPEN_FILES: dict[Path, tuple[int, set[int]]] = {}
"""Each file's only descriptor in this process, and what is locked through it. It stays open: closing any descriptor of
a file ends every lock that the process has on it (POSIX)."""


def _open_shared(path: Path) -> tuple[int, set[int]]:
    known = _OPEN_FILES.get(path)
    if known is None or not _is_same_file(known[0], path):
        known = _OPEN_FILES[path] = os.open(path, os.O_RDWR | os.O_CREAT, 0o600), set()
    return known


def _is_same_file(file: int, path: Path) -> bool:
    """Somebody may have removed the whole folder."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int, number: int, *, shared: bool) -> None:  # noqa: ARG001 there is one kind only
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
