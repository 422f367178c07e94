"""The table of sound formats. A format's writer is imported only when it is used.

A new format needs a row here and a writer: like `wav.py` for bytes of our own, or through `container.py` for FFmpeg's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from voicecoach.containers import FLAC, MP3, MP4, OGG, WAV, Container
from voicecoach.errors import ChoiceError
from voicecoach.exporter.segments import PacketGrid

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicecoach.exporter.audio_track import AudioTrack
    from voicecoach.exporter.metadata import Metadata


FormatWriter: TypeAlias = "Callable[[BinaryIO, Metadata, AudioTrack], None]"
"""Writes to a file (empty, seekable) the sound, and all of the metadata that the format can hold.

Holds little of the sound at a time. Raises OSError where the file does, and ChoiceError, before anything is written, if
the format cannot hold the session."""


@dataclass(frozen=True, slots=True)
class FeedFormat:
    """The place of a format in podcast feeds."""

    rank: int
    """1 for the format that feeds prefer; those that every app plays come first."""
    container: Container
    media_type: str
    """For M4A the one that Apple asks for; elsewhere it is audio/mp4."""


@dataclass(frozen=True, slots=True)
class Format:
    """A file format."""

    name: str
    extensions: tuple[str, ...]
    """In lower case; the first one is the default."""
    writer: str
    """Its `FormatWriter` in this package, as `"module:function"`."""
    feed: FeedFormat | None
    """None for a format that feeds leave out."""
    bit_rates: range | tuple[int, ...] = ()
    """In kbit/s, ascending; empty for a lossless format."""
    cover: bool = True
    """Whether it can hold a cover."""
    grid: PacketGrid | None = None
    """The grid of its packets, if files can be stitched from them."""
    may_split: bool = True
    """Whether a session can be split into files that a playlist plays in turn."""

    def load_writer(self) -> FormatWriter:
        """Import the writer."""
        writer: FormatWriter = resolve_name(f"voicecoach.exporter.{self.writer}")
        return writer


_MPEG = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""All bit rates of MPEG-1 Layer III (ISO 11172-3, 2.4.2.3)."""
_AAC = range(32, 257)
_OPUS = range(12, 257)

_LAME = PacketGrid(1152, delay=576, pre_skip=529, max_whole_stereo_rate=64_000)
"""LAME delays sound by 576 samples, every decoder by 529 (LAME's technical FAQ), which the header tells players to
skip. Those that ignore it are 11 ms late, or 22 ms at half the sample rate (see `mp3`). Stereo was measured, stitched
against whole: at 32 kbit/s 3.5 dB further from the original, at 64 kbit/s 1.0 dB, at 80 kbit/s no further."""
_AAC_LC = PacketGrid(1024, delay=1024, warm_up=1)
"""A delay of one packet, made up for without an edit list, which some players ignore."""
_LIBOPUS = PacketGrid(960, delay=0, pre_skip=312)
"""All of its delay is pre-skip (RFC 7845, 4.2), which every player skips."""

FORMATS = {
    known.name: known
    for known in (
        Format("wav", (".wav", ".wave"), "wav:write", FeedFormat(6, WAV, "audio/wav"), cover=False),
        Format("flac", (".flac",), "flac_opus:write_flac", FeedFormat(5, FLAC, "audio/flac")),
        Format("mp3", (".mp3",), "mp3:write", FeedFormat(2, MP3, "audio/mpeg"), _MPEG, grid=_LAME),
        Format("m4a", (".m4a", ".mp4"), "m4a:write_m4a", FeedFormat(1, MP4, "audio/x-m4a"), _AAC, grid=_AAC_LC),
        Format("m4b", (".m4b",), "m4a:write_m4b", FeedFormat(3, MP4, "audio/mp4"), _AAC, grid=_AAC_LC),
        Format(
            "opus",
            (".opus", ".ogg", ".oga"),
            "flac_opus:write_opus",
            FeedFormat(4, OGG, "audio/ogg"),
            _OPUS,
            grid=_LIBOPUS,
        ),
        Format("html", (".html", ".htm"), "page:write", None, _AAC, may_split=False, grid=_AAC_LC),
    )
}


def format_by_name(name: str) -> Format:
    """Find a format by its name. Raises ChoiceError."""
    try:
        return FORMATS[name.lower()]
    except KeyError:
        raise ChoiceError(f"unknown format {name}", f"choose one of {', '.join(FORMATS)}") from None


def format_by_extension(path: Path) -> Format:
    """Find the format for the extension of `path`. Raises ChoiceError."""
    for known in FORMATS.values():
        if path.suffix.lower() in known.extensions:
            return known
    usual = ", ".join(known.extensions[0] for known in FORMATS.values())
    what = f"unknown file extension {path.suffix}" if path.suffix else "the name has no extension"
    raise ChoiceError(f"{path}: {what}", f"use one of {usual}, or choose with --format")
