"""Stores results that are slow to make (encoded sound, covers), keyed by a digest of everything that shapes them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Protocol

from voicecoach.errors import FileError
from voicecoach.records import pack_parts, unpack_parts

_KEY_LENGTH = 32
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
    if content is not None:
        with suppress(ValueError):  # not what we stored
            return unpack_parts(content)
    result = make()
    with suppress(FileError):  # the disk is full: the result is made again next time
        store.write(key, _pad(pack_parts(result)))
    return result


def _pad(content: bytes) -> bytes:
    """Bring the content to an even length."""
    return content + b"\0" * (len(content) % 2)
