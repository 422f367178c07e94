"""A sound device in its own process, fed through a ring buffer in shared memory.

A busy Python thread beside a 20 ms callback causes hundreds of gaps, a stopped sound server blocks for half a minute
whenever a device is opened or closed, and ALSA writes to the terminal. None of that reaches the player from another
process, and a device that hangs or dies is dropped by ending its process.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from voicecoach.errors import ChoiceError, DeviceBusyError, DeviceError
from voicecoach.outputs.output import OPEN_TIMEOUT, PING, OpenResult, ReopenableOutput
from voicecoach.outputs.ring_buffer import Counter, RingBuffer
from voicecoach.outputs.watchdog import Watchdog
from voicecoach.units import FRAMES_PER_MS, Frames
from voicecoach.worker import Worker, WorkerError, isolated_start

if TYPE_CHECKING:
    from voicecoach.sound.clip import Samples


NO_DEVICE_HINT = (
    "choose another one with --device (voicecoach devices lists them), or make a file instead: "
    "voicecoach export -o session.mp3, or --output wav:session.wav"
)

_NO_MEMORY_HINT = (
    "make room for it (Linux keeps it in /dev/shm), or make a file instead: voicecoach export -o session.mp3"
)


class DeviceOutput(ReopenableOutput):
    """An `Output` to the sound device that `target` (`"module:callable"`) opens in its process.

    The callable gets the ring buffer's name, its size in frames and the name of the device. It returns a handler that
    replies to every message with the `OpenResult`, and raises on `PING` if the sound system no longer has the device.
    """

    live = True
    RING_SIZE = 150 * FRAMES_PER_MS
    """Frames: how long the player may be held up without a gap."""
    LATENCY = 60 * FRAMES_PER_MS
    """Largest number of frames between leaving the ring and being heard: miniaudio asks ALSA and Windows for three
    periods of 20 ms; PulseAudio holds 40 ms."""

    def __init__(self, argument: str, device: str, target: str = "voicecoach.outputs.miniaudio:open_device") -> None:
        if argument:
            raise ChoiceError(f"this output takes no argument ({argument!r})", "name a device with --device")
        self._name = device
        self._target = target
        self._ring: RingBuffer | None = None
        self._worker: Worker | None = None
        self._watchdog, self._pinged = Watchdog(), False
        self._underruns = 0

    def begin(self) -> None:
        """Start the process; the device opens in the background."""
        try:
            with isolated_start():  # shared memory starts a process that removes what is left of it
                self._ring = RingBuffer(self.RING_SIZE)
        except OSError as error:
            message = f"there is no shared memory to play through ({error.strerror or error})"
            raise DeviceError(message, _NO_MEMORY_HINT) from error
        self._worker = Worker(self._target, self._ring.name, self.RING_SIZE, self._name)
        with _worker_errors("cannot be opened"):
            self._worker.start()

    def wait_ready(self) -> None:
        """Wait until the device is open."""
        assert self._worker is not None
        assert self._ring is not None
        with _worker_errors("cannot be opened"):
            result: OpenResult = self._worker.ask("result", OPEN_TIMEOUT)
        self._ring.unlink()
        if result.choices is not None:
            known = ", ".join(result.choices) or "none at all"
            raise ChoiceError(
                f"no sound device, or more than one, has {self._name!r} in its name", f"there are: {known}"
            )
        if not result.ok:
            kind = DeviceBusyError if result.busy else DeviceError
            raise kind(f"no sound device can be opened ({result.reason})", NO_DEVICE_HINT)

    def is_ready(self) -> bool:
        """Whether the device is open. Raises what `wait_ready` would."""
        assert self._worker is not None
        with _worker_errors("cannot be opened"):
            if not self._worker.is_ready():
                return False
        self.wait_ready()
        return True

    def underruns(self) -> int:
        """Return how many times the device had nothing to play because the player, or its own process, was late."""
        if self._ring is not None:
            self._underruns = self.count(Counter.UNDERRUNS)
        return self._underruns

    def room(self) -> int:
        """Return how many frames fit into the ring buffer."""
        counters = self._check_device()
        return self.RING_SIZE - (counters[Counter.WRITTEN] - counters[Counter.READ])

    def write(self, block: Samples) -> None:
        """Put a block into the ring buffer."""
        assert self._ring is not None
        written = self._ring.counters[Counter.WRITTEN]
        self._ring.put(written, memoryview(block.data))
        self._ring.counters[Counter.WRITTEN] = written + len(block)

    def cut(self) -> int:
        """Have the ring buffer emptied, with a fade-out, at the device's next request, and wait for it."""
        counters = self._check_device()
        before = counters[Counter.DROPPED]
        counters[Counter.CUT] = counters[Counter.WRITTEN]
        while counters[Counter.READ] < counters[Counter.CUT]:
            time.sleep(0.001)
            self._check_device()
        return counters[Counter.DROPPED] - before

    def heard(self) -> Frames:
        """Return the frames that have left the ring buffer, less `LATENCY`."""
        assert self._ring is not None
        counters = self._ring.counters
        return Frames(max(0, counters[Counter.READ] - counters[Counter.DROPPED] - self.LATENCY))

    def count(self, counter: Counter) -> int:
        """Return the value of one counter of the ring buffer."""
        assert self._ring is not None
        return self._ring.counters[counter]

    def close(self) -> None:
        """End the process, in whatever state the device is, and free the memory."""
        if self._worker is not None:
            self._worker.end()
        self.underruns()
        if self._ring is not None:
            self._ring.close()
        self._worker = self._ring = None

    def _check_device(self) -> memoryview:
        """Return the counters; raise `DeviceError` if the device has stopped."""
        assert self._worker is not None
        assert self._ring is not None
        counters = self._ring.counters
        if not self._worker.alive:
            raise DeviceError("the sound device's process has ended", NO_DEVICE_HINT)
        self._ping(self._worker)
        if not self._watchdog.is_alive(counters[Counter.CALLBACKS], time.monotonic()):
            raise DeviceError("the sound device has stopped responding", NO_DEVICE_HINT)
        return counters

    def _ping(self, worker: Worker) -> None:
        with _worker_errors("has gone"):
            if self._pinged and worker.has_replied():
                self._pinged = False
                self._watchdog.pong()
            if self._watchdog.needs_ping and not self._pinged:
                self._pinged = True
                worker.post(PING)


@contextmanager
def _worker_errors(problem: str) -> Iterator[None]:
    try:
        yield
    except WorkerError as error:
        raise DeviceError(f"the sound device {problem} ({error})", NO_DEVICE_HINT) from error
