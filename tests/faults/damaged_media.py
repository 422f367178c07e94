"""Small valid sound files and pictures, and ways to damage them, the same for the same seed."""

from __future__ import annotations

import io
import math
import random
import struct
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
from PIL import Image

RATE = 48_000
SOUNDS = {
    "short.wav": "pcm_s16le",
    "float.wav": "pcm_f32le",
    "short.aiff": "pcm_s16be",
    "short.flac": "flac",
    "short.ogg": "libopus",
    "short.mp3": "libmp3lame",
    "short.m4a": "aac",
    "lossless.m4a": "alac",
}
"""A file for each container and kind of decoder, and the encoder that makes it."""
PICTURES = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
EXTREMES = (0, 1, 2, 7, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0xFFFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
"""What damaged sizes and counts hold."""


def make_sound(path: Path, codec: str) -> bytes:
    """Encode a tenth of a second with PyAV, with tags."""
    samples = (0.3 * np.sin(np.arange(RATE // 10) / 8)).astype(np.float32).reshape(1, -1)
    with av.open(str(path), "w") as container:
        container.metadata.update({"title": "Gong", "artist": "A", "comment": "short"})
        stream = container.add_stream(codec, RATE)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(samples, "fltp", "mono")
        frame.rate = RATE
        resampler = av.AudioResampler(stream.format, stream.layout, RATE, frame_size=stream.frame_size or 1024)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path.read_bytes()


def make_picture(kind: str) -> bytes:
    """A small picture with a gradient."""
    pixels = np.add.outer(np.arange(40), np.arange(50)).astype(np.uint8)
    Image.fromarray(np.stack([pixels, pixels * 2, 255 - pixels], axis=2)).save(file := io.BytesIO(), kind)
    return file.getvalue()


def flip_bytes(content: bytearray, chance: random.Random) -> None:
    """Change up to 16 bytes anywhere."""
    for _ in range(chance.randint(1, 16)):
        content[chance.randrange(len(content))] = chance.randrange(256)


def flip_header(content: bytearray, chance: random.Random) -> None:
    """Change up to 4 bytes among the first 200, where sizes and rates stand."""
    for _ in range(chance.randint(1, 4)):
        content[chance.randrange(min(200, len(content)))] = chance.randrange(256)


def truncate(content: bytearray, chance: random.Random) -> None:
    """Cut the end off: often most of it."""
    del content[math.floor(len(content) * chance.random() ** 2) :]


def set_size(content: bytearray, chance: random.Random) -> None:
    """Overwrite four bytes with an extreme number, in either byte order."""
    at = chance.randrange(max(1, min(len(content) - 4, 4000)))
    content[at : at + 4] = struct.pack(chance.choice("<>") + "I", chance.choice(EXTREMES))


def swap_parts(content: bytearray, chance: random.Random) -> None:
    """Exchange two neighbouring stretches."""
    first, second, third = sorted(chance.randrange(len(content)) for _ in range(3))
    content[first:third] = content[second:third] + content[first:second]


def repeat_part(content: bytearray, chance: random.Random) -> None:
    """Write a stretch several times."""
    first, second = sorted(chance.randrange(len(content)) for _ in range(2))
    content[second:second] = content[first:second] * chance.randint(1, 4)


def insert_zeros(content: bytearray, chance: random.Random) -> None:
    """Add a run of zeros."""
    at = chance.randrange(len(content))
    content[at:at] = bytes(chance.choice((1, 2, 3, 64, 5000)))


DAMAGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    flip_bytes, flip_header, truncate, set_size, swap_parts, repeat_part, insert_zeros,
)  # fmt: skip


def damage(content: bytes, chance: random.Random) -> bytes:
    """Damage a file once or twice."""
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 2)):
        if damaged:
            chance.choice(DAMAGES)(damaged, chance)
    return bytes(damaged)
