"""Encodes samples to packets with FFmpeg's encoders, through PyAV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING, Literal

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.codec import CodecContext

from voicecoach.exporter.audio_track import AudioTrack
from voicecoach.exporter.metadata import Metadata
from voicecoach.exporter.segments import PacketGrid
from voicecoach.exporter.stitching import assemble_packets
from voicecoach.sound.clip import Samples, to_pcm
from voicecoach.units import SAMPLE_RATE, Frames

if TYPE_CHECKING:
    from av.stream import Stream


TICK = Fraction(1, SAMPLE_RATE)
"""The time base of packets: one frame."""

Packets = Iterator["av.Packet[Stream]"]


@dataclass(frozen=True, slots=True)
class Codec:
    """FFmpeg's name and options for one encoder."""

    name: str
    sample_format: Literal["s16", "flt", "fltp"]
    """Format of the samples it takes: 16 bits, floats, or floats one channel after the other."""
    bit_rate: int | None = None
    """Default, in bits per second; None for a lossless codec."""
    sample_rate: int = SAMPLE_RATE
    """In Hz. Segments can be encoded at a lower one than the session's."""
    gain: float = 1.0
    """Factor for the samples, to make up for a codec that lowers the volume."""
    options: Mapping[str, str] = field(default_factory=dict)
    silent_options: Mapping[str, str] = field(default_factory=dict)
    """Further options for packets of silence, each of which must be decodable by itself."""


def encode_packets(codec: Codec, metadata: Metadata, audio: AudioTrack) -> Packets:
    """Encode all of the sound. A packet is valid only until the next one is taken. Raises as `AudioTrack` does."""
    if audio.grid is None:
        return _encode_blocks(codec, metadata, audio)
    return _encode_segments(codec, metadata, audio, audio.grid)


def configure_encoder(context: AudioCodecContext, codec: Codec, metadata: Metadata) -> None:
    """Configure an encoder that is not open yet."""
    context.layout = _layout(metadata.channels)
    context.format = codec.sample_format
    bit_rate = metadata.bit_rate or codec.bit_rate
    if bit_rate is not None:
        context.bit_rate = bit_rate


def _encode_blocks(codec: Codec, metadata: Metadata, audio: AudioTrack) -> Packets:
    context = _open_encoder(codec, metadata, {})
    time = 0
    for block in audio.blocks():
        yield from context.encode(_audio_frame(block, codec, metadata.channels, time))
        time += len(block)
    yield from context.encode(None)


def _encode_segments(codec: Codec, metadata: Metadata, audio: AudioTrack, grid: PacketGrid) -> Packets:
    def encode(samples: Samples) -> list[bytes]:
        context = _open_encoder(codec, metadata, {} if samples.any() else codec.silent_options)
        packets = context.encode(_audio_frame(_resample(samples, codec), codec, metadata.channels, 0)) + context.encode(
            None
        )
        return [bytes(packet) for packet in packets[: len(samples) // grid.packet_size]]

    setting = repr((codec, grid, metadata.bit_rate, metadata.channels, av.__version__, av.library_versions))
    content, packet = b"", av.Packet(0)
    times = count(-grid.pre_skip, grid.packet_size)
    for time, following in zip(times, assemble_packets(audio, grid, encode, setting), strict=False):
        if following is not content:  # silence is the same packet again and again
            content, packet = following, _make_packet(following, grid.packet_size)
        packet.pts = packet.dts = time
        if time + grid.packet_size > audio.length:
            packet.duration = audio.length - time
        yield packet


def _make_packet(content: bytes, duration: int) -> av.Packet[Stream]:
    packet: av.Packet[Stream] = av.Packet(content)
    packet.time_base, packet.is_keyframe, packet.duration = TICK, True, duration
    return packet


def _open_encoder(codec: Codec, metadata: Metadata, options: Mapping[str, str]) -> AudioCodecContext:
    context = CodecContext.create(codec.name, "w")
    assert isinstance(context, AudioCodecContext)
    context.options = {**codec.options, **options}
    context.sample_rate, context.time_base = codec.sample_rate, Fraction(1, codec.sample_rate)
    configure_encoder(context, codec, metadata)
    return context


def _resample(samples: Samples, codec: Codec) -> Samples:
    """Leave out what lies above the codec's half sample rate. The sound must be silent at both ends."""
    if codec.sample_rate == SAMPLE_RATE:
        return samples
    size = len(samples) * codec.sample_rate // SAMPLE_RATE
    resampled = np.fft.irfft(np.fft.rfft(samples)[: size // 2 + 1], size)
    return (resampled * (size / len(samples))).astype(np.float32)


def _audio_frame(block: Samples, codec: Codec, channels: int, time: int) -> av.AudioFrame:
    samples = to_pcm(block) if codec.sample_format == "s16" else block * np.float32(codec.gain)
    planes = np.tile(samples, (channels, 1)) if codec.sample_format == "fltp" else np.repeat(samples, channels)[None]
    frame = av.AudioFrame.from_ndarray(planes, format=codec.sample_format, layout=_layout(channels))
    frame.sample_rate = codec.sample_rate
    frame.time_base = Fraction(1, codec.sample_rate)
    frame.pts = Frames(time)
    return frame


def _layout(channels: int) -> str:
    return "mono" if channels == 1 else "stereo"
