"""A sound device in a process of its own, fed through a ring of shared memory.

One busy thread beside a 20 ms callback makes hundreds of gaps, a stopped sound server blocks whoever opens
or closes a device for half a minute, and ALSA writes to the terminal: none of that reaches the player from
there. A device that hangs or dies is abandoned by ending its process.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from voicecoach.errors import ChoiceError, DeviceBusyError, DeviceError
from voicecoach.outputs.output import PING, OpenResult
from voicecoach.outputs.ring_buffer import Counter, RingBuffer
from voicecoach.outputs.watchdog import Watchdog
from voicecoach.units import FRAMES_PER_MS, Frames
from voicecoach.worker import Worker, WorkerError

if TYPE_CHECKING:
    from voicecoach.sound.clip import Samples

__all__ = ["NO_DEVICE_HINT", "DeviceOutput"]

NO_DEVICE_HINT = (
    "choose another one with --device (voicecoach devices lists them), or make a file instead: "
    "voicecoach export -o session.mp3, or --output wav:session.wav"
)
"""What a person without a working device can do."""


class DeviceOutput:
    """An `SessionFiles` to the sound device that `target` (`"module:callable"`) opens in its process.

    The callable gets the ring's name, its size in frames and the name of the device, and gives back an
    answer that tells the `OpenResult`; to `ALIVE` it raises where its sound system has the device no more.
    """

    live = True
    AHEAD = 150 * FRAMES_PER_MS
    """Size of the ring: how long the player may be held up without a gap."""
    LATENCY = 60 * FRAMES_PER_MS
    """Frames at most between leaving the ring and being heard: miniaudio asks ALSA and Windows for three periods of
    20 ms; PulseAudio holds 40 ms."""
    OPENING = 10.0
    """Seconds that opening may take: a stopped sound server would block for 30."""

    def __init__(self, argument: str, device: str, target: str = "voicecoach.outputs.miniaudio:open_device") -> None:
        if argument:
            raise ChoiceError(f"this output takes nothing behind a colon ({argument!r})", "name a device with --device")
        self._name = device
        self._target = target
        self._ring: RingBuffer | None = None
        self._worker: Worker | None = None
        self._heart, self._asked = Watchdog(), False
        self._underruns = 0

    def begin(self) -> None:
        """Start the process; the device opens while others work."""
        try:
            self._ring = RingBuffer(self.AHEAD)
        except OSError as fault:
            raise DeviceError(f"there is no shared memory to play through ({fault})", NO_DEVICE_HINT) from fault
        self._worker = Worker(self._target, self._ring.name, self.AHEAD, self._name)
        try:
            self._worker.start()
        except WorkerError as fault:
            raise DeviceError(f"the sound device does not open ({fault})", NO_DEVICE_HINT) from fault

    def ready(self) -> None:
        """Wait until the device asks for frames."""
        assert self._worker is not None
        assert self._ring is not None
        try:
            opening: OpenResult = self._worker.ask("opening", self.OPENING)
        except WorkerError as fault:
            raise DeviceError(f"the sound device does not open ({fault})", NO_DEVICE_HINT) from fault
        self._ring.forget()
        if opening.choices is not None:
            known = ", ".join(opening.choices) or "none at all"
            raise ChoiceError(
                f"no sound device, or more than one, has {self._name!r} in its name", f"there are: {known}"
            )
        if not opening.went_well:
            kind = DeviceBusyError if opening.busy else DeviceError
            raise kind(f"there is no sound device that can be played on ({opening.words})", NO_DEVICE_HINT)

    def opened(self) -> bool:
        """Whether the device asks for frames by now; one that was asked for and is unknown is a `ChoiceError`."""
        assert self._worker is not None
        try:
            if not self._worker.is_ready():
                return False
        except WorkerError as fault:
            raise DeviceError(f"the sound device does not open ({fault})", NO_DEVICE_HINT) from fault
        self.ready()
        return True

    def underruns(self) -> int:
        """How many times the device had nothing to play because the player, or its own process, was late."""
        if self._ring is not None:
            self._underruns = self.count(Counter.UNDERRUNS)
        return self._underruns

    def room(self) -> int:
        """Frames that the ring has room for."""
        counters = self._watched()
        return self.AHEAD - (counters[Counter.WRITTEN] - counters[Counter.READ])

    def write(self, block: Samples) -> None:
        """Put a block into the ring."""
        assert self._ring is not None
        written = self._ring.counters[Counter.WRITTEN]
        self._ring.put(written, memoryview(block.data))
        self._ring.counters[Counter.WRITTEN] = written + len(block)

    def cut(self) -> int:
        """Have the ring emptied at the device's next request, which fades out."""
        counters = self._watched()
        before = counters[Counter.DROPPED]
        counters[Counter.CUT] = counters[Counter.WRITTEN]
        while counters[Counter.READ] < counters[Counter.CUT]:
            time.sleep(0.001)
            self._watched()
        return counters[Counter.DROPPED] - before

    def heard(self) -> Frames:
        """What has left the ring, less what the device still holds."""
        assert self._ring is not None
        counters = self._ring.counters
        return Frames(max(0, counters[Counter.READ] - counters[Counter.DROPPED] - self.LATENCY))

    def count(self, counter: Counter) -> int:
        """One of the ring's numbers, such as how many under-runs there were."""
        assert self._ring is not None
        return self._ring.counters[counter]

    def finish(self) -> None:
        """Nothing to do: what was heard was heard."""

    def close(self) -> None:
        """End the process, whatever the device does, and free the memory."""
        if self._worker is not None:
            self._worker.end()
        self.underruns()
        if self._ring is not None:
            self._ring.close()
        self._worker = self._ring = None

    def _watched(self) -> memoryview:
        assert self._worker is not None
        assert self._ring is not None
        counters = self._ring.counters
        if not self._worker.alive:
            raise DeviceError("the process that the sound device lives in has ended", NO_DEVICE_HINT)
        self._ask(self._worker)
        if not self._heart.beats(counters[Counter.CALLBACKS], time.monotonic()):
            raise DeviceError("the sound device has stopped taking sound", NO_DEVICE_HINT)
        return counters

    def _ask(self, worker: Worker) -> None:
        """Whether the sound system is there, while that is in doubt."""
        try:
            if self._asked and worker.replied():
                self._asked = False
                self._heart.answered()
            if self._heart.doubtful and not self._asked:
                self._asked = True
                worker.post(PING)
        except WorkerError as fault:
            raise DeviceError(f"the sound device has gone ({fault})", NO_DEVICE_HINT) from fault
