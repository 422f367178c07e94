"""Devices for `Device`, which run in its process as miniaudio's does."""

from __future__ import annotations

from pathlib import Path

from voicecoach.outputs.output import Opening
from voicecoach.outputs.ring_buffer import Ring
from voicecoach.worker import Answer


def busy_twice(ring_name: str, ring_size: int, tally: str) -> Answer:
    """One that another program holds for the first two tries; they are counted in the file `tally`."""
    tries = Path(tally).read_text("utf-8") if Path(tally).exists() else ""
    Path(tally).write_text(tries + "x", "utf-8")
    ring = Ring(ring_size, ring_name)
    opening = Opening(went_well=len(tries) == 2, busy=len(tries) < 2, words="held by another program")

    def answer(_: object, _alive: object = ring) -> Opening:
        return opening

    return answer
