"""FLAC: every sample of the 16-bit WAV in about a third of its room."""

from __future__ import annotations

from typing import BinaryIO

from voicecoach.exporter import container
from voicecoach.exporter.codec import Codec
from voicecoach.exporter.container import Container
from voicecoach.exporter.flac_opus import chapter_comments, lyrics_comment
from voicecoach.exporter.material import Material
from voicecoach.exporter.recording import Recording

__all__ = ["write"]

# Chapters are comments of ours, since FFmpeg writes none in FLAC.
_FLAC = Container("flac", Codec("flac", "s16", options={"compression_level": "5"}), cover=True)


def write(file: BinaryIO, recording: Recording, material: Material) -> None:
    """A `Writer`."""
    comments = recording.tags.known | chapter_comments(recording) | lyrics_comment(recording)
    container.write(file, _FLAC, recording, material, comments)
