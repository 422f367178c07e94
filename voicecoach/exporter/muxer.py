"""Muxes encoded sound into a file with FFmpeg's muxers, through PyAV, with chapters, captions and a cover."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.stream import Disposition

from voicecoach.exporter.audio_track import AudioTrack
from voicecoach.exporter.caption_track import Caption
from voicecoach.exporter.codec import TICK, Codec, configure_encoder, encode_packets
from voicecoach.exporter.metadata import Metadata
from voicecoach.timeline import Span
from voicecoach.units import FRAMES_PER_MS, SAMPLE_RATE

if TYPE_CHECKING:
    from av.container.core import Chapter  # a name that only PyAV's stubs know
    from av.stream import Stream


_MS = Fraction(1, 1000)
_BUFFER_SIZE = 1 << 16
"""Bytes that FFmpeg collects before it calls back to write them."""


@dataclass(frozen=True, slots=True)
class Muxer:
    """FFmpeg's name and options for one muxer, and the codec of the sound in its files."""

    name: str
    codec: Codec
    cover: bool = False
    """Whether a cover is a stream with one picture."""
    options: Mapping[str, str] = field(default_factory=dict)


def mux(
    file: BinaryIO,
    muxer: Muxer,
    metadata: Metadata,
    audio: AudioTrack,
    tags: Mapping[str, str],
    *,
    chapters: Iterable[Span] = (),
    captions: Sequence[Caption] = (),
    language: str = "",
) -> None:
    """Write the sound of `audio` to `file`, with tags, chapters, a stream of captions, and their language.

    Holds one block at a time, and what the container keeps until its end. Raises what `file` raises; then close the
    file before anything else, so that PyAV does not try to finish it.
    """
    container = av.open(file, "w", format=muxer.name, container_options=dict(muxer.options), buffer_size=_BUFFER_SIZE)
    container.metadata.update(tags)
    if marks := [_chapter(number, span) for number, span in enumerate(chapters)]:
        container.set_chapters(marks)
    stream = _add_sound_stream(container, muxer, metadata, language)
    caption_stream = _CaptionStream(container, captions, language) if captions else None
    if muxer.cover and metadata.cover:
        _add_cover(container, metadata.cover)
    for packet in encode_packets(muxer.codec, metadata, audio):
        if caption_stream is not None:
            caption_stream.mux_until(packet.pts or 0)
        packet.stream = stream
        container.mux(packet)
    if caption_stream is not None:
        caption_stream.mux_until(metadata.length)
    container.close()


def _chapter(number: int, span: Span) -> Chapter:
    return {"id": number, "start": span.start, "end": span.end, "time_base": TICK, "metadata": {"title": span.title}}


def _add_sound_stream(container: OutputContainer, muxer: Muxer, metadata: Metadata, language: str) -> AudioStream:
    stream = container.add_stream(muxer.codec.name, rate=SAMPLE_RATE, options=dict(muxer.codec.options))
    assert isinstance(stream, AudioStream)
    configure_encoder(stream.codec_context, muxer.codec, metadata)
    if language:
        stream.metadata["language"] = language
    return stream


class _CaptionStream:
    """A stream of texts, each muxed just before the sound that it belongs to."""

    def __init__(self, container: OutputContainer, captions: Iterable[Caption], language: str) -> None:
        self._container = container
        self._waiting = deque(captions)
        self._stream = container.add_mux_stream("mov_text")
        self._stream.time_base = _MS
        self._stream.metadata["language"] = language

    def mux_until(self, end: int) -> None:
        """Mux the captions that start before frame `end`."""
        while self._waiting and self._waiting[0].start * FRAMES_PER_MS < end:
            caption = self._waiting.popleft()
            text = caption.text.encode()
            content = struct.pack(">H", len(text)) + text
            self._container.mux(_packet(content, self._stream, caption.start, caption.end - caption.start))


def _add_cover(container: OutputContainer, png: bytes) -> None:
    width, height = struct.unpack(">II", png[16:24])
    stream = container.add_mux_stream("png", width=width, height=height)
    stream.disposition = Disposition.attached_pic
    stream.metadata["comment"] = "Cover (front)"  # the type of the picture, in FLAC
    container.start_encoding()
    container.mux(_packet(png, stream, 0))


def _packet(content: bytes, stream: Stream, time: int, duration: int = 0) -> av.Packet[Stream]:
    packet: av.Packet[Stream] = av.Packet(content)
    packet.stream, packet.time_base, packet.is_keyframe = stream, _MS, True
    packet.pts = packet.dts = time
    packet.duration = duration
    return packet
