"""The table of sound formats. A format's writer is imported only when it is used.

A new format needs a row here and a writer: like `wav.py` for bytes of our own, or through `container.py` for FFmpeg's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, BinaryIO, Protocol

from voicecoach.errors import ChoiceError
from voicecoach.exporter.segments import PacketGrid

if TYPE_CHECKING:
    from voicecoach.exporter.material import Material
    from voicecoach.exporter.recording import Recording


class FormatWriter(Protocol):
    """An adapter: one function that writes a whole file."""

    def __call__(self, file: BinaryIO, recording: Recording, material: Material) -> None:
        """Write the sound of `material` to `file` (empty, seekable), and all of `recording` that the format can hold.

        Holds little of the sound at a time. Raises OSError where `file` does, and ChoiceError, before anything is
        written, if the format cannot hold the session.
        """


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file."""

    name: str
    endings: tuple[str, ...]
    """Endings of file names, in lower case; the first one is the default."""
    adapter: str
    """Its `FormatWriter`, as `"module:function"`."""
    bit_rates: tuple[int, ...] = ()
    """In kbit/s, ascending; empty for a lossless format."""
    cover: bool = True
    """Whether it can hold a cover."""
    grid: PacketGrid | None = None
    """The grid of its packets, if files can be stitched from them."""
    may_split: bool = True
    """Whether a session can be split into files that a playlist plays in turn."""

    def writer(self) -> FormatWriter:
        """Import the adapter."""
        writer: FormatWriter = resolve_name(self.adapter)
        return writer


_MPEG = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""All bit rates of MPEG-1 Layer III (ISO 11172-3, 2.4.2.3)."""
_AAC = tuple(range(32, 257))
_OPUS = tuple(range(12, 257))

_LAME = PacketGrid(1152, delay=576, pre_skip=529, max_whole_stereo_rate=64_000)
"""LAME delays sound by 576 frames, every decoder by 529 (LAME's technical FAQ), which the header tells players to skip.
Those that ignore it are 11 ms late. Stereo was measured, stitched against whole: at 32 kbit/s 3.5 dB further from
the original, at 64 kbit/s 1.0 dB, at 80 kbit/s no further."""
_AAC_LC = PacketGrid(1024, delay=1024, warm_up=1)
"""A delay of one packet, made up for without an edit list, which some players ignore."""
_LIBOPUS = PacketGrid(960, delay=0, pre_skip=312)
"""All of its delay is pre-skip (RFC 7845, 4.2), which every player skips."""

FORMATS = {
    known.name: known
    for known in (
        Format("wav", (".wav", ".wave"), "voicecoach.exporter.wav:write", cover=False),
        Format("flac", (".flac",), "voicecoach.exporter.flac_opus:write_flac"),
        Format("mp3", (".mp3",), "voicecoach.exporter.mp3:write", _MPEG, grid=_LAME),
        Format("m4a", (".m4a", ".mp4"), "voicecoach.exporter.m4a:write_m4a", _AAC, grid=_AAC_LC),
        Format("m4b", (".m4b",), "voicecoach.exporter.m4a:write_m4b", _AAC, grid=_AAC_LC),
        Format("opus", (".opus", ".ogg", ".oga"), "voicecoach.exporter.flac_opus:write_opus", _OPUS, grid=_LIBOPUS),
        Format("html", (".html", ".htm"), "voicecoach.exporter.page:write", _AAC, may_split=False, grid=_AAC_LC),
    )
}


def format_by_name(name: str) -> Format:
    """Find a format by its name. Raises ChoiceError."""
    try:
        return FORMATS[name.lower()]
    except KeyError:
        raise ChoiceError(f"no format is called {name}", f"there are {', '.join(FORMATS)}") from None


def format_by_ending(path: Path) -> Format:
    """Find the format for the ending of `path`. Raises ChoiceError."""
    for known in FORMATS.values():
        if path.suffix.lower() in known.endings:
            return known
    usual = ", ".join(known.endings[0] for known in FORMATS.values())
    what = f"{path.suffix} is no ending known here" if path.suffix else "the name has no ending"
    raise ChoiceError(f"{path}: {what}", f"end the name in one of {usual}, or choose with --format")
