"""Temporary folders that another process removes later if theirs is killed."""

from __future__ import annotations

import os
import platform
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from voicecoach.files import is_abandoned, lock_file

_LOCK_FILE = ".held"
"""In each folder; locked as long as its process runs."""


class HeldFolder(tempfile.TemporaryDirectory[str]):
    """A folder in `parent`, or in the system's folder for temporary files, for this user alone. Raises OSError."""

    def __init__(self, parent: Path | None = None) -> None:
        super().__init__(prefix=f"{_machine_prefix()}-{os.getpid()}-", dir=parent, ignore_cleanup_errors=True)
        try:
            self._lock = (Path(self.name) / _LOCK_FILE).open("xb")
        except OSError:
            super().cleanup()
            raise
        lock_file(self._lock.fileno())

    def cleanup(self) -> None:
        """Remove the folder with all that it contains, as far as that is permitted."""
        with suppress(OSError):  # some disks report errors of writing only now, even for an empty file
            self._lock.close()
        super().cleanup()


def remove_abandoned_folders(parent: Path | None = None) -> None:
    """Remove the folders of this user's processes that were killed on this machine, as far as that is permitted."""
    with suppress(OSError):
        for folder in (parent or Path(tempfile.gettempdir())).iterdir():
            prefix, *process = folder.name.rsplit("-", 2)
            if prefix == _machine_prefix() and _is_own(folder) and is_abandoned(folder / _LOCK_FILE, process[0]):
                shutil.rmtree(folder, ignore_errors=True)


def _is_own(folder: Path) -> bool:
    """Whether it is a folder of this user with a lock file: others may write to `parent`, and a link leads anywhere."""
    try:
        status = folder.lstat()
        own = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
        return own and stat.S_ISDIR(status.st_mode) and stat.S_ISREG((folder / _LOCK_FILE).lstat().st_mode)
    except OSError:
        return False


def _machine_prefix() -> str:
    """Begins the names of this machine's folders: its process numbers mean nothing on another that shares the disk."""
    return f"voicecoach-{platform.node()}"
