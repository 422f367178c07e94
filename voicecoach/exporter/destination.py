"""Export options, and the files that an export will write.

Everything that can be refused is refused here, before anything is spoken.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from voicecoach.errors import ChoiceError, FileError
from voicecoach.exporter.caption_formats import CAPTIONS
from voicecoach.exporter.formats import FORMATS, Format, format_by_extension, format_by_name
from voicecoach.exporter.metadata import Metadata, split_by_move
from voicecoach.files import MAX_NAME_BYTES, cut_to_bytes, fit_name

_PLAYLIST_EXTENSION = ".m3u8"
_SOUND_EXTENSIONS = frozenset(extension for known in FORMATS.values() for extension in known.extensions)
_KNOWN_EXTENSIONS = _SOUND_EXTENSIONS | {_PLAYLIST_EXTENSION, *(f".{name}" for name in CAPTIONS)}
"""Anything else after a dot is part of the name."""
_FORBIDDEN = frozenset('<>:"/\\|?*')
"""Not allowed in the file systems of Windows; the slash in none."""
_MAX_TITLE_BYTES = 80
"""A name may have 255 bytes; the rest is for what surrounds a title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """How to write a session."""

    format: str | None = None
    """None: by the extension of the name."""
    bit_rate: int | None = None
    """In kbit/s; None for the format's default."""
    channels: Literal[1, 2] = 1
    captions: tuple[str, ...] = ()
    """Of `CAPTIONS`."""
    caption_holds: bool = False
    """Whether captions show the time left of a hold."""
    split: bool = False
    """Whether to write one file per move, and a playlist."""
    force: bool = False
    """Whether to overwrite files."""

    def for_format(self, name: str) -> ExportOptions:
        """Choose one of several formats; a lossless one takes no bit rate. Raises ChoiceError."""
        return replace(self, format=name, bit_rate=self.bit_rate if format_by_name(name).bit_rates else None)


@dataclass(frozen=True, slots=True)
class ExportPart:
    """A sound file, the captions beside it, and the content of both."""

    sound: Path
    captions: tuple[Path, ...]
    metadata: Metadata

    @property
    def files(self) -> tuple[Path, ...]:
        """All files of the part."""
        return (self.sound, *self.captions)


@dataclass(frozen=True, slots=True)
class Destination:
    """The files of an export, which did not exist or may be overwritten when they were checked."""

    sound: Path
    """If the session is split, not a file, but the name from which all others are made."""
    format: Format
    captions: tuple[Path, ...]
    """Captions and transcript; their extensions are keys of `CAPTIONS`."""
    options: ExportOptions

    @property
    def playlist(self) -> Path:
        """The playlist of a split session."""
        return _replace_extension(self.sound, _PLAYLIST_EXTENSION)

    @classmethod
    def choose(cls, path: Path, options: ExportOptions | None = None) -> Destination:
        """Choose and check the files for an export to `path`.

        Raises ChoiceError for a name with a line break (no playlist can hold it), an unknown format, a bit rate that
        the format does not have, a format that cannot be split, and an existing file without `force`. Raises FileError
        for a folder that is missing or read-only.
        """
        options = options or ExportOptions()
        if {"\n", "\r"} & set(path.name):
            raise ChoiceError(f"a name with a line break ({' '.join(path.name.split())})", "leave it out")
        if options.split and not _is_unicode(path.name):
            raise ChoiceError(f"{path}: a name that is not UTF-8, which no playlist can hold", "choose another name")
        with _file_errors(path):
            _check_folder(path.parent)
            if not options.split or path.name in ("", ".."):
                _check_files([path], options)
            file_format = format_by_extension(path) if options.format is None else format_by_name(options.format)
            _check_format(file_format, options)
            captions = tuple(_caption_path(path, name) for name in dict.fromkeys(options.captions))
            destination = cls(path, file_format, captions, options)
            _check_files([destination.playlist] if options.split else captions, options)
        return destination

    def parts(self, whole: Metadata) -> tuple[ExportPart, ...]:
        """Divide a session into the parts to write, in playing order. Raises as `choose` for a split session."""
        if not self.options.split:
            return (ExportPart(self.sound, self.captions, whole),)
        if not whole.chapters:
            raise ChoiceError("a session without moves cannot be split", "leave out --split")
        digits = max(2, len(str(len(whole.chapters))))
        parts = tuple(self._part(f"{number:0{digits}}", piece) for number, piece in enumerate(split_by_move(whole), 1))
        with _file_errors(self.sound):
            _check_files((file for part in parts for file in part.files), self.options)
        return parts

    def _part(self, number: str, piece: Metadata) -> ExportPart:
        stem, extension = _split_extension(self.sound)
        if extension.lower() not in _SOUND_EXTENSIONS:
            extension = self.format.extensions[0]
        room = MAX_NAME_BYTES - max(map(len, _KNOWN_EXTENSIONS))
        start = fit_name(stem, f" {number}", size=room)
        title = cut_to_bytes(safe_file_name(piece.tags.title), room - len(os.fsencode(f"{start} ")))
        name = f"{start} {title}".rstrip(" .")
        captions = tuple(self.sound.with_name(name + caption.suffix) for caption in self.captions)
        return ExportPart(self.sound.with_name(name + extension), captions, piece)


def _is_unicode(name: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in name)


def safe_file_name(title: str) -> str:
    """Remove from a title what no file name may contain, and cut it to 80 bytes; the result may be empty.

    Letters of all scripts stay; control characters, such as those that change the writing direction, do not. Two titles
    may give the same name, so put a number before it.
    """
    composed = unicodedata.normalize("NFC", title)
    plain = "".join(" " if sign in _FORBIDDEN or not sign.isprintable() else sign for sign in composed)
    return cut_to_bytes(" ".join(plain.split()), _MAX_TITLE_BYTES).strip(" .")


@contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileError.of(path, error, "choose another name or folder") from error


def _check_format(file_format: Format, options: ExportOptions) -> None:
    known, bit_rate = file_format.bit_rates, options.bit_rate
    if bit_rate is not None and not known:
        raise ChoiceError(f"{file_format.name} keeps every sample and has no bit rate", "leave out --bitrate")
    if bit_rate is not None and bit_rate not in known:
        allowed = f"{known[0]} to {known[-1]}" if isinstance(known, range) else f"one of {', '.join(map(str, known))}"
        raise ChoiceError(f"{file_format.name} has no bit rate of {bit_rate} kbit/s", f"choose {allowed}")
    if options.split and not file_format.may_split:
        message = f"{file_format.name} is one file, with its moves to choose from, and cannot be split"
        raise ChoiceError(message, "leave out --split, or choose another format, such as m4a")


def _split_extension(path: Path) -> tuple[str, str]:
    """The name and its extension, if that is a known one; "Dr. Who" has none."""
    return (path.stem, path.suffix) if path.suffix.lower() in _KNOWN_EXTENSIONS else (path.name, "")


def _replace_extension(path: Path, extension: str) -> Path:
    return path.with_name(_split_extension(path)[0] + extension)


def _caption_path(path: Path, name: str) -> Path:
    if name not in CAPTIONS:
        raise ChoiceError(f"unknown caption format {name}", f"choose one of {', '.join(CAPTIONS)}")
    captions = _replace_extension(path, f".{name}")
    if captions == path:
        raise ChoiceError(f"{path}: sound and captions cannot share a name", "give the sound another extension")
    return captions


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise FileError(f"{folder}: no such folder", "make it first, or choose another")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FileError(f"{folder}: not writable", "choose another folder")


def _check_files(files: Iterable[Path], options: ExportOptions) -> None:
    for file in files:
        try:
            file.lstat()
        except FileNotFoundError:
            continue
        if file.is_dir():
            raise ChoiceError(f"{file} is a folder", f"name a file in it, such as {file / 'session.mp3'}")
        if not file.is_file():
            raise ChoiceError(f"{file} is not an ordinary file", "choose another name")
        if not options.force:
            raise ChoiceError(f"{file} already exists", "choose another name, or overwrite it with --force")
