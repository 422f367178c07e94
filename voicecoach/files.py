"""Files that appear whole or not at all, files that are safe to read, and file locks.

The content goes to a hidden part file in the same folder, which replaces the old file in one step once it is
complete. Part files are locked while they are written. The system releases a lock when its process ends, however it
ends: a part file without a lock was abandoned.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from voicecoach.errors import FileError

_BUFFER_SIZE = 1 << 18
MAX_NAME_BYTES = 255
"""Of a file's name, on the common file systems."""
_NAME_LENGTH = 40
"""Characters of the file's own name in its part file's name: at most 160 bytes of the 255 that a name may have."""
_PART = ".part-"
_DO_NOT_WAIT = getattr(os, "O_NONBLOCK", 0)
"""Opens a pipe at once, without a writer; means nothing for regular files."""


class EncoderFile(io.BufferedWriter):
    """A buffered file for PyAV to write to. All methods raise OSError.

    Writing is left to C on purpose: PyAV calls it from inside its own C code, where an exception that a signal
    handler raises in Python code, such as Ctrl-C, would be dropped.
    """

    def __init__(self, raw: io.FileIO) -> None:
        super().__init__(raw, _BUFFER_SIZE)
        self._seek_error: OSError | None = None

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move; an error is raised by `settle` instead, since PyAV prints a second one to standard error."""
        try:
            return super().seek(offset, whence)
        except OSError as error:
            self._seek_error = error
            return offset

    def settle(self) -> None:
        """Write what is buffered, and raise an earlier error of `seek`."""
        if self._seek_error is not None:
            raise self._seek_error
        self.flush()


class WholeFile(EncoderFile):
    """A file that takes its place at `path` on `commit`; as a context manager, when the block ends well.

    A `durable` file is on the disk by then; any other may be lost in a power cut. All methods raise OSError.
    """

    def __init__(self, path: Path, *, durable: bool = True, mode: int = 0o666) -> None:
        self.part = path.with_name(f"{_part_prefix(path)}{os.getpid()}-{os.urandom(3).hex()}")
        super().__init__(io.FileIO(self.part, "xb", opener=lambda name, how: os.open(name, how, mode)))
        lock_file(self.fileno())
        self._path, self._durable = path, durable

    def finish(self) -> None:
        """Complete and close the part file, which may be done before `commit`."""
        if self.closed:
            return
        self.settle()
        if self._durable:
            os.fsync(self.fileno())
        self.close()

    def commit(self) -> None:
        """Complete the part file and move it into place."""
        self.finish()
        self.part.replace(self._path)
        if self._durable:
            _sync_folder(self._path.parent)

    def discard(self) -> None:
        """Remove the part file if it was not committed; never raises."""
        with suppress(OSError):  # content that could not be written, or is no longer wanted
            self.close()
        with suppress(OSError):
            self.part.unlink(missing_ok=True)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                self.commit()
        finally:
            self.discard()


def open_regular(path: Path, limit: int | None = None) -> io.BufferedReader:
    """Open a regular file, of at most `limit` bytes if one is given, for reading, also through a link.

    Nothing else (a folder, a pipe, a device) is opened, so this neither waits for a writer nor disturbs a device.
    Raises OSError.
    """
    check_regular(path, path.stat(), limit)
    file = open(path, "rb", opener=lambda name, how: os.open(name, how | _DO_NOT_WAIT))  # noqa: SIM115 closed by the caller
    try:
        check_regular(path, os.fstat(file.fileno()), limit)  # another file may have taken its place
    except OSError:
        file.close()
        raise
    return file


def read_regular(path: Path, limit: int) -> bytes:
    """The content of a regular file of at most `limit` bytes. Raises OSError for any other, as `open_regular` does."""
    with open_regular(path, limit) as file:
        content = file.read(limit + 1)
    if len(content) > limit:  # it has grown since, or is one of those that the system makes up, in /proc
        raise _too_large(path, limit)
    return content


def update_regular(path: Path, flags: int, permissions: int = 0o666) -> int:
    """Open a regular file as `os.open` does, and return its descriptor; anything else is refused, as above."""
    with suppress(FileNotFoundError):
        check_regular(path, path.stat())
    descriptor = os.open(path, flags | _DO_NOT_WAIT, permissions)
    try:
        check_regular(path, os.fstat(descriptor))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def check_regular(path: Path, status: os.stat_result, limit: int | None = None) -> None:
    """Raise OSError if a file of this status is not a regular one, or larger than `limit` bytes."""
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "Not a regular file", str(path))
    if limit is not None and status.st_size > limit:
        raise _too_large(path, limit)


def _too_large(path: Path, limit: int) -> OSError:
    return OSError(errno.EFBIG, f"Larger than {limit / 1_000_000:,g} MB", str(path))


def digest_file(path: Path, size: int = 16, limit: int | None = None) -> str:
    """The BLAKE2b digest of a regular file's content: `size` bytes, in hexadecimal. Raises as `open_regular` does."""
    with open_regular(path, limit) as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=size)).hexdigest()


def begin_file(path: Path, *, durable: bool = True) -> WholeFile:
    """Open a `WholeFile`, after removing what killed writers of the same path left behind. Raises OSError."""
    remove_abandoned(path.parent, _part_prefix(path))
    return WholeFile(path, durable=durable)


@contextmanager
def whole_file(path: Path, *, durable: bool = True) -> Iterator[WholeFile]:
    """Open a file as `begin_file` does. Raises FileError for every OSError, including those raised inside the block."""
    try:
        with begin_file(path, durable=durable) as file:
            yield file
    except OSError as error:
        raise write_error(path, error) from error


def make_private_folder(folder: Path) -> None:
    """Create a folder, and those that it lies in, for this user alone; those that exist keep their rights.

    Raises OSError.
    """
    if not folder.is_dir():
        make_private_folder(folder.parent)
        folder.mkdir(0o700, exist_ok=True)


def write_error(path: Path, error: OSError) -> FileError:
    """The error for a file that could not be written, with advice; the old file is still there."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        advice = "make room there, or choose another folder; nothing was changed"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        advice = "choose a folder that you may write to; nothing was changed"
    else:
        advice = "choose another folder; nothing was changed"
    return FileError.of(path, error, advice)


def cut_to_bytes(text: str, size: int) -> str:
    """The beginning of a text that takes at most so many bytes as a file's name."""
    return os.fsencode(text)[: max(0, size)].decode(errors="ignore")


def fit_name(stem: str, ending: str, *, size: int = MAX_NAME_BYTES) -> str:
    """A name of our own making, `stem` + `ending`, with the stem cut if it would be too long.

    A checksum of the whole stem then tells names with a common beginning apart.
    """
    if len(os.fsencode(stem + ending)) <= size:
        return stem + ending
    mark = f"~{_checksum(stem)}"
    return cut_to_bytes(stem, size - len(os.fsencode(mark + ending))) + mark + ending


def _checksum(name: str) -> str:
    return f"{zlib.crc32(os.fsencode(name)):08x}"


def _part_prefix(path: Path) -> str:
    """How the names of this file's part files begin; the checksum tells long names with a common beginning apart."""
    return f".{path.name[:_NAME_LENGTH]}.{_checksum(path.name)}{_PART}"


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut, where the system supports it."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def part_files(folder: Path, prefix: str = "") -> Iterator[Path]:
    """All part files in a folder. Raises OSError."""
    return (path for path in folder.iterdir() if path.name.startswith(prefix) and _PART in path.name)


def remove_abandoned(folder: Path, prefix: str = "") -> None:
    """Remove part files whose writers were killed, as far as that is permitted."""
    with suppress(OSError):
        for part in part_files(folder, prefix):
            process = part.name.rpartition(_PART)[2].partition("-")[0]
            if is_abandoned(part, process):
                part.unlink(missing_ok=True)


def is_abandoned(path: Path, process: str) -> bool:
    """Whether the process of this number has ended and no process holds a lock on the file.

    Both must be true: a process number means nothing in another container or on another machine that shares the disk.
    On a disk without locks nothing counts as abandoned.
    """
    if not process.isdecimal() or _is_running(int(process)):
        return False
    try:
        descriptor = update_regular(path, os.O_RDWR)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        return lock_file(descriptor)
    finally:
        os.close(descriptor)


def _is_running(process: int) -> bool:
    """Whether another process of this number runs; an earlier one with our own number has ended."""
    if process == os.getpid():
        return False
    if os.name != "posix":
        return True  # os.kill would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


if sys.platform == "win32":

    def lock_file(descriptor: int, *, shared: bool = False) -> bool:  # noqa: ARG001 open files cannot be replaced there anyway
        """Do nothing and return False."""
        return False

else:
    import fcntl

    def lock_file(descriptor: int, *, shared: bool = False) -> bool:
        """Lock an open file until it is closed: at once or not at all, but wait for a `shared` lock.

        Returns False if it is locked already, or the disk has no locks.
        """
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
