"""A short ring of frames in shared memory: the player fills it, the device's process empties it.

Every number in it has one writer, so that neither side ever waits for the other. Positions count frames
since the start and only grow; a number is published after the frames that it speaks of. Needs nothing but
the standard library, because the device's process starts faster without numpy.
"""

from __future__ import annotations

import time
from enum import IntEnum
from multiprocessing.shared_memory import SharedMemory

__all__ = ["FADE", "Counter", "Ring", "Taker"]

FADE = 480
"""Frames (10 ms) in which a cut fades what is on its way: no click, and far below 20 ms."""


class Counter(IntEnum):
    """The numbers at the head of the memory, 64 bits each."""

    WRITTEN = 0
    """Player's: position after the last frame written."""
    CUT = 1
    """Player's: everything before this position that has not left yet is to be dropped."""
    READ = 2
    """Device's: position after the last frame taken or dropped."""
    DROPPED = 3
    """Device's: frames dropped by cuts, in all."""
    UNDERRUNS = 4
    """Device's: how many times frames were due and missing."""
    STARVED = 5
    """Device's: silent frames given in their place."""
    CALLBACKS = 6
    """Device's: how often it asked for frames."""
    FIRST = 7
    """Device's: when it first asked, `time.monotonic_ns`."""
    LAST = 8
    """Device's: when it last asked, `time.monotonic_ns`."""


_HEAD = 8 * len(Counter)


class Ring:
    """The memory itself: `counters` (64-bit integers) and `frames` (float32)."""

    def __init__(self, size: int = 0, name: str | None = None) -> None:
        """Make one of `size` frames, or, by `name`, open one that another process has made."""
        self._memory = SharedMemory(name, create=name is None, size=_HEAD + 4 * size)
        # The system may round the memory up to a page: both sides must see the same size.
        assert self._memory.buf is not None
        self._bytes = self._memory.buf[: _HEAD + 4 * size]
        self.counters = self._bytes[:_HEAD].cast("q")
        self.frames = self._bytes[_HEAD:].cast("f")
        self._named = name is None

    @property
    def name(self) -> str:
        """What another process opens it by, until `forget`."""
        return self._memory.name

    def forget(self) -> None:
        """Take the name away, once the other side has opened it: nothing can be left behind then."""
        if self._named:
            self._named = False
            self._memory.unlink()

    def close(self) -> None:
        """Let go of the memory."""
        for view in (self.counters, self.frames, self._bytes):
            view.release()
        self._memory.close()
        self.forget()

    def put(self, position: int, block: memoryview[float]) -> None:
        """Copy `block` (float32) to where `position` falls."""
        size = len(self.frames)
        start = position % size
        first = min(len(block), size - start)
        self.frames[start : start + first] = block[:first]
        self.frames[: len(block) - first] = block[first:]

    def get(self, position: int, block: memoryview[float]) -> None:
        """Fill `block` (float32) with what lies from `position` on."""
        size = len(self.frames)
        start = position % size
        first = min(len(block), size - start)
        block[:first] = self.frames[start : start + first]
        block[first:] = self.frames[: len(block) - first]


class Taker:
    """The device's end: copies, and, where the player cuts, fades once."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._due = False

    def take(self, count: int) -> memoryview[float]:
        """`count` frames for the device, as float32; silence where there are none."""
        counters = self._ring.counters
        block = memoryview(bytearray(4 * count)).cast("f")
        cut = counters[Counter.CUT]  # before WRITTEN, which is never behind it
        read, written = counters[Counter.READ], counters[Counter.WRITTEN]
        filled = 0
        if cut > read:
            filled = min(count, cut - read, FADE)
            self._fade(read, block[:filled])
            counters[Counter.DROPPED] += cut - read - filled
            read, self._due = cut, False
        more = min(count - filled, written - read)
        if more:
            self._ring.get(read, block[filled : filled + more])
            self._due = True
        self._count(missing=count - filled - more)
        counters[Counter.READ] = read + more
        return block

    def _fade(self, position: int, block: memoryview[float]) -> None:
        self._ring.get(position, block)
        for at in range(len(block)):
            block[at] *= 1 - (at + 1) / len(block)

    def _count(self, missing: int) -> None:
        counters = self._ring.counters
        if missing and self._due:
            counters[Counter.UNDERRUNS] += 1
            counters[Counter.STARVED] += missing
        counters[Counter.LAST] = time.monotonic_ns()
        counters[Counter.CALLBACKS] += 1
        if counters[Counter.CALLBACKS] == 1:
            counters[Counter.FIRST] = counters[Counter.LAST]
