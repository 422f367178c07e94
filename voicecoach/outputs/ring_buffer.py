"""A short ring of frames in shared memory: the player fills it, the device's process empties it.

Every number in it has one writer, so that neither side ever waits for the other. Positions count frames
since the start and only grow; a number is published after the frames that it speaks of. Needs nothing but
the standard library, because the device's process starts faster without numpy.
"""

from __future__ import annotations

import time
from array import array
from enum import IntEnum
from multiprocessing.shared_memory import SharedMemory

from voicecoach.outputs.watchdog import UnderrunDetector

__all__ = ["FADE", "Counter", "RingBuffer", "RingReader"]

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
    """Device's: how many times frames were due and missing, here or on their way to the loudspeaker."""
    STARVED = 5
    """Device's: silent frames given in their place."""
    CALLBACKS = 6
    """Device's: how often it asked for frames."""
    FIRST = 7
    """Device's: when it first asked, `time.monotonic_ns`."""
    LAST = 8
    """Device's: when it last asked, `time.monotonic_ns`."""


_HEADER_SIZE = 8 * len(Counter)


class RingBuffer:
    """The memory itself: `counters` (64-bit integers) and `frames` (float32)."""

    def __init__(self, size: int = 0, name: str | None = None) -> None:
        """Make one of `size` frames, or, by `name`, open one that another process has made."""
        self._memory = SharedMemory(name, create=name is None, size=_HEADER_SIZE + 4 * size)
        # The system may round the memory up to a page: both sides must see the same size.
        assert self._memory.buf is not None
        self._bytes = self._memory.buf[: _HEADER_SIZE + 4 * size]
        self.counters = self._bytes[:_HEADER_SIZE].cast("q")
        self.frames = self._bytes[_HEADER_SIZE:].cast("f")
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


class RingReader:
    """The device's end: copies, and fades wherever the stream breaks off, because the player cuts it or is late.

    A fade lasts `FADE` frames, of what is there; where too little is, the last frame's level falls on over what
    follows. After a cut the player's frames rise from silence; after an under-run they are made to.
    """

    def __init__(self, ring: RingBuffer) -> None:
        self._ring = ring
        self._due = False
        self._cut = 0
        """The last one that was obeyed."""
        self._last = 0.0
        """Level of the frame that the stream stands at."""
        self._falling = array("f")
        """What is still to be added of a fade that had too little to fade."""
        self._risen = FADE
        """Frames since the stream came back from an under-run."""
        self._slips = UnderrunDetector()

    def take(self, count: int) -> memoryview[float]:
        """`count` frames for the device, as float32; silence where there are none."""
        counters = self._ring.counters
        block = memoryview(bytearray(4 * count)).cast("f")
        cut = counters[Counter.CUT]  # before WRITTEN, which is never behind it
        read, written = counters[Counter.READ], counters[Counter.WRITTEN]
        filled = self._obeyed(cut, read, block) if cut != self._cut else 0
        read = max(cut, read)
        more = min(count - filled, written - read)
        if more:
            self._copied(read, block[filled : filled + more])
        if filled + more < count and self._due:
            self._fall(filled + more, self._last)
            self._last, self._risen = 0.0, 0
        self._count(count, missing=count - filled - more)
        self._let_fall(block)
        counters[Counter.READ] = read + more
        return block

    def _obeyed(self, cut: int, read: int, block: memoryview[float]) -> int:
        """How many frames are left of what was cut, at the head of the block, fading."""
        filled = min(len(block), cut - read, FADE)
        head = block[:filled]
        self._ring.get(read, head)
        risen = self._risen / FADE
        last = head[-1] * risen if filled else self._last
        for at in range(filled):
            head[at] *= risen * (1 - (at + 1) / FADE)
        self._fall(filled, last, filled)
        self._ring.counters[Counter.DROPPED] += cut - read - filled
        self._cut, self._due, self._last, self._risen = cut, False, 0.0, FADE
        return filled

    def _copied(self, read: int, block: memoryview[float]) -> None:
        self._ring.get(read, block)
        for at in range(min(len(block), FADE - self._risen)):
            block[at] *= (self._risen + at + 1) / FADE
        self._risen = min(FADE, self._risen + len(block))
        self._due, self._last = True, block[-1]

    def _fall(self, start: int, level: float, done: int = 0) -> None:
        """Have a level fall to nothing from frame `start` of this block on, `done` frames of its fade being over."""
        if level and done < FADE:
            self._falling.extend([0.0] * (start + FADE - done - len(self._falling)))
            for at in range(FADE - done):
                self._falling[start + at] += level * (1 - (done + at + 1) / FADE)

    def _let_fall(self, block: memoryview[float]) -> None:
        for at in range(min(len(block), len(self._falling))):
            block[at] += self._falling[at]
        self._falling = self._falling[len(block) :]

    def _count(self, count: int, missing: int) -> None:
        counters = self._ring.counters
        if missing and self._due:
            counters[Counter.UNDERRUNS] += 1
            counters[Counter.STARVED] += missing
        counters[Counter.LAST] = time.monotonic_ns()
        counters[Counter.UNDERRUNS] += self._slips.asked(count, counters[Counter.LAST] / 1e9)
        counters[Counter.CALLBACKS] += 1
        if counters[Counter.CALLBACKS] == 1:
            counters[Counter.FIRST] = counters[Counter.LAST]
