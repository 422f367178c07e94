"""Segments of sound with silence around them, and the grid of packets that they move to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from voicecoach.timeline import Placement
from voicecoach.units import Frames

__all__ = ["Excerpt", "PacketGrid", "SoundSegment", "find_segments"]


@dataclass(frozen=True, slots=True)
class PacketGrid:
    """The facts of a codec and its file that weaving needs; all in frames."""

    frame: int
    """In a packet."""
    lag: int
    """By which sound comes out later than its packet, in players that heed what the file says of that."""
    skipped: int = 0
    """Of the first packets, what the file tells players to leave out."""
    warmth: int = 0
    """Packets (not frames) of silence that an encoder is to hear before it is at its best; they are left out."""
    lean: int = 0
    """Bits a second up to which two channels need what the silence before them saves, and are not woven."""

    @property
    def first(self) -> int:
        """The first packet with which sound can begin: a lag needs packets before to be made up in."""
        return -(-self.lag // self.frame)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Sound without a place: two that are equal sound the same."""

    length: Frames
    placements: tuple[Placement, ...]
    """Counted from its beginning, and of no event."""


@dataclass(frozen=True, slots=True)
class SoundSegment:
    """An excerpt and where it begins."""

    start: Frames
    sound: Excerpt

    @property
    def length(self) -> Frames:
        """How long it is."""
        return self.sound.length

    @property
    def end(self) -> Frames:
        """One past its last frame."""
        return Frames(self.start + self.length)


def find_segments(placements: Iterable[Placement], gap: int) -> tuple[SoundSegment, ...]:
    """All of the sound, in order; less than `gap` frames of silence between two placements do not part them."""
    return tuple(_make_segment(group) for group in _groups(placements, gap))


def _groups(placements: Iterable[Placement], gap: int) -> Iterator[list[Placement]]:
    group: list[Placement] = []
    end = 0
    for placement in placements:
        if group and placement.start >= end + gap:
            yield group
            group = []
        end = max(end, placement.start + placement.length) if group else placement.start + placement.length
        group.append(placement)
    if group:
        yield group


def _make_segment(group: list[Placement]) -> SoundSegment:
    start = group[0].start
    length = max(placement.start + placement.length for placement in group) - start
    moved = (replace(placement, start=Frames(placement.start - start), event=0) for placement in group)
    return SoundSegment(start, Excerpt(Frames(length), tuple(moved)))
