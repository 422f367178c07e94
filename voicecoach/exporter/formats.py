"""Which kinds of file there are, and who writes each. Nothing heavy is imported until a file is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from voicecoach.errors import ChoiceError
from voicecoach.sound.clip import Samples

if TYPE_CHECKING:
    from voicecoach.exporter.recording import Recording

__all__ = ["FORMATS", "Format", "Writer", "of_ending", "of_name"]


class Writer(Protocol):
    """What an adapter is: one function that makes a whole file."""

    def __call__(self, file: BinaryIO, recording: Recording, blocks: Iterable[Samples]) -> None:
        """Write `blocks` to `file` (empty, seekable) with all of `recording` that the format bears.

        Takes the blocks one by one and holds none. Raises OSError where `file` does, and ChoiceError, before
        anything is written, where the format cannot hold the session.
        """


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file."""

    name: str
    endings: tuple[str, ...]
    """Of file names, in small letters, the usual one first."""
    adapter: str
    """Its `Writer`, as `"module:function"`."""
    bit_rates: tuple[int, ...] = ()
    """Kilobits a second that may be asked for, rising; none for a format that keeps every sample."""
    may_split: bool = True
    """Whether a session may be cut into files that a list plays one after the other."""

    def writer(self) -> Writer:
        """The adapter, imported now."""
        module, _, name = self.adapter.partition(":")
        writer: Writer = getattr(import_module(module), name)
        return writer


_MPEG = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""All that MPEG-1 Layer III knows (ISO 11172-3, 2.4.2.3)."""
_AAC = tuple(range(32, 257))
_OPUS = tuple(range(12, 257))

FORMATS = {
    made.name: made
    for made in (
        Format("wav", (".wav", ".wave"), "voicecoach.exporter.wav:write"),
        Format("flac", (".flac",), "voicecoach.exporter.flac:write"),
        Format("mp3", (".mp3",), "voicecoach.exporter.mp3:write", _MPEG),
        Format("m4a", (".m4a", ".mp4"), "voicecoach.exporter.m4a:write", _AAC),
        Format("m4b", (".m4b",), "voicecoach.exporter.m4a:write_book", _AAC),
        Format("opus", (".opus", ".ogg", ".oga"), "voicecoach.exporter.opus:write", _OPUS),
        Format("html", (".html", ".htm"), "voicecoach.exporter.page:write", _AAC, may_split=False),
    )
}


def of_name(name: str) -> Format:
    """The format called so; ChoiceError where there is none."""
    try:
        return FORMATS[name.lower()]
    except KeyError:
        raise ChoiceError(f"no format is called {name}", f"there are {', '.join(FORMATS)}") from None


def of_ending(path: Path) -> Format:
    """The format that `path` ends like; ChoiceError where none does."""
    for known in FORMATS.values():
        if path.suffix.lower() in known.endings:
            return known
    usual = ", ".join(known.endings[0] for known in FORMATS.values())
    what = f"{path.suffix} is no ending known here" if path.suffix else "the name has no ending"
    raise ChoiceError(f"{path}: {what}", f"end the name in one of {usual}, or choose with --format")
