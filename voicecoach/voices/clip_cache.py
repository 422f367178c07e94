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
from pathlib import Path

from voicecoach.errors import FileError
from voicecoach.files import WholeFile, part_files, remove_abandoned
from voicecoach.units import Frames
from voicecoach.voices.engine_facts import cache_folder

__all__ = [
    "BYTES_PER_FRAME",
    "LIMIT",
    "CacheUsage",
    "ClipCache",
    "DamagedClip",
    "cache_key",
    "pack_clip",
    "read_clip",
    "read_length",
]

BYTES_PER_FRAME = 2
_HEADER = struct.Struct("<4sIQ16s")
"""Mark of the format, CRC-32 of the sound, frames, and the key, so that a file under another's name is noticed."""
_MAGIC = b"VCc1"


class DamagedClip(ValueError):
    """Not a clip of ours, or no longer whole."""


def pack_clip(key: str, sound: bytes) -> bytes:
    """The file's content for 16-bit little-endian samples."""
    return _HEADER.pack(_MAGIC, zlib.crc32(sound), len(sound) // BYTES_PER_FRAME, bytes.fromhex(key)) + sound


def read_length(path: Path, key: str) -> Frames:
    """From the head and the file's size alone. Raises OSError or `DamagedClip`."""
    with path.open("rb", buffering=0) as file:
        frames, _ = _parse_header(file.read(_HEADER.size), key)
        if file.seek(0, 2) != _HEADER.size + frames * BYTES_PER_FRAME:
            raise DamagedClip("it is not as long as it says")
    return frames


def read_clip(path: Path, key: str) -> bytes:
    """The sound, found whole. Raises OSError or `DamagedClip`."""
    with path.open("rb", buffering=0) as file:
        frames, checksum = _parse_header(file.read(_HEADER.size), key)
        sound = file.read()
    if len(sound) != frames * BYTES_PER_FRAME or zlib.crc32(sound) != checksum:
        raise DamagedClip("its checksum is wrong")
    return sound


def _parse_header(head: bytes, key: str) -> tuple[Frames, int]:
    if len(head) < _HEADER.size:
        raise DamagedClip("it is cut short")
    mark, checksum, frames, named = _HEADER.unpack(head)
    if mark != _MAGIC or named != bytes.fromhex(key):
        raise DamagedClip("it is another file")
    return Frames(frames), checksum


LIMIT = 500_000_000
"""Bytes: about an hour and a half of speech."""
_MASTERING_VERSION = 2
"""Raise it whenever `sound.master` makes something else of the same speech."""


def cache_key(*shaping: object) -> str:
    """The name of a clip: a digest of all that shapes it, and of our mastering."""
    return hashlib.blake2b(repr((_MASTERING_VERSION, *shaping)).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class CacheUsage:
    """What the cache holds."""

    folder: Path
    files: int
    bytes: int
    limit: int


class ClipCache:
    """The clips in `folder`, at most `limit` bytes of them, the least recently used given up first.

    Any number of programs may use one folder: files are complete when they appear, and one that vanishes or is
    damaged is as good as missing. Where the folder cannot be written, new clips are kept in a temporary one until
    `close`, and `tell` hears of it, once.
    """

    def __init__(
        self, folder: Path | None = None, limit: int = LIMIT, tell: Callable[[str], None] = lambda _: None
    ) -> None:
        self._folder = (folder or cache_folder()) / "clips"
        self._limit, self._tell = limit, tell
        self._spare: tempfile.TemporaryDirectory[str] | None = None
        self._in_use: set[str] = set()
        self._grown = False

    def hush(self) -> None:
        """Tell nothing from now on."""
        self._tell = lambda _: None

    def length(self, key: str) -> Frames | None:
        """How long the clip is, or None where it is not there whole; counts as use."""
        for path in self._places(key):
            with contextlib.suppress(OSError, DamagedClip):
                length = read_length(path, key)
                self._use(path, key)
                return length
        return None

    def read(self, key: str) -> bytes | None:
        """What was kept, for a clip its sound, or None where it is not there or damaged; counts as use."""
        for path in self._places(key):
            with contextlib.suppress(OSError, DamagedClip):
                content = read_clip(path, key)
                self._use(path, key)
                return content
        return None

    def write(self, key: str, sound: bytes) -> None:
        """Keep a clip, 16-bit little-endian, or any even number of bytes.

        Raises FileError where not even the temporary folder takes it.
        """
        self._in_use.add(key)
        content = pack_clip(key, sound)
        if self._spare is None:
            try:
                _write_clip(self._folder, key, content)
            except OSError as fault:
                self._tell(f"new speech is not kept for next time: {self._folder}: {fault.strerror}")
            else:
                self._grown = True
                return
        try:
            if self._spare is None:
                self._spare = tempfile.TemporaryDirectory(prefix="voicecoach-")
            _write_clip(Path(self._spare.name), key, content)
        except OSError as fault:
            where = fault.filename or tempfile.gettempdir()
            raise FileError.of(where, fault, "make room there, or set VOICECOACH_CACHE") from fault

    def close(self) -> None:
        """Bring the folder back within its limit, without what this session used, and drop what was temporary."""
        if self._grown:
            self._evict()
        if self._spare is not None:
            self._spare.cleanup()
            self._spare = None

    def usage(self) -> CacheUsage:
        """What there is now; raises FileError where the folder cannot be read."""
        try:
            files = self._files()
        except OSError as fault:
            raise FileError.of(self._folder, fault) from fault
        return CacheUsage(self._folder, len(files), sum(size for _, size, _ in files), self._limit)

    def clear(self) -> CacheUsage:
        """Remove everything; gives what was removed. Raises FileError where that is refused."""
        before = self.usage()
        try:
            for _, _, path in self._files():
                path.unlink(missing_ok=True)
            with contextlib.suppress(FileNotFoundError):
                for part in part_files(self._folder):
                    part.unlink(missing_ok=True)
        except OSError as fault:
            raise FileError.of(self._folder, fault) from fault
        return before

    def _places(self, key: str) -> list[Path]:
        folders = [self._folder] if self._spare is None else [self._folder, Path(self._spare.name)]
        return [folder / f"{key}.clip" for folder in folders]

    def _use(self, path: Path, key: str) -> None:
        self._in_use.add(key)
        with contextlib.suppress(OSError):  # a folder that we may only read
            os.utime(path)

    def _files(self) -> list[tuple[float, int, Path]]:
        """Time of last use, size and path of each clip, oldest first."""
        found = []
        with contextlib.suppress(FileNotFoundError), os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.endswith(".clip"):
                    with contextlib.suppress(FileNotFoundError):
                        seen = entry.stat()
                        found.append((seen.st_mtime, seen.st_size, Path(entry.path)))
        return sorted(found)

    def _evict(self) -> None:
        remove_abandoned(self._folder)
        with contextlib.suppress(OSError):
            files = self._files()
            total = sum(size for _, size, _ in files)
            for _, size, path in files:
                if total > self._limit and path.stem not in self._in_use:
                    path.unlink(missing_ok=True)
                    total -= size


def _write_clip(folder: Path, key: str, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with WholeFile(folder / f"{key}.clip", durable=False, mode=0o600) as file:
        file.write(content)
