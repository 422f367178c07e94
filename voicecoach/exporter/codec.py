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

from voicecoach.exporter.material import Material
from voicecoach.exporter.recording import Recording
from voicecoach.exporter.stitching.assemble import assemble_packets
from voicecoach.sound.clip import Samples, to_pcm
from voicecoach.units import SAMPLE_RATE, Frames

if TYPE_CHECKING:
    from av.stream import Stream

__all__ = ["TICK", "Codec", "Packets", "configure_encoder", "encode_packets"]

TICK = Fraction(1, SAMPLE_RATE)
"""Of a packet's clock: a frame."""

Packets = Iterator["av.Packet[Stream]"]


@dataclass(frozen=True, slots=True)
class Codec:
    """FFmpeg's own name and options for one encoder."""

    name: str
    sample_format: Literal["s16", "flt", "fltp"]
    """What it takes: 16 bits, floats, or floats one channel after the other."""
    bit_rate: int | None = None
    """Bits a second, where the recording does not say; None for a lossless codec."""
    gain: float = 1.0
    """What samples are multiplied by, where the codec makes them softer by itself."""
    options: Mapping[str, str] = field(default_factory=dict)
    silent_options: Mapping[str, str] = field(default_factory=dict)
    """Beside those, for packets of silence, each of which must stand on its own."""


def encode_packets(codec: Codec, recording: Recording, material: Material) -> Packets:
    """All packets of the sound, each with its time, and good until the next is asked for. Raises as `Material` does."""
    return (
        _encode_blocks(codec, recording, material)
        if material.grid is None
        else _encode_segments(codec, recording, material)
    )


def configure_encoder(context: AudioCodecContext, codec: Codec, recording: Recording) -> None:
    """Tell an encoder that is not open yet what it is to make."""
    context.layout = _layout(recording.channels)
    context.format = codec.sample_format
    bit_rate = recording.bit_rate or codec.bit_rate
    if bit_rate is not None:
        context.bit_rate = bit_rate


def _encode_blocks(codec: Codec, recording: Recording, material: Material) -> Packets:
    context = _open_encoder(codec, recording, {})
    at = 0
    for block in material.blocks():
        yield from context.encode(_audio_frame(block, codec, recording.channels, at))
        at += len(block)
    yield from context.encode(None)


def _encode_segments(codec: Codec, recording: Recording, material: Material) -> Packets:
    assert material.grid is not None
    frame = material.grid.frame

    def encode(samples: Samples) -> list[bytes]:
        context = _open_encoder(codec, recording, {} if samples.any() else codec.silent_options)
        made = context.encode(_audio_frame(samples, codec, recording.channels, 0)) + context.encode(None)
        return [bytes(packet) for packet in made[: len(samples) // frame]]

    setting = repr((codec, material.grid, recording.bit_rate, recording.channels, av.__version__, av.library_versions))
    content, packet = b"", av.Packet(0)
    starts = count(-material.grid.skipped, frame)
    for at, following in zip(starts, assemble_packets(material, material.grid, encode, setting), strict=False):
        if following is not content:  # a silence is one packet, time after time
            content, packet = following, _make_packet(following, frame)
        packet.pts = packet.dts = at
        if at + frame > material.length:
            packet.duration = material.length - at
        yield packet


def _make_packet(content: bytes, duration: int) -> av.Packet[Stream]:
    packet: av.Packet[Stream] = av.Packet(content)
    packet.time_base, packet.is_keyframe, packet.duration = TICK, True, duration
    return packet


def _open_encoder(codec: Codec, recording: Recording, more: Mapping[str, str]) -> AudioCodecContext:
    context = CodecContext.create(codec.name, "w")
    assert isinstance(context, AudioCodecContext)
    context.options = {**codec.options, **more}
    context.sample_rate, context.time_base = SAMPLE_RATE, TICK
    configure_encoder(context, codec, recording)
    return context


def _audio_frame(block: Samples, codec: Codec, channels: int, at: int) -> av.AudioFrame:
    samples = to_pcm(block) if codec.sample_format == "s16" else block * np.float32(codec.gain)
    planes = np.tile(samples, (channels, 1)) if codec.sample_format == "fltp" else np.repeat(samples, channels)[None]
    frame = av.AudioFrame.from_ndarray(planes, format=codec.sample_format, layout=_layout(channels))
    frame.sample_rate = SAMPLE_RATE
    frame.time_base = TICK
    frame.pts = Frames(at)
    return frame


def _layout(channels: int) -> str:
    return "mono" if channels == 1 else "stereo"
