"""Outputs that need no sound device: one that is heard at once, and one whose device is a thread of its process."""

from __future__ import annotations

import threading
import time

from voicecoach.outputs.device import DeviceOutput
from voicecoach.outputs.in_memory import InMemoryOutput
from voicecoach.outputs.output import OpenResult
from voicecoach.outputs.ring_buffer import RingBuffer, RingReader
from voicecoach.units import FRAMES_PER_MS, SAMPLE_RATE, Frames
from voicecoach.worker import MessageHandler

PERIOD = 20


class InstantOutput(InMemoryOutput):
    """Live, so that its sessions are logged, but everything counts as heard as soon as it is written.

    Its argument is the number of seconds after which the listener presses Ctrl-C, if any.
    """

    def __init__(self, argument: str, device: str) -> None:
        super().__init__(argument, device, latency=SAMPLE_RATE)
        self._end = float(argument or "inf") * SAMPLE_RATE

    def heard(self) -> Frames:
        self.catch_up(SAMPLE_RATE)
        heard = super().heard()
        if heard > self._end:
            raise KeyboardInterrupt
        return heard


class OwnDevice(DeviceOutput):
    """Plays through shared memory to `open_device`, as to a real device."""

    def __init__(self, argument: str, device: str) -> None:
        super().__init__(argument, device, "tests.faults.instant_output:open_device")


def open_device(ring_name: str, ring_size: int, _: str) -> MessageHandler:
    """Take four periods of frames from the ring buffer in the time of one, or what is there."""
    reader = RingReader(RingBuffer(ring_size, ring_name))

    def play() -> None:
        while True:
            reader.read(4 * PERIOD * FRAMES_PER_MS)
            time.sleep(PERIOD / 1000)

    threading.Thread(target=play, daemon=True).start()
    return lambda _: OpenResult(ok=True)
