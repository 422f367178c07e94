"""The table of sound formats. A format's writer is imported only when it is used."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from voicecoach.errors import ChoiceError
from voicecoach.exporter.stitching.segments import PacketGrid

if TYPE_CHECKING:
    from voicecoach.exporter.material import Material
    from voicecoach.exporter.recording import Recording

__all__ = ["FORMATS", "Format", "FormatWriter", "format_by_ending", "format_by_name"]


class FormatWriter(Protocol):
    """What an adapter is: one function that makes a whole file."""

    def __call__(self, file: BinaryIO, recording: Recording, material: Material) -> None:
        """Write the sound of `material` to `file` (empty, seekable) with all of `recording` that the format bears.

        Takes it block by block, or packet by packet, and holds little of it. Raises OSError where `file` does, and
        ChoiceError, before anything is written, where the format cannot hold the session.
        """


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file."""

    name: str
    endings: tuple[str, ...]
    """Of file names, in small letters, the usual one first."""
    adapter: str
    """Its `FormatWriter`, as `"module:function"`."""
    bit_rates: tuple[int, ...] = ()
    """Kilobits a second that may be asked for, rising; none for a format that keeps every sample."""
    cover: bool = True
    """Whether there is room for one."""
    grid: PacketGrid | None = None
    """That of its packets, where files can be woven of them."""
    may_split: bool = True
    """Whether a session may be cut into files that a list plays one after the other."""

    def writer(self) -> FormatWriter:
        """The adapter, imported now."""
        module, _, name = self.adapter.partition(":")
        writer: FormatWriter = getattr(import_module(module), name)
        return writer


_MPEG = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""All that MPEG-1 Layer III knows (ISO 11172-3, 2.4.2.3)."""
_AAC = tuple(range(32, 257))
_OPUS = tuple(range(12, 257))

_LAME = PacketGrid(1152, lag=576, skipped=529, lean=64_000)
"""LAME is 576 frames late, every decoder 529 (LAME's technical FAQ): what the file's header tells players to leave
out. Those that do not heed it are late by 11 ms and no more. Measured in stereo, woven against whole: at 32 kbit/s
3.5 dB further from the original, at 64 kbit/s 1.0 dB, at 80 kbit/s none."""
_AAC_LC = PacketGrid(1024, lag=1024, warmth=1)
"""One packet late, and no edit list that would have to be heeded."""
_LIBOPUS = PacketGrid(960, lag=0, skipped=312)
"""All that it is late is its pre-skip (RFC 7845, 4.2), which every player leaves out."""

FORMATS = {
    made.name: made
    for made in (
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
    """The format called so; ChoiceError where there is none."""
    try:
        return FORMATS[name.lower()]
    except KeyError:
        raise ChoiceError(f"no format is called {name}", f"there are {', '.join(FORMATS)}") from None


def format_by_ending(path: Path) -> Format:
    """The format that `path` ends like; ChoiceError where none does."""
    for known in FORMATS.values():
        if path.suffix.lower() in known.endings:
            return known
    usual = ", ".join(known.endings[0] for known in FORMATS.values())
    what = f"{path.suffix} is no ending known here" if path.suffix else "the name has no ending"
    raise ChoiceError(f"{path}: {what}", f"end the name in one of {usual}, or choose with --format")
