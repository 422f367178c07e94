"""Encoding through PyAV, which brings FFmpeg's encoders and containers in its wheel."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO, Literal

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.stream import Disposition

from voicecoach.exporter.cues import Cue, one_at_a_time
from voicecoach.exporter.recording import Recording
from voicecoach.exporter.tags import three_letters
from voicecoach.sound.clip import Samples
from voicecoach.sound.pcm import to_pcm
from voicecoach.timeline import Span
from voicecoach.units import FRAMES_PER_MS, RATE, Frames

if TYPE_CHECKING:
    from av.container.core import Chapter  # a name that only PyAV's stubs know
    from av.stream import Stream

__all__ = ["Encoding", "encode"]

_TICK = Fraction(1, RATE)
_MS = Fraction(1, 1000)
_BUFFER = 1 << 16
"""Bytes that FFmpeg gathers before it calls back to write them."""
_LONGEST_TEXT = (1 << 16) - 1
"""Bytes of a caption in MP4."""
_LONGEST_TITLE = 255
"""Bytes of a chapter's title: one list of chapters in MP4 counts them in one byte, and FFmpeg would cut a letter."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """FFmpeg's own names and options for one kind of file."""

    container: str
    codec: str
    sample_format: Literal["s16", "flt", "fltp"]
    """What the codec takes: 16 bits, floats, or floats one channel after the other."""
    bit_rate: int | None = None
    """Bits a second, where the recording does not say; None for a lossless codec."""
    gain: float = 1.0
    """What samples are multiplied by, where the codec makes them softer by itself."""
    chapters: bool = False
    """Whether the container bears chapters. They begin at 0 then, since it knows only how long each lasts: the
    opening before the first move is a chapter too, named like the session."""
    captions: bool = False
    """Whether the container bears captions as a stream of texts."""
    language: bool = False
    """Whether each stream tells its language, in three letters."""
    cover: bool = False
    """Whether the container bears a cover as a stream of one picture."""
    codec_options: Mapping[str, str] = field(default_factory=dict)
    container_options: Mapping[str, str] = field(default_factory=dict)


def encode(
    file: BinaryIO,
    encoding: Encoding,
    recording: Recording,
    blocks: Iterable[Samples],
    comments: Mapping[str, str] | None = None,
) -> None:
    """Write `blocks` to `file` with `comments`, and what `encoding` bears of the rest of `recording`.

    One block at a time is held, and what the container must keep until its end. Raises what `file` raises;
    the file is then to be closed before anything else, which tells PyAV not to finish it.
    """
    options = dict(encoding.container_options)
    container = av.open(file, "w", format=encoding.container, container_options=options, buffer_size=_BUFFER)
    container.metadata.update(comments or {})
    if encoding.chapters:
        container.set_chapters([_chapter(number, span) for number, span in enumerate(_from_zero(recording))])
    sound = _sound_stream(container, encoding, recording)
    captions = _Captions(container, recording) if encoding.captions and recording.cues else None
    if encoding.cover and recording.cover:
        _put_cover(container, recording.cover)
    at = 0
    for block in blocks:
        if captions is not None:
            captions.put_until(at + len(block))
        container.mux(sound.encode(_frame(block, encoding, recording.channels, at)))
        at += len(block)
    container.mux(sound.encode(None))
    container.close()


def _sound_stream(container: OutputContainer, encoding: Encoding, recording: Recording) -> AudioStream:
    stream = container.add_stream(encoding.codec, rate=RATE, options=dict(encoding.codec_options))
    assert isinstance(stream, AudioStream)
    stream.layout = _layout(recording.channels)
    stream.format = encoding.sample_format
    bit_rate = recording.bit_rate or encoding.bit_rate
    if bit_rate is not None:
        stream.bit_rate = bit_rate
    if encoding.language:
        stream.metadata["language"] = three_letters(recording.tags.language)
    return stream


class _Captions:
    """A stream of texts, each put in shortly before the sound that it belongs to."""

    def __init__(self, container: OutputContainer, recording: Recording) -> None:
        self._container = container
        self._stream = container.add_mux_stream("mov_text")
        self._stream.time_base = _MS
        self._stream.metadata["language"] = three_letters(recording.tags.language)
        self._packets = _text_packets(recording.cues, self._stream)
        self._next = next(self._packets, None)

    def put_until(self, end: int) -> None:
        """All that begin before this frame."""
        while self._next is not None and (self._next.pts or 0) * FRAMES_PER_MS < end:
            self._container.mux(self._next)
            self._next = next(self._packets, None)


def _text_packets(cues: tuple[Cue, ...], stream: Stream) -> Iterator[av.Packet[Stream]]:
    """One a cue: its length in two bytes, and its text."""
    for cue in one_at_a_time(cues):
        text = _cut(cue.text, _LONGEST_TEXT)
        packet = av.Packet(struct.pack(">H", len(text)) + text)
        packet.stream, packet.time_base, packet.is_keyframe = stream, _MS, True
        packet.pts = packet.dts = cue.start
        packet.duration = cue.end - cue.start
        yield packet


def _put_cover(container: OutputContainer, png: bytes) -> None:
    width, height = struct.unpack(">II", png[16:24])
    stream = container.add_mux_stream("png", width=width, height=height)
    stream.disposition = Disposition.attached_pic
    container.start_encoding()
    packet = av.Packet(png)
    packet.stream, packet.time_base, packet.is_keyframe = stream, _MS, True
    packet.pts = packet.dts = 0
    container.mux(packet)


def _from_zero(recording: Recording) -> tuple[Span, ...]:
    chapters = recording.chapters
    if not chapters or chapters[0].start == 0:
        return chapters
    return Span(recording.tags.title, Frames(0), chapters[0].start), *chapters


def _chapter(number: int, span: Span) -> Chapter:
    title = _cut(span.title, _LONGEST_TITLE).decode()
    return {"id": number, "start": span.start, "end": span.end, "time_base": _TICK, "metadata": {"title": title}}


def _cut(text: str, most: int) -> bytes:
    """At most so many bytes of it, and no half letter."""
    return text.encode()[:most].decode(errors="ignore").encode()


def _frame(block: Samples, encoding: Encoding, channels: int, at: int) -> av.AudioFrame:
    samples = to_pcm(block) if encoding.sample_format == "s16" else block * np.float32(encoding.gain)
    planes = np.tile(samples, (channels, 1)) if encoding.sample_format == "fltp" else np.repeat(samples, channels)[None]
    frame = av.AudioFrame.from_ndarray(planes, format=encoding.sample_format, layout=_layout(channels))
    frame.sample_rate = RATE
    frame.time_base = _TICK
    frame.pts = at
    return frame


def _layout(channels: int) -> str:
    return "mono" if channels == 1 else "stereo"
