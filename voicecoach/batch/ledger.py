"""The list of files that batches have made in a folder, and what each was made from.

The ledger is a text file that is only appended to. Each line stays true whatever is written after it: "a file of
this name, size and time was made from these inputs". So any number of batches can work in one folder without
waiting for one another, and one that is killed leaves at worst half a line, which readers skip.

A batch that finds too many old lines rewrites the file without them. Only then do the others wait to append,
behind a lock that the system releases however the process ends.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from io import FileIO
from pathlib import Path

from voicecoach.errors import FileError
from voicecoach.files import check_regular, digest_file, lock_file, open_regular, update_regular, whole_file
from voicecoach.records import parse_json, read_mapping

_MAX_LINES_PER_FILE = 4
_SPARE_LINES = 1_000
"""Beyond this many and those for each file, the ledger is rewritten without its old lines."""
_MAX_BYTES = 100_000_000
"""Of the ledger: 400,000 files."""
_MAX_LINE = 50_000
"""Bytes; a path has 4,096 at most, and six for each in JSON."""
_MAX_OPENS = 10
"""More than enough to open the ledger between two rewrites. Some disks give files no identity, so none ever matches."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A line of the ledger: a file that was made. The fields are its JSON keys."""

    file: str
    """The path in the batch's folder, with slashes."""
    inputs: str
    """The digest of everything that shaped the file."""
    size: int
    changed: int
    """Modification time, in nanoseconds."""
    content: str
    """The digest of the file's bytes."""


class Ledger:
    """The ledger in `path`, for the files in `folder`."""

    def __init__(self, folder: Path, path: Path) -> None:
        self._folder, self._path = folder, path
        self._entries: dict[str, dict[LedgerEntry, None]] = defaultdict(dict)
        self._offset = self._lines = 0
        self._read_from: tuple[int, int] | None = None
        self.catch_up()
        if self._lines > _SPARE_LINES + _MAX_LINES_PER_FILE * len(self._entries):
            self._rewrite()

    def catch_up(self) -> None:
        """Read the lines that other batches have appended. Raises FileError."""
        try:
            with open_regular(self._path, _MAX_BYTES) as file:
                if (identity := _identity(os.fstat(file.fileno()))) != self._read_from:  # first read, or rewritten
                    self._read_from, self._offset = identity, 0
                file.seek(self._offset)
                lines, end, _ = file.read().rpartition(b"\n")
        except FileNotFoundError:
            return
        except OSError as error:
            raise FileError.of(self._path, error, "batches keep their list of files there") from error
        self._offset += len(lines) + len(end)
        for line in lines.splitlines():
            self._lines += 1
            if len(line) <= _MAX_LINE:
                self._parse(line)

    def is_up_to_date(self, file: str, inputs: str) -> bool:
        """Whether the file is there, whole, and was made from these inputs."""
        try:
            status = (self._folder / file).stat()
            check_regular(self._folder / file, status)
        except OSError:
            return False
        entries = [
            entry for entry in self._entries.get(file, ()) if (entry.inputs, entry.size) == (inputs, status.st_size)
        ]
        if any(entry.changed == status.st_mtime_ns for entry in entries):
            return True
        # Copied, restored or touched: its bytes decide.
        digest = self._digest(file) if entries else ""
        return bool(digest) and digest in {entry.content for entry in entries}

    def has(self, file: str) -> bool:
        """Whether a batch has ever made a file of this name."""
        return file in self._entries

    def add(self, entries: Collection[LedgerEntry]) -> None:
        """Append entries. Raises FileError."""
        lines = _to_lines(entries)
        try:
            with _open_to_append(self._path) as file:
                while file.write(lines) < len(lines):  # an almost full disk took a part, which readers skip
                    pass
        except OSError as error:
            raise FileError.of(self._path, error, "what was made will be made again") from error

    def others(self, files: Collection[str]) -> tuple[str, ...]:
        """The files that batches have made and that are still there, other than these."""
        return tuple(sorted(file for file in self._entries.keys() - set(files) if (self._folder / file).is_file()))

    def _parse(self, line: bytes) -> None:
        try:
            entry: LedgerEntry = read_mapping(LedgerEntry, parse_json(line))
        except ValueError:  # half a line, a damaged one, or one of a later version
            return
        self._entries[entry.file].pop(entry, None)
        self._entries[entry.file][entry] = None

    def _digest(self, file: str) -> str:
        try:
            return digest_file(self._folder / file)
        except OSError:
            return ""

    def _rewrite(self) -> None:
        """Keep the last entry of each file, unless another batch is appending or rewriting just now."""
        with suppress(OSError), FileIO(update_regular(self._path, os.O_RDWR), "r+b") as old:
            if not lock_file(old.fileno()) or not _is_current(old, self._path):
                return
            self.catch_up()
            with whole_file(self._path) as file:
                file.write(_to_lines(list(entries)[-1] for entries in self._entries.values()))


def _to_lines(entries: Iterable[LedgerEntry]) -> bytes:
    """Each line begins with a line end too, in case a batch was killed within the one before."""
    lines = (f"\n{json.dumps(asdict(entry), ensure_ascii=False)}\n" for entry in entries)
    return "".join(lines).encode(errors="surrogatepass")


def _open_to_append(path: Path) -> FileIO:
    """Open the ledger and keep others from rewriting it. On disks without locks no batch ever does."""
    for attempt in range(_MAX_OPENS):
        file = FileIO(update_regular(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT), "ab")
        lock_file(file.fileno(), shared=True)
        if _is_current(file, path) or attempt == _MAX_OPENS - 1:
            break
        file.close()
    return file


def _is_current(file: FileIO, path: Path) -> bool:
    """Whether `path` is still the open file, and not one that has replaced it since."""
    with suppress(FileNotFoundError):
        return _identity(os.fstat(file.fileno())) == _identity(path.stat())
    return False


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
