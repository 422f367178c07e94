"""Devices for `DeviceOutput`, which run in its process as miniaudio's does."""

from __future__ import annotations

from pathlib import Path

from voicecoach.outputs.output import OpenResult
from voicecoach.outputs.ring_buffer import RingBuffer
from voicecoach.worker import MessageHandler


def busy_twice(ring_name: str, ring_size: int, tally: str) -> MessageHandler:
    """One that another program holds for the first two tries; they are counted in the file `tally`."""
    tries = Path(tally).read_text("utf-8") if Path(tally).exists() else ""
    Path(tally).write_text(tries + "x", "utf-8")
    ring = RingBuffer(ring_size, ring_name)
    opening = OpenResult(ok=len(tries) == 2, busy=len(tries) < 2, reason="held by another program")

    def answer(_: object, _alive: object = ring) -> OpenResult:
        return opening

    return answer
