"""Which sessions are being played right now, by whatever player: a lock on one byte of a file each.

The system lets go of it when a process ends, however it ends; a process number would have to be believed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["Presence"]


class Presence:
    """The locks in `path`, an empty file. Those of this very process do not count as taken."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._own: set[int] = set()

    def close(self) -> None:
        """Let go of everything that was claimed."""
        os.close(self._file)

    def claim(self, number: int) -> bool:
        """This process plays the session `number`, until `close`: whether it may, as no other one does.

        On a disk that knows no locks every one may.
        """
        try:
            _lock(self._file, number, shared=False)
        except (BlockingIOError, PermissionError):
            return number in self._own  # Windows refuses us what is ours already
        except OSError:
            return True
        self._own.add(number)
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
