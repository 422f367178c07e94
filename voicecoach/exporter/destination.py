"""Export options, and the files that an export will write.

Everything that can be refused is refused here, before anything is spoken.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from voicecoach.errors import ChoiceError, FileError
from voicecoach.exporter.caption_formats import CAPTIONS
from voicecoach.exporter.formats import FORMATS, Format, format_by_ending, format_by_name
from voicecoach.exporter.recording import Recording, split_by_move

__all__ = ["Destination", "ExportOptions", "ExportPart", "safe_file_name"]

_FORBIDDEN = frozenset('<>:"/\\|?*')
"""By Windows' file systems; the slash by all."""
_MAX_BYTES = 80
"""Bytes: a name may have 255, and what stands before and behind, and a part file's own, need their room."""


def safe_file_name(title: str) -> str:
    """The title without what no file name may have, cut to 80 bytes; empty where nothing is left.

    Letters of all scripts stay; signs that steer, such as those that turn the direction of writing, do not. Two
    titles may become one name, so a number belongs before it.
    """
    composed = unicodedata.normalize("NFC", title)
    plain = "".join(" " if sign in _FORBIDDEN or not sign.isprintable() else sign for sign in composed)
    cut = " ".join(plain.split()).encode()[:_MAX_BYTES].decode(errors="ignore")
    return cut.strip(" .")


_PLAYLIST_ENDING = ".m3u8"
_SOUND_ENDINGS = frozenset(ending for known in FORMATS.values() for ending in known.endings)
_KNOWN_ENDINGS = _SOUND_ENDINGS | {_PLAYLIST_ENDING, *(f".{kind}" for kind in CAPTIONS)}
"""Endings of names; whatever else stands behind a dot is part of a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """How a session is to be written."""

    format: str | None = None
    """None: the one that the name ends like."""
    bit_rate: int | None = None
    """Kilobits a second; None is the format's own."""
    channels: Literal[1, 2] = 1
    captions: tuple[str, ...] = ()
    """Their endings, of `CAPTIONS`."""
    caption_holds: bool = False
    """Whether the clock of a hold is among the captions."""
    split: bool = False
    """A file a move, and a list that plays them one after the other."""
    force: bool = False
    """Whether files that are there may be written over."""

    def for_format(self, name: str) -> ExportOptions:
        """For one of several formats: the bit rate holds where there are any. Raises ChoiceError for no format."""
        return replace(self, format=name, bit_rate=self.bit_rate if format_by_name(name).bit_rates else None)


@dataclass(frozen=True, slots=True)
class ExportPart:
    """A file of sound, the texts beside it, and what is in them."""

    sound: Path
    texts: tuple[Path, ...]
    recording: Recording

    @property
    def files(self) -> tuple[Path, ...]:
        """All that will be written."""
        return (self.sound, *self.texts)


@dataclass(frozen=True, slots=True)
class Destination:
    """Files that were free, or may be overwritten, when they were looked at."""

    sound: Path
    """Where a session is split, no file itself, but what the names of all others are made from."""
    format: Format
    texts: tuple[Path, ...]
    """Captions and transcript, their endings their kinds."""
    manner: ExportOptions

    @property
    def playlist(self) -> Path:
        """Where the list of the pieces goes."""
        return _replace_ending(self.sound, _PLAYLIST_ENDING)

    @classmethod
    def choose(cls, path: Path, manner: ExportOptions | None = None) -> Destination:
        """The files for an export to `path`.

        Raises ChoiceError for a name with a line break, which no list can hold, an unknown format, a bit rate that it
        does not know, one that cannot be split, and a file that is there already, unless it may be written over,
        and FileError for a folder that is missing or read-only.
        """
        manner = manner or ExportOptions()
        if {"\n", "\r"} & set(path.name):
            raise ChoiceError(f"a name with a line break ({' '.join(path.name.split())})", "leave it out")
        try:
            _check_folder(path.parent)
            if not manner.split or path.name in ("", ".."):
                _check_file(path, force=manner.force)
            chosen = format_by_ending(path) if manner.format is None else format_by_name(manner.format)
            _check_bit_rate(chosen, manner.bit_rate)
            if manner.split and not chosen.may_split:
                message = f"{chosen.name} is one file, with its moves to choose from, and cannot be split"
                raise ChoiceError(message, "leave out --split, or choose another format, such as m4a")
            place = cls(
                path, chosen, tuple(_caption_path(path, kind) for kind in dict.fromkeys(manner.captions)), manner
            )
            for file in (place.playlist,) if manner.split else place.texts:
                _check_file(file, force=manner.force)
        except OSError as fault:
            raise FileError.of(path, fault, "choose another name or folder") from fault
        return place

    def parts(self, whole: Recording) -> tuple[ExportPart, ...]:
        """What is to be written, in the order of hearing. Raises as `choose` for the files of a split session."""
        if not self.manner.split:
            return (ExportPart(self.sound, self.texts, whole),)
        if not whole.chapters:
            raise ChoiceError("a session without moves cannot be split", "leave out --split")
        digits = max(2, len(str(len(whole.chapters))))
        begin, ending = _split_ending(self.sound)
        if ending.lower() not in _SOUND_ENDINGS:
            ending = self.format.endings[0]
        made = []
        for number, piece in enumerate(split_by_move(whole), 1):
            name = f"{begin} {number:0{digits}} {safe_file_name(piece.tags.title)}".rstrip()
            sound = self.sound.with_name(name + ending)
            texts = tuple(sound.with_name(name + text.suffix) for text in self.texts)
            made.append(ExportPart(sound, texts, piece))
        try:
            for part in made:
                for file in part.files:
                    _check_file(file, force=self.manner.force)
        except OSError as fault:
            raise FileError.of(self.sound, fault, "choose another name or folder") from fault
        return tuple(made)


def _check_bit_rate(chosen: Format, asked: int | None) -> None:
    known = chosen.bit_rates
    if asked is None or asked in known:
        return
    if not known:
        raise ChoiceError(f"{chosen.name} keeps every sample and has no bit rate", "leave out --bitrate")
    told = f"{known[0]} to {known[-1]}" if len(known) > known[-1] - known[0] else ", ".join(map(str, known))
    raise ChoiceError(f"{chosen.name} has no bit rate of {asked} kbit/s", f"there are {told}")


def _split_ending(path: Path) -> tuple[str, str]:
    """The name and its ending, where that is one known here; in "Dr. Who" there is none."""
    return (path.stem, path.suffix) if path.suffix.lower() in _KNOWN_ENDINGS else (path.name, "")


def _replace_ending(path: Path, ending: str) -> Path:
    return path.with_name(_split_ending(path)[0] + ending)


def _caption_path(path: Path, kind: str) -> Path:
    if kind not in CAPTIONS:
        raise ChoiceError(f"no captions are called {kind}", f"there are {', '.join(CAPTIONS)}")
    beside = _replace_ending(path, f".{kind}")
    if beside == path:
        raise ChoiceError(f"{path}: sound and captions cannot share a name", "give the sound another ending")
    return beside


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise FileError(f"{folder}: no such folder", "make it first, or choose another")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FileError(f"{folder}: nothing may be written there", "choose another folder")


def _check_file(file: Path, *, force: bool) -> None:
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
