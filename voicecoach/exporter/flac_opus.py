"""FLAC, and Opus in Ogg. Both carry their tags, chapters and lyrics as Vorbis comments.

https://wiki.xiph.org/Chapter_Extension, https://wiki.xiph.org/VorbisComment (METADATA_BLOCK_PICTURE)
"""

from __future__ import annotations

import base64
import struct
from typing import BinaryIO

from voicecoach.exporter import container
from voicecoach.exporter.caption_formats import lrc, timestamp
from voicecoach.exporter.codec import Codec
from voicecoach.exporter.container import Container
from voicecoach.exporter.material import Material
from voicecoach.exporter.recording import Recording
from voicecoach.units import ms

_FLAC = Container("flac", Codec("flac", "s16", options={"compression_level": "5"}), cover=True)
# Complexity 5: 3.5 times faster than the default of 10 and, measured on speech, no further from the original.
_LIBOPUS = Codec("libopus", "flt", 48_000, options={"compression_level": "5", "application": "audio"})
# Without the flag, the serial number of the Ogg stream would be random.
_OPUS = Container("ogg", _LIBOPUS, options={"fflags": "+bitexact"})
_FRONT_COVER = 3


def write_flac(file: BinaryIO, recording: Recording, material: Material) -> None:
    """A `FormatWriter`."""
    container.mux(file, _FLAC, recording, material, _comments(recording))


def write_opus(file: BinaryIO, recording: Recording, material: Material) -> None:
    """A `FormatWriter`."""
    comments = _comments(recording)
    if recording.cover:
        comments["METADATA_BLOCK_PICTURE"] = _picture_block(recording.cover)
    container.mux(file, _OPUS, recording, material, comments)


def _comments(recording: Recording) -> dict[str, str]:
    """The tags, a time and a name for each chapter, and the captions as LRC, which some players show line by line.

    FFmpeg writes no chapters in FLAC. In Ogg, those that start in the second half of a second come a second late.
    """
    comments = recording.tags.by_name
    for number, chapter in enumerate(recording.chapters):
        comments[f"CHAPTER{number:03}"] = timestamp(ms(chapter.start))
        comments[f"CHAPTER{number:03}NAME"] = chapter.title
    return comments | ({"LYRICS": lrc(recording)} if recording.captions else {})


def _picture_block(png: bytes) -> str:
    """The cover as FLAC's picture block, in base64."""
    width, height = struct.unpack(">II", png[16:24])
    kind = b"image/png"
    block = struct.pack(">II", _FRONT_COVER, len(kind)) + kind
    block += struct.pack(">IIIIII", 0, width, height, 24, 0, len(png)) + png
    return base64.b64encode(block).decode("ascii")
