"""The sound of one file: as blocks of samples, or as segments of sound separated by silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

from voicecoach.exporter.memo import MemoStore
from voicecoach.exporter.segments import Excerpt, PacketGrid, SoundSegment
from voicecoach.sound.clip import Clip, Samples
from voicecoach.sound.mix import Mix
from voicecoach.timeline import Placement, Source
from voicecoach.units import SAMPLE_RATE, Frames

Advance: TypeAlias = Callable[[int], None]
"""Called with the number of frames written since the last call."""

_BLOCK_SIZE = 10 * SAMPLE_RATE
"""Long enough to make Python's overhead negligible, short enough for a smooth progress bar."""


class UnrelatedOSError(Exception):
    """Wraps an `OSError` from a clip or a progress callback, so that it is not reported as a write error."""

    def __init__(self, error: OSError) -> None:
        self.error = error


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioTrack:
    """The sound that a `FormatWriter` writes. Positions count from the start of the file."""

    length: Frames
    placements: tuple[Placement, ...]
    clip: Callable[[Source], Clip]
    """Gives the sound of a source, as for `Mix`."""
    advance: Advance
    memo: MemoStore | None = None
    """Stores encoded segments."""
    segments: tuple[SoundSegment, ...] = ()
    """All of the sound, each on `grid`; empty where blocks are encoded."""
    grid: PacketGrid | None = None

    def piece(self, start: Frames, length: Frames) -> AudioTrack:
        """Cut out a stretch for a file of its own."""
        end = start + length
        inside = (each for each in self.placements if each.start < end and each.start + each.length > start)
        moved = tuple(replace(each, start=Frames(each.start - start)) for each in inside)
        return replace(self, length=length, placements=moved)

    def blocks(self) -> Iterator[Samples]:
        """Give all samples, in order. Raises `UnrelatedOSError`."""
        with _wrap_os_errors():
            for block in Mix(self, self.clip).blocks(_BLOCK_SIZE):
                yield block
                self.advance(len(block))

    def samples(self, excerpt: Excerpt) -> Iterator[Samples]:
        """Give the samples of an excerpt, in blocks. Raises `UnrelatedOSError`."""
        with _wrap_os_errors():
            yield from Mix(excerpt, self.clip).blocks(SAMPLE_RATE)

    def sound_of(self, source: Source) -> Samples:
        """Give the samples of a source. Raises `UnrelatedOSError`."""
        with _wrap_os_errors():
            return self.clip(source).samples

    def report(self, frames: int) -> None:
        """Report that so many more frames are written. Raises `UnrelatedOSError`."""
        with _wrap_os_errors():
            self.advance(frames)


@contextmanager
def _wrap_os_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnrelatedOSError(error) from error
