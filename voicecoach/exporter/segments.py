"""Segments of sound with silence around them, and the grid of packets that they move to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from voicecoach.timeline import Placement
from voicecoach.units import Frames


@dataclass(frozen=True, slots=True)
class PacketGrid:
    """The properties of a codec and its file format that stitching needs."""

    packet_size: int
    """Frames in a packet."""
    delay: int
    """Frames by which sound comes out after its packet, in players that respect the file's header."""
    pre_skip: int = 0
    """Frames at the start that the file tells players to leave out."""
    warm_up: int = 0
    """Packets of silence that the encoder needs first; they are left out."""
    max_whole_stereo_rate: int = 0
    """Bits per second up to which two channels need the bits that silence before them saves, and are not stitched."""

    @property
    def first_packet(self) -> int:
        """The first packet in which sound can start: earlier ones make up for the delay."""
        return -(-self.delay // self.packet_size)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Sound without a position. Equal excerpts sound the same."""

    length: Frames
    placements: tuple[Placement, ...]
    """Their starts count from the start of the excerpt; their `event` is always 0."""


@dataclass(frozen=True, slots=True)
class SoundSegment:
    """An excerpt at a position."""

    start: Frames
    sound: Excerpt

    @property
    def end(self) -> Frames:
        """One past its last frame."""
        return Frames(self.start + self.sound.length)


def find_segments(placements: Iterable[Placement], gap: int) -> tuple[SoundSegment, ...]:
    """Split all sound, in order, where at least `gap` frames are silent."""
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
