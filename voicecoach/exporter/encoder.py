"""Encoding through PyAV, which brings FFmpeg's encoders and containers in its wheel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO, Literal

import av
import numpy as np
from av.audio.stream import AudioStream

from voicecoach.exporter.vorbis import chapter_comments
from voicecoach.sound.clip import Samples
from voicecoach.sound.pcm import to_pcm
from voicecoach.timeline import Span, Timeline
from voicecoach.units import RATE, Frames

if TYPE_CHECKING:
    from av.container.core import Chapter  # a name that only PyAV's stubs know

__all__ = ["Encoding", "encode"]

_TICK = Fraction(1, RATE)
_BUFFER = 1 << 16
"""Bytes that FFmpeg gathers before it calls back to write them."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """FFmpeg's own names and options for one kind of file."""

    container: str
    codec: str
    sample_format: Literal["s16", "flt", "fltp"]
    """What the codec takes: 16 bits, or floats (the same for one channel, whatever their name)."""
    bit_rate: int | None = None
    """Bits a second; None for a lossless codec."""
    gain: float = 1.0
    """What samples are multiplied by, where the codec makes them softer by itself."""
    vorbis: bool = False
    """Whether chapters are Vorbis comments of ours: FFmpeg writes none in FLAC, and in Ogg makes those that
    start in the second half of a second a second late."""
    from_zero: bool = False
    """Whether chapters must begin at 0, since the container knows only how long each lasts: the opening before
    the first move is then a chapter too, named like the session."""
    codec_options: Mapping[str, str] = field(default_factory=dict)
    container_options: Mapping[str, str] = field(default_factory=dict)


def encode(file: BinaryIO, encoding: Encoding, timeline: Timeline, blocks: Iterable[Samples]) -> None:
    """Write `blocks` to `file` with the title and chapters of `timeline`.

    One block at a time is held, and what the container must keep until its end. Raises what `file` raises;
    the file is then to be closed before anything else, which tells PyAV not to finish it.
    """
    options = dict(encoding.container_options)
    container = av.open(file, "w", format=encoding.container, container_options=options, buffer_size=_BUFFER)
    container.metadata["title"] = timeline.title
    if encoding.vorbis:
        container.metadata.update(chapter_comments(timeline))
    else:
        chapters = _with_opening(timeline) if encoding.from_zero else timeline.moves
        container.set_chapters([_chapter(number, span) for number, span in enumerate(chapters)])
    stream = container.add_stream(encoding.codec, rate=RATE, options=dict(encoding.codec_options))
    assert isinstance(stream, AudioStream)
    stream.layout = "mono"
    stream.format = encoding.sample_format
    if encoding.bit_rate is not None:
        stream.bit_rate = encoding.bit_rate
    at = 0
    for block in blocks:
        container.mux(stream.encode(_frame(block, encoding, at)))
        at += len(block)
    container.mux(stream.encode(None))
    container.close()


def _with_opening(timeline: Timeline) -> tuple[Span, ...]:
    if not timeline.moves or timeline.moves[0].start == 0:
        return timeline.moves
    return Span(timeline.title, Frames(0), timeline.moves[0].start), *timeline.moves


def _chapter(number: int, span: Span) -> Chapter:
    title = {"title": span.title}
    return {"id": number, "start": span.start, "end": span.end, "time_base": _TICK, "metadata": title}


def _frame(block: Samples, encoding: Encoding, at: int) -> av.AudioFrame:
    samples = to_pcm(block) if encoding.sample_format == "s16" else block * np.float32(encoding.gain)
    frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format=encoding.sample_format, layout="mono")
    frame.sample_rate = RATE
    frame.time_base = _TICK
    frame.pts = at
    return frame
