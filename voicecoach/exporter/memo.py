"""Stores results that are slow to make (encoded sound, covers), keyed by a digest of everything that shapes them."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import accumulate, pairwise
from typing import Protocol

from voicecoach.errors import FileError

_KEY_LENGTH = 32
_COUNT = struct.Struct("<I")
_VERSION = b"parts 2: "
"""Version of the stored form. Results in another form are not found."""


class MemoStore(Protocol):
    """A store of bytes, such as the cache of clips."""

    def read(self, key: str) -> bytes | None:
        """Return the whole content stored under `key` (hexadecimal digits), or None."""

    def write(self, key: str, content: bytes) -> None:
        """Store `content`, an even number of bytes."""


def memoize(
    store: MemoStore | None, setting: str, data: Iterable[bytes | memoryview], make: Callable[[], list[bytes]]
) -> list[bytes]:
    """Return what `make` returns, and call it only if `store` has no result for the same `data` and `setting`.

    `setting` names all that shapes the result apart from the data.
    """
    if store is None:
        return make()
    digest = hashlib.sha256(_VERSION + setting.encode())  # the hash that processors accelerate
    for part in data:
        digest.update(part)
    key = digest.hexdigest()[:_KEY_LENGTH]
    content = store.read(key)
    if content is not None and (stored := _unpack(content)) is not None:
        return stored
    result = make()
    with suppress(FileError):  # the disk is full: the result is made again next time
        store.write(key, _pack(result))
    return result


def _pack(parts: list[bytes]) -> bytes:
    """The number of parts, their sizes and the parts, padded to an even length."""
    content = _COUNT.pack(len(parts)) + struct.pack(f"<{len(parts)}I", *map(len, parts)) + b"".join(parts)
    return content + b"\0" * (len(content) % 2)


def _unpack(content: bytes) -> list[bytes] | None:
    """The parts; None for content of another shape."""
    try:
        (count,) = _COUNT.unpack_from(content)
        sizes = struct.unpack_from(f"<{count}I", content, _COUNT.size)
    except struct.error:
        return None
    ends = [*accumulate(sizes, initial=_COUNT.size * (count + 1))]
    if ends[-1] + ends[-1] % 2 != len(content):
        return None
    return [content[at:end] for at, end in pairwise(ends)]
