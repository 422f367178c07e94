"""Moves segments to a format's packet grid, and chapters and captions along with them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from voicecoach.exporter.material import Material
from voicecoach.exporter.recording import Recording, Timed
from voicecoach.exporter.stitching.segments import PacketGrid, SoundSegment, find_segments
from voicecoach.timeline import Placement
from voicecoach.units import SAMPLE_RATE, Frames, frames, ms, round_half_up

__all__ = ["quantize"]

_MAX_SEGMENT = 30 * SAMPLE_RATE
"""Frames of an island that is still held in memory as a whole."""
_MIN_SILENCE_PACKETS = 6
"""Packets of silence that part two islands: one before and up to three behind each are its own, and each may move by
half of one, the first of all by a whole one."""


def quantize(material: Material, recording: Recording, grid: PacketGrid) -> tuple[Material, Recording]:
    """Both with every island moved to the beginning of a packet; as they are where they cannot be woven.

    The file is as long as it was, but for a last island that moved beyond its end.
    """
    found = find_segments(material.placements, _MIN_SILENCE_PACKETS * grid.frame)
    cut = found and (found[0].start < 0 or found[-1].end > material.length)  # where a session is split inside a sound
    lean = recording.channels == 2 and recording.bit_rate is not None and recording.bit_rate <= grid.lean
    if not found or cut or lean or any(island.length > _MAX_SEGMENT for island in found):
        return material, recording
    moved = tuple(replace(island, start=_nearest_packet(island.start, grid)) for island in found)
    length = Frames(max(material.length, moved[-1].end))
    shifts = _TimeMap(found, moved, length)
    placed = tuple(_move_placement(placement, shifts) for placement in material.placements)
    return (
        replace(material, length=length, placements=placed, grid=grid, islands=moved),
        _move_recording(recording, shifts, length),
    )


def _nearest_packet(start: Frames, grid: PacketGrid) -> Frames:
    return Frames(max(round_half_up(start, grid.frame), grid.first) * grid.frame)


class _TimeMap:
    """Where each frame went: those of an island with it, those of a silence nowhere, but never into sound."""

    def __init__(self, before: Sequence[SoundSegment], after: Sequence[SoundSegment], length: Frames) -> None:
        self._before, self._after, self._length = before, after, length
        self._starts = [island.start for island in before]

    def __call__(self, at: Frames) -> Frames:
        index = bisect_right(self._starts, at) - 1
        if index >= 0 and at <= self._before[index].end:
            return Frames(at - self._before[index].start + self._after[index].start)
        low = self._after[index].end if index >= 0 else 0
        high = self._after[index + 1].start if index + 1 < len(self._after) else self._length
        return Frames(min(max(at, low), high))


def _move_placement(placement: Placement, shifts: _TimeMap) -> Placement:
    return replace(placement, start=shifts(placement.start))


def _move_recording(recording: Recording, shifts: _TimeMap, length: Frames) -> Recording:
    chapters = [replace(span, start=shifts(span.start), end=shifts(span.end)) for span in recording.chapters]

    def moved(each: Timed) -> Timed:
        start, end = (ms(shifts(frames(at))) for at in (each.start, each.end))
        return replace(each, start=start, end=end)

    return replace(
        recording,
        length=length,
        chapters=tuple(chapters),
        captions=tuple(map(moved, recording.captions)),
        activities=tuple(map(moved, recording.activities)),
    )
