"""What lies in a catalogue's folder, and from which inputs it was made.

A file of lines, only ever added to, each a statement that stays true whoever writes the next one: "a file of this
name, size and time was made from these inputs". So any number of batches may work in one folder, none waits for
another, and one that is killed leaves at worst half a line, which means nothing to anybody.

Only where it is written anew without its old lines, the others are kept from adding for that moment, by a lock that the
system lets go of whatever happens.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from io import FileIO
from pathlib import Path

from voicecoach.errors import FileError
from voicecoach.files import lock_file, whole_file

__all__ = ["Ledger", "LedgerEntry", "content_digest"]

_LINES_PER_FILE = 4
"""Lines for each file after which the ledger is written anew without the old ones."""
_ALWAYS_ALLOWED_LINES = 1_000
"""Lines that are never too many."""
_OPEN_ATTEMPTS = 10
"""More than enough to meet it between two times that it is written anew; some disks cannot tell files apart at all."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One file that was made."""

    file: str
    """Its path in the catalogue, with slashes."""
    inputs: str
    """The digest of all that it was made from."""
    size: int
    changed: int
    """Its time of last change, in nanoseconds."""
    content: str
    """The digest of its bytes."""


class Ledger:
    """The statements in `path`; `folder` is where the files lie."""

    def __init__(self, folder: Path, path: Path) -> None:
        self._folder, self._path = folder, path
        self._made: dict[str, dict[LedgerEntry, None]] = defaultdict(dict)
        self._read_to = self._lines = 0
        self._read_from: tuple[int, int] | None = None
        self.catch_up()
        if self._lines > _ALWAYS_ALLOWED_LINES + _LINES_PER_FILE * len(self._made):
            self._shorten()

    def catch_up(self) -> None:
        """Read what others have added since; next to nothing where they have not. Raises FileError."""
        try:
            with self._path.open("rb") as file:
                if (
                    now := _identity(os.fstat(file.fileno()))
                ) != self._read_from:  # such as written anew by another batch
                    self._read_from, self._read_to = now, 0
                file.seek(self._read_to)
                added, end, _ = file.read().rpartition(b"\n")
        except FileNotFoundError:
            return
        except OSError as fault:
            raise FileError.of(self._path, fault, "that is where a catalogue keeps count") from fault
        self._read_to += len(added) + len(end)
        for line in added.splitlines():
            self._lines += 1
            self._take(line)

    def fresh(self, file: str, inputs: str) -> bool:
        """Whether the file there is, is whole, and was made from these inputs."""
        try:
            seen = (self._folder / file).stat()
        except OSError:
            return False
        alike = [made for made in self._made.get(file, ()) if (made.inputs, made.size) == (inputs, seen.st_size)]
        if any(made.changed == seen.st_mtime_ns for made in alike):
            return True
        # Copied, restored or touched: its bytes decide.
        return bool(alike) and self._content(file) in {made.content for made in alike}

    def knows(self, file: str) -> bool:
        """Whether a batch ever made a file of this name."""
        return file in self._made

    def add(self, made: Collection[LedgerEntry]) -> None:
        """State that files were made. Raises FileError where the disk does not take it."""
        lines = _lines(made)
        try:
            with _open_to_add(self._path) as file:
                while file.write(lines) < len(lines):  # the disk is all but full; half of it means nothing
                    pass
        except OSError as fault:
            raise FileError.of(self._path, fault, "what was made will be made again") from fault

    def others(self, files: Collection[str]) -> tuple[str, ...]:
        """Files that are there and were made by some batch, and are none of these."""
        mine = set(files)
        return tuple(sorted(file for file in self._made if file not in mine and (self._folder / file).is_file()))

    def _take(self, line: bytes) -> None:
        try:
            made = LedgerEntry(**json.loads(line))
        except (ValueError, TypeError):  # half a line, or one of a later version
            return
        self._made[made.file].pop(made, None)
        self._made[made.file][made] = None

    def _content(self, file: str) -> str:
        try:
            return content_digest(self._folder / file)
        except OSError:
            return ""

    def _shorten(self) -> None:
        """Keep the last statement of each file, unless another batch is just adding or doing the same."""
        with suppress(OSError), self._path.open("r+b", buffering=0) as old:
            if not lock_file(old.fileno()) or not _is_current(old, self._path):
                return
            self.catch_up()
            with whole_file(self._path) as file:
                file.write(_lines(list(statements)[-1] for statements in self._made.values()))


def _lines(made: Iterable[LedgerEntry]) -> bytes:
    """A line end before each, too, in case another batch was killed within its line."""
    lines = (f"\n{json.dumps(asdict(each), ensure_ascii=False)}\n" for each in made)
    return "".join(lines).encode(errors="surrogatepass")


def _open_to_add(path: Path) -> FileIO:
    """While it is open nobody writes the ledger anew, where there are locks; where there are none nobody ever does."""
    for left in reversed(range(_OPEN_ATTEMPTS)):
        file = path.open("ab", buffering=0)
        lock_file(file.fileno(), shared=True)
        if _is_current(file, path) or not left:
            break
        file.close()
    return file


def _is_current(file: FileIO, path: Path) -> bool:
    """Whether the open file is the one that is there now: it may have been written anew just then."""
    with suppress(FileNotFoundError):
        return _identity(os.fstat(file.fileno())) == _identity(path.stat())
    return False


def _identity(seen: os.stat_result) -> tuple[int, int]:
    """What tells a file from another that takes its place."""
    return seen.st_dev, seen.st_ino


def content_digest(path: Path) -> str:
    """The digest of a file's bytes. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
