"""Which kinds of file there are, and who writes each. Nothing heavy is imported until a file is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol

from voicecoach.errors import ChoiceError
from voicecoach.sound.clip import Samples
from voicecoach.timeline import Timeline

__all__ = ["FORMATS", "Format", "Writer", "of_ending", "of_name"]


class Writer(Protocol):
    """What an adapter is: one function that makes a whole file."""

    def __call__(self, file: BinaryIO, timeline: Timeline, blocks: Iterable[Samples]) -> None:
        """Write `blocks`, the sound of `timeline`, to `file` (empty, seekable) with its title and chapters.

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

    def writer(self) -> Writer:
        """The adapter, imported now."""
        module, _, name = self.adapter.partition(":")
        writer: Writer = getattr(import_module(module), name)
        return writer


FORMATS = {
    made.name: made
    for made in (
        Format("wav", (".wav", ".wave"), "voicecoach.exporter.wav:write"),
        Format("flac", (".flac",), "voicecoach.exporter.flac:write"),
        Format("mp3", (".mp3",), "voicecoach.exporter.mp3:write"),
        Format("m4a", (".m4a", ".m4b", ".mp4"), "voicecoach.exporter.m4a:write"),
        Format("opus", (".opus", ".ogg", ".oga"), "voicecoach.exporter.opus:write"),
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
