"""Stores results that are slow to make (encoded sound, covers), keyed by a digest of everything that shapes them."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Protocol

from voicecoach.errors import FileError

__all__ = ["MemoStore", "memoize"]

_KEY_LENGTH = 32
"""Of a digest, as a store takes it."""
_COUNT = struct.Struct("<I")
_SIZE = "I"
_VERSION = b"parts 2: "
"""What is kept in another form than this one is not found."""


class MemoStore(Protocol):
    """A store of bytes for next time, such as the cache of clips."""

    def read(self, key: str) -> bytes | None:
        """What was written under `key` (letters and digits), whole; None where it is not, or no longer, there."""

    def write(self, key: str, content: bytes) -> None:
        """Keep `content`, an even number of bytes."""


def memoize(
    memo: MemoStore | None, setting: str, stuff: Iterable[bytes | memoryview], make: Callable[[], list[bytes]]
) -> list[bytes]:
    """What `make` gives: a few strings of bytes. It is asked only where nothing is `kept` of the same `stuff` made in
    the same way; `setting` is all that shapes the result beside the stuff.
    """
    if memo is None:
        return make()
    digest = hashlib.sha256(_VERSION + setting.encode())  # which processors have a command for
    for part in stuff:
        digest.update(part)
    key = digest.hexdigest()[:_KEY_LENGTH]
    content = memo.read(key)
    if content is not None:
        return _unpack(content)
    made = make()
    with suppress(FileError):  # a full disk: it is made again the next time
        memo.write(key, _pack(made))
    return made


def _pack(parts: list[bytes]) -> bytes:
    """How many, the size of each, all of them; even in length."""
    content = _COUNT.pack(len(parts)) + struct.pack(f"<{len(parts)}{_SIZE}", *map(len, parts)) + b"".join(parts)
    return content + b"\0" * (len(content) % 2)


def _unpack(content: bytes) -> list[bytes]:
    (count,) = _COUNT.unpack_from(content)
    sizes = struct.unpack_from(f"<{count}{_SIZE}", content, _COUNT.size)
    at = _COUNT.size + struct.calcsize(f"<{count}{_SIZE}")
    parts = []
    for size in sizes:
        parts.append(content[at : at + size])
        at += size
    return parts
