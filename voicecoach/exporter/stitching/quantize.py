"""Moves segments to a format's packet grid, and chapters and captions along with them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from voicecoach.exporter.material import Material
from voicecoach.exporter.recording import Recording, Timed
from voicecoach.exporter.stitching.segments import Grid, Island, islands
from voicecoach.timeline import Placement
from voicecoach.units import RATE, Frames, frames, half_up, ms

__all__ = ["on_grid"]

_LONGEST = 30 * RATE
"""Frames of an island that is still held in memory as a whole."""
_APART = 6
"""Packets of silence that part two islands: one before and up to three behind each are its own, and each may move by
half of one, the first of all by a whole one."""


def on_grid(material: Material, recording: Recording, grid: Grid) -> tuple[Material, Recording]:
    """Both with every island moved to the beginning of a packet; as they are where they cannot be woven.

    The file is as long as it was, but for a last island that moved beyond its end.
    """
    found = islands(material.placements, _APART * grid.frame)
    cut = found and (found[0].start < 0 or found[-1].end > material.length)  # where a session is split inside a sound
    lean = recording.channels == 2 and recording.bit_rate is not None and recording.bit_rate <= grid.lean
    if not found or cut or lean or any(island.length > _LONGEST for island in found):
        return material, recording
    moved = tuple(replace(island, start=_nearest(island.start, grid)) for island in found)
    length = Frames(max(material.length, moved[-1].end))
    shifts = _Shifts(found, moved, length)
    placed = tuple(_at(placement, shifts) for placement in material.placements)
    return (
        replace(material, length=length, placements=placed, grid=grid, islands=moved),
        _told(recording, shifts, length),
    )


def _nearest(start: Frames, grid: Grid) -> Frames:
    return Frames(max(half_up(start, grid.frame), grid.first) * grid.frame)


class _Shifts:
    """Where each frame went: those of an island with it, those of a silence nowhere, but never into sound."""

    def __init__(self, before: Sequence[Island], after: Sequence[Island], length: Frames) -> None:
        self._before, self._after, self._length = before, after, length
        self._starts = [island.start for island in before]

    def __call__(self, at: Frames) -> Frames:
        index = bisect_right(self._starts, at) - 1
        if index >= 0 and at <= self._before[index].end:
            return Frames(at - self._before[index].start + self._after[index].start)
        low = self._after[index].end if index >= 0 else 0
        high = self._after[index + 1].start if index + 1 < len(self._after) else self._length
        return Frames(min(max(at, low), high))


def _at(placement: Placement, shifts: _Shifts) -> Placement:
    return replace(placement, start=shifts(placement.start))


def _told(recording: Recording, shifts: _Shifts, length: Frames) -> Recording:
    chapters = [replace(span, start=shifts(span.start), end=shifts(span.end)) for span in recording.chapters]

    def moved(each: Timed) -> Timed:
        start, end = (ms(shifts(frames(at))) for at in (each.start, each.end))
        return replace(each, start=start, end=end)

    return replace(
        recording,
        length=length,
        chapters=tuple(chapters),
        cues=tuple(map(moved, recording.cues)),
        clocks=tuple(map(moved, recording.clocks)),
    )
