"""A short ring buffer in shared memory: the player fills it, the device's process empties it.

Each counter has a single writer, so neither side ever waits for the other. Positions count frames from the start
and only grow; a position is published after the frames it refers to. This module needs only the standard library,
because the device's process starts faster without numpy.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from array import array
from enum import IntEnum
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory

from voicecoach.outputs.watchdog import UnderrunDetector

FADE = 480
"""Frames (10 ms) over which a cut fades out: no click, and far below 20 ms."""


class Counter(IntEnum):
    """The 64-bit counters at the head of the memory. The player writes the first two, the device the others."""

    WRITTEN = 0  # position after the last frame written
    CUT = 1  # position before which all frames that have not left yet are to be dropped
    READ = 2  # position after the last frame taken or dropped
    DROPPED = 3  # frames dropped by cuts, in all
    UNDERRUNS = 4  # times that frames were due but missing, here or on their way to the loudspeaker
    STARVED = 5  # silent frames played instead
    CALLBACKS = 6  # requests of the device
    FIRST = 7  # time of the first request, `time.monotonic_ns`
    LAST = 8  # time of the last request


_KIND = "shared_memory"
_HEADER_SIZE = 8 * len(Counter)


class RingBuffer:
    """The memory itself: `counters` (64-bit integers) and `frames` (float32)."""

    def __init__(self, size: int = 0, name: str | None = None) -> None:
        """Create a buffer of `size` frames or, with a `name`, open the one that another process created.

        Raises OSError if there is no room for it.
        """
        self._memory = _create(_HEADER_SIZE + 4 * size) if name is None else SharedMemory(name)
        # The system may round the memory up to a page: both sides must see the same size.
        assert self._memory.buf is not None
        self._bytes = self._memory.buf[: _HEADER_SIZE + 4 * size]
        self.counters = self._bytes[:_HEADER_SIZE].cast("q")
        self.frames = self._bytes[_HEADER_SIZE:].cast("f")
        self._linked = name is None

    @property
    def name(self) -> str:
        """The name by which another process opens it, until `unlink`."""
        return self._memory.name

    def unlink(self) -> None:
        """Remove the name once the other side has opened the memory, so that nothing can be left behind."""
        if self._linked:
            self._linked = False
            _unlink(self._memory)

    def close(self) -> None:
        """Release the memory."""
        for view in (self.counters, self.frames, self._bytes):
            view.release()
        self._memory.close()
        self.unlink()

    def put(self, position: int, block: memoryview[float]) -> None:
        """Copy `block` (float32) to `position`."""
        size = len(self.frames)
        start = position % size
        first = min(len(block), size - start)
        self.frames[start : start + first] = block[:first]
        self.frames[: len(block) - first] = block[first:]

    def get(self, position: int, block: memoryview[float]) -> None:
        """Fill `block` (float32) with the frames from `position` on."""
        size = len(self.frames)
        start = position % size
        first = min(len(block), size - start)
        block[:first] = self.frames[start : start + first]
        block[first:] = self.frames[: len(block) - first]


def _create(size: int) -> SharedMemory:
    """Create shared memory, all of it set aside. Raises OSError."""
    name = f"psm_{os.urandom(6).hex()}"  # as Python would name it
    resource_tracker.register(f"/{name}", _KIND)
    try:
        memory = SharedMemory(name, create=True, size=size)
    except OSError:
        _forget(name)
        raise
    _allocate(memory)
    return memory


def _unlink(memory: SharedMemory) -> None:
    """Remove the name, which a device's process that could not open the memory has removed already."""
    try:
        memory.unlink()
    except FileNotFoundError:
        _forget(memory.name)


def _forget(name: str) -> None:
    """Take a name off the list of Python's process that removes what is left of shared memory, if it is there.

    Python takes memory off that it could not create or open, whether or not it is on the list. If it is not, that
    process prints a traceback.
    """
    resource_tracker.register(f"/{name}", _KIND)
    resource_tracker.unregister(f"/{name}", _KIND)


def _allocate(memory: SharedMemory) -> None:
    """Make the system set the memory aside now, or raise OSError and release it.

    Linux otherwise looks for room at the first write to each page, and ends the process with SIGBUS if there is none.
    """
    if sys.platform != "linux":
        return
    try:
        descriptor = os.open(f"/dev/shm/{memory.name}", os.O_RDWR)
        try:
            os.posix_fallocate(descriptor, 0, memory.size)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno == errno.EOPNOTSUPP:  # an unusual file system with musl; glibc writes to each page instead
            return
        memory.close()
        _unlink(memory)
        raise


class RingReader:
    """The device's end: copies frames, and fades wherever the stream breaks off through a cut or an underrun.

    A fade lasts `FADE` frames and uses the frames that are there; if there are too few, the last frame's level decays
    on top of what follows. After a cut the player fades its frames in; after an underrun the reader does.
    """

    def __init__(self, ring: RingBuffer) -> None:
        self._ring = ring
        self._playing = False
        """Whether the stream is running, so that missing frames are an underrun."""
        self._last_cut = 0
        self._level = 0.0
        """Level of the last frame."""
        self._decay = array("f")
        """The rest of a fade-out, to be added to the next frames."""
        self._faded_in = FADE
        """Frames since the end of the last underrun, up to `FADE`."""
        self._detector = UnderrunDetector()

    def read(self, count: int) -> memoryview[float]:
        """Return `count` frames for the device, as float32; silence where there are none."""
        counters = self._ring.counters
        block = memoryview(bytearray(4 * count)).cast("f")
        cut = counters[Counter.CUT]  # before WRITTEN, which is never behind it
        read, written = counters[Counter.READ], counters[Counter.WRITTEN]
        faded = self._fade_out(cut, read, block) if cut != self._last_cut else 0
        read = max(cut, read)
        copied = min(count - faded, written - read)
        if copied:
            self._copy(read, block[faded : faded + copied])
        missing = count - faded - copied
        if missing and self._playing:
            self._start_decay(faded + copied, self._level)
            self._level, self._faded_in = 0.0, 0
        self._update_counters(count, missing)
        self._add_decay(block)
        counters[Counter.READ] = read + copied
        return block

    def _fade_out(self, cut: int, read: int, block: memoryview[float]) -> int:
        """Fade out at the head of the block what was cut; return how many frames that takes."""
        count = min(len(block), cut - read, FADE)
        head = block[:count]
        self._ring.get(read, head)
        gain = self._faded_in / FADE
        level = head[-1] * gain if count else self._level
        for at in range(count):
            head[at] *= gain * (1 - (at + 1) / FADE)
        self._start_decay(count, level, count)
        self._ring.counters[Counter.DROPPED] += cut - read - count
        self._last_cut, self._playing, self._level, self._faded_in = cut, False, 0.0, FADE
        return count

    def _copy(self, read: int, block: memoryview[float]) -> None:
        self._ring.get(read, block)
        for at in range(min(len(block), FADE - self._faded_in)):
            block[at] *= (self._faded_in + at + 1) / FADE
        self._faded_in = min(FADE, self._faded_in + len(block))
        self._playing, self._level = True, block[-1]

    def _start_decay(self, start: int, level: float, done: int = 0) -> None:
        """Let a level decay from frame `start` of this block on; the first `done` frames of its fade are over."""
        if level and done < FADE:
            self._decay.extend([0.0] * (start + FADE - done - len(self._decay)))
            for at in range(FADE - done):
                self._decay[start + at] += level * (1 - (done + at + 1) / FADE)

    def _add_decay(self, block: memoryview[float]) -> None:
        for at in range(min(len(block), len(self._decay))):
            block[at] += self._decay[at]
        self._decay = self._decay[len(block) :]

    def _update_counters(self, count: int, missing: int) -> None:
        counters = self._ring.counters
        if missing and self._playing:
            counters[Counter.UNDERRUNS] += 1
            counters[Counter.STARVED] += missing
        counters[Counter.LAST] = time.monotonic_ns()
        counters[Counter.UNDERRUNS] += self._detector.request(count, counters[Counter.LAST] / 1e9)
        counters[Counter.CALLBACKS] += 1
        if counters[Counter.CALLBACKS] == 1:
            counters[Counter.FIRST] = counters[Counter.LAST]
