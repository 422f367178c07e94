"""Stretches of sound with silence around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from voicecoach.timeline import Placement
from voicecoach.units import Frames

__all__ = ["Excerpt", "Island", "islands"]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Sound without a place: two that are equal sound the same."""

    length: Frames
    placements: tuple[Placement, ...]
    """Counted from its beginning, and of no event."""


@dataclass(frozen=True, slots=True)
class Island:
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


def islands(placements: Iterable[Placement], gap: int) -> tuple[Island, ...]:
    """All of the sound, in order; less than `gap` frames of silence between two placements do not part them."""
    return tuple(_island(group) for group in _groups(placements, gap))


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


def _island(group: list[Placement]) -> Island:
    start = group[0].start
    length = max(placement.start + placement.length for placement in group) - start
    moved = (replace(placement, start=Frames(placement.start - start), event=0) for placement in group)
    return Island(start, Excerpt(Frames(length), tuple(moved)))
