"""The sound of one file: as blocks of samples, or as segments of sound separated by silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

from voicecoach.exporter.memo import MemoStore
from voicecoach.exporter.stitching.segments import Excerpt, PacketGrid, SoundSegment
from voicecoach.sound.clip import Clip, Samples
from voicecoach.sound.mix import Mix
from voicecoach.timeline import Placement, Source
from voicecoach.units import SAMPLE_RATE, Frames

__all__ = ["Advance", "Material", "UnrelatedOSError"]

Advance: TypeAlias = Callable[[int], None]
"""Told how many more frames are written."""

_BLOCK_SIZE = 10 * SAMPLE_RATE
"""Long enough that Python's share of the work vanishes, short enough for a smooth progress bar."""


class UnrelatedOSError(Exception):
    """Carries a fault of the system's that is not of the file written here past those who would take it so."""

    def __init__(self, fault: OSError) -> None:
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a `FormatWriter` makes its file of; all places count from the file's own beginning."""

    length: Frames
    placements: tuple[Placement, ...]
    clip: Callable[[Source], Clip]
    """As for `Mix`."""
    progress: Advance
    memo: MemoStore | None = None
    """Where encoded islands are kept; None keeps none."""
    islands: tuple[SoundSegment, ...] = ()
    """All of the sound, each on `grid`; none where it is to be encoded as it comes."""
    grid: PacketGrid | None = None

    def piece(self, start: Frames, length: Frames) -> Material:
        """A stretch of it as a file of its own."""
        end = start + length
        inside = (each for each in self.placements if each.start < end and each.start + each.length > start)
        moved = tuple(replace(each, start=Frames(each.start - start)) for each in inside)
        return replace(self, length=length, placements=moved)

    def blocks(self) -> Iterator[Samples]:
        """All samples, in order."""
        mix = Mix(self, self.clip)
        for at in range(0, self.length, _BLOCK_SIZE):
            with _wrap_os_errors():
                block = mix.read(at, min(_BLOCK_SIZE, self.length - at))
            yield block
            self.tell(len(block))

    def samples(self, excerpt: Excerpt) -> Iterator[Samples]:
        """Those of an island, in order."""
        with _wrap_os_errors():
            yield from Mix(excerpt, self.clip).blocks(SAMPLE_RATE)

    def tell(self, more: int) -> None:
        """So many more frames are written."""
        with _wrap_os_errors():
            self.progress(more)


@contextmanager
def _wrap_os_errors() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise UnrelatedOSError(fault) from fault
