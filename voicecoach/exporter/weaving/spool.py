"""Encoded islands, kept for the next file: each under a digest of its samples and of the encoder's settings."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable

from voicecoach.exporter.material import Kept
from voicecoach.sound.clip import Samples

__all__ = ["Spool"]

_LETTERS = 32
"""Of a digest, as a store takes it."""
_COUNT = struct.Struct("<I")
_SIZE = "H"
"""Of a packet: those of sound have at most a few kilobytes."""


class Spool:
    """Packets by what they are made of. `setting` is all that shapes them beside the samples."""

    def __init__(self, setting: str, kept: Kept | None) -> None:
        self._setting, self._kept = setting.encode(), kept

    def packets(self, sound: Samples, make: Callable[[], list[bytes]]) -> list[bytes]:
        """Those of `sound`, made only where they were never made before."""
        digest = hashlib.sha256(self._setting)  # which processors have a command for
        digest.update(sound.data)
        key = digest.hexdigest()[:_LETTERS]
        return self._fetched(key) or self._made(key, make)

    def _fetched(self, key: str) -> list[bytes] | None:
        content = None if self._kept is None else self._kept.read(key)
        return None if content is None else _unpacked(content)

    def _made(self, key: str, make: Callable[[], list[bytes]]) -> list[bytes]:
        packets = make()
        if self._kept is not None:
            self._kept.write(key, _packed(packets))
        return packets


def _packed(packets: list[bytes]) -> bytes:
    """How many, the size of each, all of them; even in length."""
    content = _COUNT.pack(len(packets)) + struct.pack(f"<{len(packets)}{_SIZE}", *map(len, packets))
    content += b"".join(packets)
    return content + b"\0" * (len(content) % 2)


def _unpacked(content: bytes) -> list[bytes]:
    (count,) = _COUNT.unpack_from(content)
    sizes = struct.unpack_from(f"<{count}{_SIZE}", content, _COUNT.size)
    at = _COUNT.size + struct.calcsize(f"<{count}{_SIZE}")
    packets = []
    for size in sizes:
        packets.append(content[at : at + size])
        at += size
    return packets
