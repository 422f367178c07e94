"""FLAC: every sample of the 16-bit WAV in about a third of its room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from voicecoach.exporter.encoder import Encoding, encode
from voicecoach.exporter.recording import Recording
from voicecoach.exporter.vorbis import chapter_comments, lyrics_comment
from voicecoach.sound.clip import Samples

__all__ = ["write"]

# Chapters are comments of ours, since FFmpeg writes none in FLAC.
_FLAC = Encoding("flac", "flac", "s16", cover=True, codec_options={"compression_level": "5"})


def write(file: BinaryIO, recording: Recording, blocks: Iterable[Samples]) -> None:
    """A `Writer`."""
    comments = recording.tags.known | chapter_comments(recording) | lyrics_comment(recording)
    encode(file, _FLAC, recording, blocks, comments)
