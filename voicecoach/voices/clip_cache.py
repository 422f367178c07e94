"""The clip cache on disk: one file per clip, named by a digest of everything that shapes its sound.

A file's header holds the clip's length and a checksum, so that lengths can be read without the sound and damage is
noticed. Samples have 16 bits: half the space of float32, exact again when a 16-bit file is exported, and 80 dB below
the voice. Live and exported sound stay equal, since both read these files.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import TypeVar

from voicecoach.errors import FileError
from voicecoach.files import WholeFile, make_private_folder, open_regular, part_files, remove_abandoned
from voicecoach.resources import cache_folder
from voicecoach.temporary import HeldFolder, remove_abandoned_folders
from voicecoach.units import Frames

LIMIT = 500_000_000
"""Bytes: about an hour and a half of speech."""
BYTES_PER_FRAME = 2
_MAX_FILE = 250_000_000
"""Bytes; far more than the longest text or an hour of encoded sound. A larger file is none of ours."""
_MASTERING_VERSION = 2
"""Raise it whenever `sound.mastering` turns the same speech into another clip."""
_SUFFIX = ".clip"
_HEADER = struct.Struct("<4sIQ16s")
"""Magic number, CRC-32 of the sound, length in frames, and the key, which reveals a file under another's name."""
_MAGIC = b"VCc1"
_Read = TypeVar("_Read")


def cache_key(*ingredients: object) -> str:
    """The key of a clip: a digest of everything that shapes its sound, and of our mastering."""
    return hashlib.blake2b(repr((_MASTERING_VERSION, *ingredients)).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class CacheUsage:
    """The contents of the cache; sizes in bytes."""

    folder: Path
    files: int
    bytes: int
    limit: int


class ClipCache:
    """The clips in `folder`, at most `limit` bytes of them; the least recently used are evicted first.

    Any number of programs may share a folder: files are complete when they appear, and a missing or damaged one only
    means that its clip is made again. A clip that cannot be written there goes to a temporary folder until `close`, and
    `warn` is called once.
    """

    def __init__(
        self, folder: Path | None = None, limit: int = LIMIT, warn: Callable[[str], None] = lambda _: None
    ) -> None:
        self._folder = (folder or cache_folder()) / "clips"
        self._limit, self._warn = limit, warn
        self._spare: HeldFolder | None = None
        self._has_warned = False
        self._in_use: set[str] = set()
        self._has_grown = False

    def disable_warnings(self) -> None:
        """Do not call `warn` from now on."""
        self._warn = lambda _: None

    def length(self, key: str) -> Frames | None:
        """The length of a clip, or None if it is missing or damaged; counts as use."""
        return self._use(key, _read_length)

    def read(self, key: str) -> bytes | None:
        """The stored bytes (a clip's sound), or None if they are missing or damaged; counts as use."""
        return self._use(key, _read_sound)

    def write(self, key: str, sound: bytes) -> None:
        """Store a clip's 16-bit little-endian samples, or any even number of bytes.

        Raises FileError if even the temporary folder cannot be written.
        """
        self._in_use.add(key)
        content = _pack(key, sound)
        try:
            _write(self._path(self._folder, key), content)
            self._has_grown = True
        except OSError as error:
            if not self._has_warned:
                self._has_warned = True
                self._warn(f"new speech is not kept for next time: {self._folder}: {error.strerror}")
            self._write_to_spare(key, content)

    def _write_to_spare(self, key: str, content: bytes) -> None:
        try:
            if self._spare is None:
                remove_abandoned_folders()
                self._spare = HeldFolder()
            _write(self._path(Path(self._spare.name), key), content)
        except OSError as error:
            where = error.filename or tempfile.gettempdir()
            raise FileError.of(where, error, "make room there, or set VOICECOACH_CACHE") from error

    def close(self) -> None:
        """Evict clips over the limit, except those used in this session, and remove the temporary folder."""
        if self._has_grown:
            self._evict()
            remove_abandoned_folders()
        if self._spare is not None:
            self._spare.cleanup()
            self._spare = None

    def usage(self) -> CacheUsage:
        """The present contents; raises FileError if the folder cannot be read."""
        try:
            files = self._files()
        except OSError as error:
            raise FileError.of(self._folder, error) from error
        return CacheUsage(self._folder, len(files), sum(size for _, size, _ in files), self._limit)

    def clear(self) -> CacheUsage:
        """Remove everything; gives the usage before. Raises FileError if that is refused."""
        before = self.usage()
        try:
            for _, _, path in self._files():
                path.unlink(missing_ok=True)
            with contextlib.suppress(FileNotFoundError):
                for part in part_files(self._folder):
                    part.unlink(missing_ok=True)
        except OSError as error:
            raise FileError.of(self._folder, error) from error
        return before

    def _use(self, key: str, read: Callable[[Path, str], _Read]) -> _Read | None:
        folders = [self._folder] if self._spare is None else [self._folder, Path(self._spare.name)]
        for folder in folders:
            path = self._path(folder, key)
            with contextlib.suppress(OSError, _DamagedClip):
                result = read(path, key)
                self._in_use.add(key)
                with contextlib.suppress(OSError):  # a read-only folder
                    os.utime(path)
                return result
        return None

    @staticmethod
    def _path(folder: Path, key: str) -> Path:
        return folder / f"{key}{_SUFFIX}"

    def _files(self) -> list[tuple[float, int, Path]]:
        """Time of last use, size and path of each clip, oldest first."""
        files = []
        with contextlib.suppress(FileNotFoundError), os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.endswith(_SUFFIX) and not entry.is_dir(follow_symlinks=False):
                    with contextlib.suppress(FileNotFoundError):
                        stat = entry.stat(follow_symlinks=False)
                        files.append((stat.st_mtime, stat.st_size, Path(entry.path)))
        return sorted(files)

    def _evict(self) -> None:
        remove_abandoned(self._folder)
        with contextlib.suppress(OSError):
            files = self._files()
            total = sum(size for _, size, _ in files)
            for _, size, path in files:
                if total > self._limit and path.stem not in self._in_use:
                    path.unlink(missing_ok=True)
                    total -= size


class _DamagedClip(ValueError):
    """The file is not one of our clips, or no longer whole."""


def _pack(key: str, sound: bytes) -> bytes:
    return _HEADER.pack(_MAGIC, zlib.crc32(sound), len(sound) // BYTES_PER_FRAME, bytes.fromhex(key)) + sound


def _write(path: Path, content: bytes) -> None:
    make_private_folder(path.parent)
    with WholeFile(path, durable=False, mode=0o600) as file:
        file.write(content)


def _read_length(path: Path, key: str) -> Frames:
    """From the header and the file's size alone."""
    with open_regular(path, _MAX_FILE) as file:
        frames, _ = _read_header(file, key)
    return frames


def _read_sound(path: Path, key: str) -> bytes:
    with open_regular(path, _MAX_FILE) as file:
        frames, checksum = _read_header(file, key)
        sound = file.read(frames * BYTES_PER_FRAME)
    if len(sound) != frames * BYTES_PER_FRAME or zlib.crc32(sound) != checksum:
        raise _DamagedClip
    return sound


def _read_header(file: BufferedReader, key: str) -> tuple[Frames, int]:
    """The length and the checksum of the sound that follows. Raises _DamagedClip if the file's size is another."""
    frames, checksum = _parse_header(file.read(_HEADER.size), key)
    if os.fstat(file.fileno()).st_size != _HEADER.size + frames * BYTES_PER_FRAME:
        raise _DamagedClip
    return frames, checksum


def _parse_header(header: bytes, key: str) -> tuple[Frames, int]:
    if len(header) < _HEADER.size:
        raise _DamagedClip
    magic, checksum, frames, stored_key = _HEADER.unpack(header)
    if magic != _MAGIC or stored_key != bytes.fromhex(key):
        raise _DamagedClip
    return Frames(frames), checksum
