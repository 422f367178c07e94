"""FLAC, and Opus in Ogg. Both carry their tags, chapters and lyrics as Vorbis comments.

https://wiki.xiph.org/Chapter_Extension, https://wiki.xiph.org/VorbisComment (METADATA_BLOCK_PICTURE)
"""

from __future__ import annotations

import base64
import struct
from typing import BinaryIO

from voicecoach.exporter.audio_track import AudioTrack
from voicecoach.exporter.caption_formats import lrc, timestamp
from voicecoach.exporter.codec import Codec
from voicecoach.exporter.metadata import Metadata
from voicecoach.exporter.muxer import Muxer, mux
from voicecoach.units import ms

_FLAC = Muxer("flac", Codec("flac", "s16", options={"compression_level": "5"}), cover=True)
# Complexity 5: 3.5 times faster than the default of 10 and, measured on speech, no further from the original.
_LIBOPUS = Codec("libopus", "flt", 48_000, options={"compression_level": "5", "application": "audio"})
# Without the flag, the serial number of the Ogg stream would be random.
_OPUS = Muxer("ogg", _LIBOPUS, options={"fflags": "+bitexact"})
_FRONT_COVER = 3
_MAX_CHAPTERS = 1000
"""Their comments have numbers of three digits. In a longer one, FFmpeg takes the first three for the number."""


def write_flac(file: BinaryIO, metadata: Metadata, audio: AudioTrack) -> None:
    """A `FormatWriter`."""
    mux(file, _FLAC, metadata, audio, _comments(metadata))


def write_opus(file: BinaryIO, metadata: Metadata, audio: AudioTrack) -> None:
    """A `FormatWriter`."""
    comments = _comments(metadata)
    if metadata.cover:
        comments["METADATA_BLOCK_PICTURE"] = _picture_block(metadata.cover)
    mux(file, _OPUS, metadata, audio, comments)


def _comments(metadata: Metadata) -> dict[str, str]:
    """The tags, a time and a name for each chapter, and the captions as LRC, which some players show line by line.

    FFmpeg writes no chapters in FLAC. In Ogg, those that start in the second half of a second come a second late.
    """
    comments = metadata.tags.by_name
    for number, chapter in enumerate(metadata.chapters[:_MAX_CHAPTERS]):
        comments[f"CHAPTER{number:03}"] = timestamp(ms(chapter.start))
        comments[f"CHAPTER{number:03}NAME"] = chapter.title
    return comments | ({"LYRICS": lrc(metadata)} if metadata.captions else {})


def _picture_block(png: bytes) -> str:
    """The cover as FLAC's picture block, in base64."""
    width, height = struct.unpack(">II", png[16:24])
    mime = b"image/png"
    block = struct.pack(">II", _FRONT_COVER, len(mime)) + mime
    block += struct.pack(">IIIIII", 0, width, height, 24, 0, len(png)) + png
    return base64.b64encode(block).decode("ascii")
