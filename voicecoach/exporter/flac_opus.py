"""Vorbis comments, for FLAC and Ogg: chapters, lyrics that follow the sound, and a cover.

https://wiki.xiph.org/Chapter_Extension, https://wiki.xiph.org/VorbisComment (METADATA_BLOCK_PICTURE).
"""

from __future__ import annotations

import base64
import struct

from voicecoach.exporter.caption_formats import lrc
from voicecoach.exporter.recording import Recording
from voicecoach.units import Frames, ms

__all__ = ["chapter_comments", "lyrics_comment", "picture_comment"]

_FRONT_COVER = 3


def chapter_comments(recording: Recording) -> dict[str, str]:
    """A time and a name for each chapter, numbered from 0."""
    comments: dict[str, str] = {}
    for number, chapter in enumerate(recording.chapters):
        comments[f"CHAPTER{number:03}"] = _time(chapter.start)
        comments[f"CHAPTER{number:03}NAME"] = chapter.title
    return comments


def lyrics_comment(recording: Recording) -> dict[str, str]:
    """The words as LRC, which players that know `LYRICS` show line by line."""
    return {"LYRICS": lrc(recording)} if recording.cues else {}


def picture_comment(png: bytes) -> dict[str, str]:
    """A cover as Ogg bears it: FLAC's picture block in letters."""
    width, height = struct.unpack(">II", png[16:24])
    kind = b"image/png"
    block = struct.pack(">II", _FRONT_COVER, len(kind)) + kind
    block += struct.pack(">IIIIII", 0, width, height, 24, 0, len(png)) + png
    return {"METADATA_BLOCK_PICTURE": base64.b64encode(block).decode("ascii")}


def _time(at: Frames) -> str:
    seconds, rest = divmod(ms(at), 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}.{rest:03}"
