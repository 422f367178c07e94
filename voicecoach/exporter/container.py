"""Muxes encoded sound into a file with FFmpeg's muxers, through PyAV, with chapters, captions and a cover."""

from __future__ import annotations

import ctypes
import struct
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING, BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.stream import Disposition

from voicecoach.exporter.caption_track import Caption, one_at_a_time, split_long_captions
from voicecoach.exporter.codec import TICK, Codec, configure_encoder, encode_packets
from voicecoach.exporter.material import Material
from voicecoach.exporter.recording import Recording, iso_639_2
from voicecoach.timeline import Span
from voicecoach.units import FRAMES_PER_MS, SAMPLE_RATE, Frames

if TYPE_CHECKING:
    from av.container.core import Chapter  # a name that only PyAV's stubs know
    from av.stream import Stream

__all__ = ["Container", "mux"]

_MS = Fraction(1, 1000)
_M_MMAP_THRESHOLD = -3
"""Of `malloc.h`."""
_BUFFER_SIZE = 1 << 16
"""Bytes that FFmpeg gathers before it calls back to write them."""
_MAX_LEAD_IN = 2 * 1024
"""Frames, two packets: so far a first move goes when its sound makes room for the encoder, and nothing is before it."""
_MAX_TITLE_BYTES = 255
"""Bytes of a chapter's title: one list of chapters in MP4 counts them in one byte, and FFmpeg would cut a letter."""


@dataclass(frozen=True, slots=True)
class Container:
    """FFmpeg's own name and options for one kind of file, and what it bears."""

    name: str
    codec: Codec
    chapters: bool = False
    """Whether it bears chapters. They begin at 0 then, since it knows only how long each lasts: the
    opening before the first move is a chapter too, named like the session."""
    captions: bool = False
    """Whether it bears captions as a stream of texts."""
    language: bool = False
    """Whether each stream tells its language, in three letters."""
    cover: bool = False
    """Whether it bears a cover as a stream of one picture."""
    options: Mapping[str, str] = field(default_factory=dict)


def mux(
    file: BinaryIO,
    kind: Container,
    recording: Recording,
    material: Material,
    comments: Mapping[str, str] | None = None,
) -> None:
    """Write the sound of `material` to `file` with `comments`, and what `kind` bears of the rest of `recording`.

    One block at a time is held, and what the container must keep until its end. Raises what `file` raises;
    the file is then to be closed before anything else, which tells PyAV not to finish it.
    """
    _set_large_tables_apart()
    container = av.open(file, "w", format=kind.name, container_options=dict(kind.options), buffer_size=_BUFFER_SIZE)
    container.metadata.update(comments or {})
    if kind.chapters:
        container.set_chapters([_chapter(number, span) for number, span in enumerate(_chapters_from_zero(recording))])
    stream = _add_sound_stream(container, kind, recording)
    captions = _CaptionStream(container, recording) if kind.captions and recording.captions else None
    if kind.cover and recording.cover:
        _add_cover(container, recording.cover)
    for packet in encode_packets(kind.codec, recording, material):
        if captions is not None:
            captions.put_until(packet.pts or 0)
        packet.stream = stream
        container.mux(packet)
    if captions is not None:
        captions.put_until(recording.length)
    container.close()


def _set_large_tables_apart() -> None:
    """Have glibc give all that is larger than a megabyte room of its own, where it can grow without being copied.

    FFmpeg's table of packets takes 12 MB an hour in MP4; eight hours took 239 MB at most, and take 174 MB so.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, 1 << 20)


def _add_sound_stream(container: OutputContainer, kind: Container, recording: Recording) -> AudioStream:
    stream = container.add_stream(kind.codec.name, rate=SAMPLE_RATE, options=dict(kind.codec.options))
    assert isinstance(stream, AudioStream)
    configure_encoder(stream.codec_context, kind.codec, recording)
    if kind.language:
        stream.metadata["language"] = iso_639_2(recording.tags.language)
    return stream


class _CaptionStream:
    """A stream of texts, each put in shortly before the sound that it belongs to."""

    def __init__(self, container: OutputContainer, recording: Recording) -> None:
        self._container = container
        self._stream = container.add_mux_stream("mov_text")
        self._stream.time_base = _MS
        self._stream.metadata["language"] = iso_639_2(recording.tags.language)
        self._packets = _caption_packets(recording.captions, self._stream)
        self._take()

    def put_until(self, end: int) -> None:
        """All that begin before this frame."""
        while self._due < end and self._next is not None:
            self._container.mux(self._next)
            self._take()

    def _take(self) -> None:
        self._next = next(self._packets, None)
        self._due = inf if self._next is None else (self._next.pts or 0) * FRAMES_PER_MS


def _caption_packets(cues: tuple[Caption, ...], stream: Stream) -> Iterator[av.Packet[Stream]]:
    """One for each that is read at a glance: its length in two bytes, and its text."""
    for cue in one_at_a_time(split_long_captions(cues)):
        text = cue.text.encode()
        packet = av.Packet(struct.pack(">H", len(text)) + text)
        packet.stream, packet.time_base, packet.is_keyframe = stream, _MS, True
        packet.pts = packet.dts = cue.start
        packet.duration = cue.end - cue.start
        yield packet


def _add_cover(container: OutputContainer, png: bytes) -> None:
    width, height = struct.unpack(">II", png[16:24])
    stream = container.add_mux_stream("png", width=width, height=height)
    stream.disposition = Disposition.attached_pic
    stream.metadata["comment"] = "Cover (front)"  # its type, in FLAC
    container.start_encoding()
    packet = av.Packet(png)
    packet.stream, packet.time_base, packet.is_keyframe = stream, _MS, True
    packet.pts = packet.dts = 0
    container.mux(packet)


def _chapters_from_zero(recording: Recording) -> tuple[Span, ...]:
    if not recording.chapters:
        return ()
    first, *others = recording.chapters
    if first.start <= _MAX_LEAD_IN:
        return replace(first, start=Frames(0)), *others
    return Span(recording.tags.title, Frames(0), first.start), *recording.chapters


def _chapter(number: int, span: Span) -> Chapter:
    title = _truncate_utf8(span.title, _MAX_TITLE_BYTES).decode()
    return {"id": number, "start": span.start, "end": span.end, "time_base": TICK, "metadata": {"title": title}}


def _truncate_utf8(text: str, most: int) -> bytes:
    """At most so many bytes of it, and no half letter."""
    return text.encode()[:most].decode(errors="ignore").encode()
