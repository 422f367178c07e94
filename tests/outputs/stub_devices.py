"""Devices for `DeviceOutput`, which run in its process as miniaudio does."""

from __future__ import annotations

from pathlib import Path

from voicecoach.outputs.output import OpenResult
from voicecoach.outputs.ring_buffer import RingBuffer
from voicecoach.worker import MessageHandler


def busy_twice(ring_name: str, ring_size: int, tally: str) -> MessageHandler:
    """A device that another program uses during the first two attempts, which are counted in the file `tally`."""
    attempts = Path(tally).read_text("utf-8") if Path(tally).exists() else ""
    Path(tally).write_text(attempts + "x", "utf-8")
    ring = RingBuffer(ring_size, ring_name)
    result = OpenResult(ok=len(attempts) == 2, busy=len(attempts) < 2, reason="held by another program")

    def reply(_: object, _alive: object = ring) -> OpenResult:
        return result

    return reply
