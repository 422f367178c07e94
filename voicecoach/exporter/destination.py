"""Where an export goes: everything that can be refused before the first word is spoken."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from voicecoach.errors import ChoiceError, FileError
from voicecoach.exporter.captions import CAPTIONS
from voicecoach.exporter.formats import Format, of_ending, of_name

__all__ = ["Destination"]


@dataclass(frozen=True, slots=True)
class Destination:
    """Files that were free, or may be overwritten, when they were looked at."""

    sound: Path
    format: Format
    captions: Path | None
    """Their file, its ending their kind; None for no captions."""

    @property
    def files(self) -> tuple[Path, ...]:
        """All that will be written."""
        return (self.sound,) if self.captions is None else (self.sound, self.captions)

    @classmethod
    def choose(
        cls,
        path: Path,
        *,
        format: str | None = None,  # noqa: A002
        captions: str | None = None,
        force: bool = False,
    ) -> Destination:
        """The files for an export to `path`, in `format` or the one that the name ends like.

        Raises ChoiceError for an unknown format and for a file that is there already, unless `force`, and
        FileError for a folder that is missing or read-only.
        """
        try:
            _look_at_folder(path.parent)
            _look_at(path, force=force)
            chosen = of_ending(path) if format is None else of_name(format)
            beside = None if captions is None else _beside(path, captions)
            if beside is not None:
                _look_at(beside, force=force)
        except OSError as fault:
            raise FileError.of(path, fault, "choose another name or folder") from fault
        return cls(path, chosen, beside)


def _beside(path: Path, captions: str) -> Path:
    if captions not in CAPTIONS:
        raise ChoiceError(f"no captions are called {captions}", f"there are {', '.join(CAPTIONS)}")
    beside = path.with_suffix(f".{captions}")
    if beside == path:
        raise ChoiceError(f"{path}: sound and captions cannot share a name", "give the sound another ending")
    return beside


def _look_at_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise FileError(f"{folder}: no such folder", "make it first, or choose another")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FileError(f"{folder}: nothing may be written there", "choose another folder")


def _look_at(file: Path, *, force: bool) -> None:
    try:
        file.lstat()
    except FileNotFoundError:
        return
    if file.is_dir():
        raise ChoiceError(f"{file} is a folder", f"name a file in it, such as {file / 'session.mp3'}")
    if not file.is_file():
        raise ChoiceError(f"{file} is not an ordinary file", "choose another name")
    if not force:
        raise ChoiceError(f"{file} is there already", "choose another name, or overwrite it with --force")
