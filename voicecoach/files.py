"""Files that appear whole or not at all, and file locks.

The content goes to a hidden part file in the same folder, which replaces the old file in one step once it is
complete. A lock shows which part files and folders are still in use: the system releases it when a process ends,
however it ends.
"""

from __future__ import annotations

import errno
import glob
import io
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from voicecoach.errors import FileError

__all__ = ["WholeFile", "is_abandoned", "lock_file", "whole_file"]


def is_abandoned(path: Path, process: str) -> bool:
    """Whether nobody works on what a process of this number left behind, or works on, and held by the file `path`.

    A number means nothing on other machines that share the disk, and in containers, so the lock must be had as well;
    on a disk that knows no locks nothing is ever abandoned.
    """
    if not process.isdecimal() or _is_running(int(process)):
        return False
    try:
        file = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        return lock_file(file)
    finally:
        os.close(file)


def _is_running(process: int) -> bool:
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

    def lock_file(file: int, *, alone: bool = True) -> bool:  # noqa: ARG001 nothing can be done to what is open there anyway
        """Never."""
        return False

else:
    import fcntl

    def lock_file(file: int, *, alone: bool = True) -> bool:
        """Lock an open file until it is closed: `alone` only if it can be had at once, else with all who are not alone,
        when it can be had. Gives whether it was."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
        except OSError:
            return False
        return True


_BUFFER_SIZE = 1 << 18
_NAME_LENGTH = 40
"""Letters of the file's own name in its part file's: at most 160 bytes of the 255 that a name may have."""


class WholeFile(io.BufferedWriter):
    """The part file while it is written.

    Writing is left to C on purpose: PyAV calls it back from inside its own C code, where an exception that a
    signal handler raises in Python code, such as Ctrl-C, would be dropped.
    """

    def __init__(self, part: Path, *, lasting: bool = True) -> None:
        super().__init__(io.FileIO(part, "xb"), _BUFFER_SIZE)
        lock_file(self.fileno())
        self.part, self._lasting = part, lasting
        self._fault: OSError | None = None

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move; a fault waits for `settle`, since PyAV prints a second one to standard error."""
        try:
            return super().seek(offset, whence)
        except OSError as fault:
            self._fault = fault
            return offset

    def settle(self) -> None:
        """See to it that every byte is on the disk, where it is to last, and close; nothing to do the second time.

        Raises OSError.
        """
        if self.closed:
            return
        if self._fault is not None:
            raise self._fault
        self.flush()
        if self._lasting:
            os.fsync(self.fileno())
        self.close()


@contextmanager
def whole_file(path: Path, *, lasting: bool = True) -> Iterator[WholeFile]:
    """A file to write in: it becomes `path` if the block ends well, else nothing has happened.

    Unless it is `lasting`, nobody waits for the disk: a power cut may take it along.
    What a killed export of the same name left behind is cleared away. Raises FileError for what the system
    says of the writing.
    """
    try:
        _remove_abandoned(path)
        file = WholeFile(_part_path(path, f"{os.getpid()}-{os.urandom(3).hex()}"), lasting=lasting)
    except OSError as fault:
        raise _write_error(path, fault) from fault
    try:
        yield file
        file.settle()
        file.part.replace(path)
        if lasting:
            _sync_folder(path.parent)
    except OSError as fault:
        raise _write_error(path, fault) from fault
    finally:
        with suppress(OSError):  # of what could not be written: already told, or not wanted any more
            file.close()
        with suppress(OSError):
            file.part.unlink(missing_ok=True)


def _part_path(path: Path, writer: str) -> Path:
    """The part file's name; the sum keeps long names with a common beginning apart."""
    kept = path.name[:_NAME_LENGTH]
    return path.with_name(f".{kept}.{zlib.crc32(path.name.encode(errors='surrogateescape')):08x}.part-{writer}")


def _remove_abandoned(path: Path) -> None:
    start = _part_path(path, "").name
    for left in path.parent.glob(glob.escape(start) + "*"):
        if is_abandoned(left, left.name.removeprefix(start).partition("-")[0]):
            left.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Have the new name outlast a power cut, where the system lets us ask for that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write_error(path: Path, fault: OSError) -> FileError:
    if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        do = "make room there, or choose another folder; nothing was changed"
    elif fault.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        do = "choose a folder that you may write to; nothing was changed"
    else:
        do = "choose another folder; nothing was changed"
    return FileError.of(path, fault, do)
