"""Opus in an Ogg file."""

from __future__ import annotations

from typing import BinaryIO

from voicecoach.exporter import container
from voicecoach.exporter.codec import Codec
from voicecoach.exporter.container import Container
from voicecoach.exporter.flac_opus import chapter_comments, lyrics_comment, picture_comment
from voicecoach.exporter.material import Material
from voicecoach.exporter.recording import Recording

__all__ = ["write"]

# Complexity 5: 3.5 times faster than the default of 10 and, measured on speech, no further from the original.
_OPTIONS = {"compression_level": "5", "application": "audio"}
# An Ogg stream bears a number of its own, which would be random.
_NUMBER = {"fflags": "+bitexact"}
# Chapters are comments of ours: those that start in the second half of a second, FFmpeg makes a second late.
_OPUS = Container("ogg", Codec("libopus", "flt", 48_000, options=_OPTIONS), options=_NUMBER)


def write(file: BinaryIO, recording: Recording, material: Material) -> None:
    """A `Writer`."""
    comments = recording.tags.known | chapter_comments(recording) | lyrics_comment(recording)
    if recording.cover:
        comments |= picture_comment(recording.cover)
    container.write(file, _OPUS, recording, material, comments)
