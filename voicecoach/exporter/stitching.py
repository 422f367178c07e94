"""Stitches files together from packets, which is faster than an encoder.

A session is mostly silence and cues that are repeated. A *segment* is a stretch of sound with silence around it. Each
distinct segment is encoded once for a format, and its packets are stored. A file is made of those packets, with packets
of silence between them. For this, segments move to the format's packet grid, by half a packet at most.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice, repeat

import numpy as np

from voicecoach.exporter.audio_track import AudioTrack
from voicecoach.exporter.caption_track import lengthen_short_captions
from voicecoach.exporter.memo import memoize
from voicecoach.exporter.metadata import Metadata, Timed
from voicecoach.exporter.segments import Excerpt, PacketGrid, SoundSegment, find_segments
from voicecoach.sound.clip import Samples
from voicecoach.units import SAMPLE_RATE, Frames, frames, ms, round_half_up

_MAX_SEGMENT = 30 * SAMPLE_RATE
"""The longest segment, in frames, that is held in memory as a whole."""
_MIN_SILENCE_PACKETS = 6
"""Packets of silence between two segments: each needs one before and up to three after it, and may move by half a
packet (the first of all by a whole one)."""


def quantize(audio: AudioTrack, metadata: Metadata, grid: PacketGrid) -> tuple[AudioTrack, Metadata]:
    """Move every segment to the start of a packet; return both unchanged if they cannot be stitched.

    The length changes only if the last segment moves past the end.
    """
    segments = find_segments(audio.placements, _MIN_SILENCE_PACKETS * grid.packet_size)
    if not segments or not _can_stitch(segments, audio.length, metadata, grid):
        return audio, metadata
    moved = tuple(replace(segment, start=_nearest_packet(segment.start, grid)) for segment in segments)
    length = Frames(max(audio.length, moved[-1].end))
    time_map = _TimeMap(segments, moved, length)
    placements = tuple(replace(each, start=time_map(each.start)) for each in audio.placements)
    audio = replace(audio, length=length, placements=placements, grid=grid, segments=moved)
    return audio, _move_metadata(metadata, time_map, length)


def _can_stitch(segments: Sequence[SoundSegment], length: Frames, metadata: Metadata, grid: PacketGrid) -> bool:
    cut = segments[0].start < 0 or segments[-1].end > length  # where a session is split inside a sound
    stereo_rate = metadata.bit_rate if metadata.channels == 2 else None
    low_rate = stereo_rate is not None and stereo_rate <= grid.max_whole_stereo_rate
    return not cut and not low_rate and all(segment.sound.length <= _MAX_SEGMENT for segment in segments)


def _nearest_packet(start: Frames, grid: PacketGrid) -> Frames:
    return Frames(max(round_half_up(start, grid.packet_size), grid.first_packet) * grid.packet_size)


class _TimeMap:
    """Maps old positions to new ones. Positions in silence stay, but never end up inside sound."""

    def __init__(self, before: Sequence[SoundSegment], after: Sequence[SoundSegment], length: Frames) -> None:
        self._before, self._after, self._length = before, after, length
        self._starts = [segment.start for segment in before]

    def __call__(self, position: Frames) -> Frames:
        index = bisect_right(self._starts, position) - 1
        if index >= 0 and position <= self._before[index].end:
            return Frames(position - self._before[index].start + self._after[index].start)
        low = self._after[index].end if index >= 0 else 0
        high = self._after[index + 1].start if index + 1 < len(self._after) else self._length
        return Frames(min(max(position, low), high))


def _move_metadata(metadata: Metadata, time_map: _TimeMap, length: Frames) -> Metadata:
    def moved(item: Timed) -> Timed:
        start, end = (ms(time_map(frames(time))) for time in (item.start, item.end))
        return replace(item, start=start, end=end)

    return replace(
        metadata,
        length=length,
        chapters=tuple(replace(span, start=time_map(span.start), end=time_map(span.end)) for span in metadata.chapters),
        captions=lengthen_short_captions(map(moved, metadata.captions), ms(length)),
        activities=tuple(map(moved, metadata.activities)),
    )


Encode = Callable[[Samples], list[bytes]]
"""Encodes samples with a new encoder, to one packet for each `packet_size` of them."""

_LEAD_IN_PACKETS = 1
"""Packets of silence before a segment, into which the encoder's delay moves its sound."""
_CACHED_SEGMENTS = 16
"""Segments whose packets stay in memory: those of a count, or of breaths that alternate."""
_SETTLED_PACKET = 8
"""The first packet of pure silence that equals all later ones."""
_BATCH = 500
"""Packets between two reports of progress: five to twelve seconds."""


def assemble_packets(audio: AudioTrack, grid: PacketGrid, encode: Encode, setting: str) -> Iterator[bytes]:
    """Give every packet of the file, in order. `setting` names all that shapes packets apart from the samples."""
    total = -(-(audio.length + grid.pre_skip) // grid.packet_size)
    packets = islice(_lay_out(audio, grid, encode, setting), total)
    while batch := list(islice(packets, _BATCH)):
        yield from batch
        audio.report(len(batch) * grid.packet_size)


def _lay_out(audio: AudioTrack, grid: PacketGrid, encode: Encode, setting: str) -> Iterator[bytes]:
    @lru_cache(_CACHED_SEGMENTS)
    def encoded(excerpt: Excerpt) -> list[bytes]:
        def make() -> list[bytes]:
            return encode(_pad(np.concatenate([*audio.samples(excerpt)]), grid))[grid.warm_up :]

        return memoize(audio.memo, setting, (block.data for block in audio.samples(excerpt)), make)

    zeros = np.zeros((_SETTLED_PACKET + 1) * grid.packet_size, np.float32)
    silence = memoize(audio.memo, setting, [zeros.data], lambda: encode(zeros))[_SETTLED_PACKET]
    position = 0
    for segment in audio.segments:
        start = segment.start // grid.packet_size - _LEAD_IN_PACKETS
        yield from repeat(silence, start - position)
        packets = encoded(segment.sound)[max(0, -start) :]  # at the start of a file there is no room for the lead-in
        yield from packets
        position = max(0, start) + len(packets)
    yield from repeat(silence)


def _pad(samples: Samples, grid: PacketGrid) -> Samples:
    """Add silence at both ends for the encoder, and make the sound early by the encoder's delay."""
    before = grid.warm_up + _LEAD_IN_PACKETS
    after = -(-(len(samples) + grid.pre_skip) // grid.packet_size) + 1
    padded = np.zeros((before + after) * grid.packet_size, np.float32)
    start = before * grid.packet_size - grid.delay
    padded[start : start + len(samples)] = samples
    return padded
