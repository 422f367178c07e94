"""Sessions of noise to export."""

import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from durations import seconds

from voicecoach.exporter import FORMATS, ExportOptions, Tags, export
from voicecoach.exporter.audio_track import AudioTrack
from voicecoach.exporter.memo import MemoStore
from voicecoach.exporter.metadata import Metadata, make_metadata
from voicecoach.exporter.stitching import quantize
from voicecoach.progress import Progress, ignore_progress
from voicecoach.sound.clip import Clip, Samples
from voicecoach.sound.mix import Mix
from voicecoach.timeline import Event, Placement, Source, Span, Timeline, Utterance
from voicecoach.units import Frames, Ms, frames, ms

WORD = seconds(0.7)


@dataclass(frozen=True)
class NoiseSession:
    """A timeline with a word of smooth noise in every second, and its clips."""

    timeline: Timeline
    smoothing: int = 24

    def clip(self, source: Source) -> Clip:
        """Noise like speech: below 4 kHz (with less smoothing, higher), fading in and out, at a third of full scale."""
        assert isinstance(source, Utterance)
        rough = np.random.default_rng(len(source.text)).normal(0, 1, WORD)
        smooth = np.convolve(rough, np.hanning(self.smoothing), "same") * np.hanning(WORD)
        return Clip((smooth / np.abs(smooth).max() / 3).astype(np.float32))

    def sound(self, name: str = "wav") -> Samples:
        """The sound as played, in a lossy format with its segments moved to the packet grid."""
        return Mix(self.in_format(name)[0], self.clip).read(0, self.timeline.length)

    def in_format(self, name: str, **fields: Any) -> tuple[AudioTrack, Metadata]:
        """The arguments for the writer of a format; `fields` replace those of the metadata."""
        audio = AudioTrack(
            length=self.timeline.length,
            placements=self.timeline.placements,
            clip=self.clip,
            advance=lambda _: None,
        )
        metadata, grid = replace(make_metadata(self.timeline, self.clip), **fields), FORMATS[name].grid
        return (audio, metadata) if grid is None else quantize(audio, metadata, grid)

    def starts(self, name: str) -> list[int]:
        """The starts of its moves in a format, in milliseconds."""
        return [ms(move.start) for move in self.in_format(name)[1].chapters]

    def export(
        self,
        path: Path,
        *,
        tags: Tags | None = None,
        progress: Progress = ignore_progress,
        memo: MemoStore | None = None,
        **options: object,
    ) -> tuple[Path, ...]:
        """Export with `ExportOptions(**options)`."""
        made = ExportOptions(**options)  # type: ignore[arg-type]
        return export(self.timeline, self.clip, path, made, tags=tags, progress=progress, memo=memo)


@pytest.fixture
def session() -> Callable[..., NoiseSession]:
    """Makes a session of a length in milliseconds, with moves as (start, title)."""

    def made(length: int = 12_345, *moves: tuple[int, str], title: str = "Desk break") -> NoiseSession:
        words = [Utterance("word" * (1 + at % 10)) for at in range(length // 1000)]
        starts = [frames(Ms(1000 * at + 123)) for at in range(len(words))]
        ends = [*(start for start, _ in moves[1:]), length][: len(moves)]
        return NoiseSession(
            Timeline(
                title=title,
                language="en",
                level=50,
                length=frames(Ms(length)),
                placements=tuple(
                    Placement(start, WORD, word, number)
                    for number, (start, word) in enumerate(zip(starts, words, strict=True))
                ),
                events=tuple(
                    Event("say", start, Frames(start + WORD), text=word.text)
                    for start, word in zip(starts, words, strict=True)
                ),
                moves=tuple(
                    Span(name, frames(Ms(start)), frames(Ms(end)))
                    for (start, name), end in zip(moves, ends, strict=True)
                ),
            )
        )

    return made


@pytest.fixture
def full_disk() -> Callable[[int], AbstractContextManager[None]]:
    """Limits the size of files in bytes, so that a real write fails with a real error."""

    @contextmanager
    def limited(size: int) -> Iterator[None]:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return limited
