"""Finds routines by name or path, and reads them together with the routines they use."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from voicecoach import resources
from voicecoach.errors import ChoiceError, FileError, Pos, Problem, ScriptError, did_you_mean
from voicecoach.routine import Routine
from voicecoach.script import limits
from voicecoach.script.node_reader import NodeReader
from voicecoach.script.routine_reader import read_routine
from voicecoach.script.source_text import decode, quote
from voicecoach.script.step_reader import Resolvers
from voicecoach.script.yaml_tree import Node

__all__ = ["SCRIPT_SUFFIXES", "Library", "is_file", "is_path", "search_folders", "user_folder"]

SCRIPT_SUFFIXES = (".yaml", ".yml")


def user_folder() -> Path:
    """Where people keep routines of their own."""
    return Path(platformdirs.user_data_dir("voicecoach", appauthor=False)) / "routines"


def search_folders() -> tuple[Path, ...]:
    """The libraries in the order they are searched: `VOICECOACH_PATH`, the user's own, the built-in ones."""
    asked = os.environ.get("VOICECOACH_PATH", "").split(os.pathsep)
    return (
        *(_expand_user(Path(folder)) for folder in asked if folder),
        user_folder(),
        resources.bundled_folder("scripts"),
    )


def _expand_user(folder: Path) -> Path:
    try:
        return folder.expanduser()
    except RuntimeError:  # ~nobody
        return folder


class Library:
    """The routines that can be had by name. Reads each file once."""

    def __init__(self, searched: tuple[Path, ...] | None = None) -> None:
        self._folders = search_folders() if searched is None else searched
        self._read: dict[Path, Routine] = {}
        self._failed: dict[Path, ScriptError] = {}
        self._reading: list[Path] = []

    def paths(self) -> dict[str, Path]:
        """Name → file, sorted by name; the first folder that has a name wins."""
        found: dict[str, Path] = {}
        for folder in self._folders:
            for path in _scripts_in(folder):
                found.setdefault(path.stem, path)
        return dict(sorted(found.items()))

    def find(self, name: str) -> Path | None:
        """The file of a routine's name."""
        if not name or Path(name).name != name:
            return None
        beside = (folder / (name + ending) for folder in self._folders for ending in SCRIPT_SUFFIXES)
        return next(filter(is_file, beside), None)

    def load(self, asked: str) -> Routine:
        """The routine of a name, a path, or `-` for standard input.

        Raises `ScriptError` where it is not right, `ChoiceError` where there is none of that name.
        """
        if asked == "-":
            return self._parse(sys.stdin.buffer.read(limits.BYTES + 1), "<stdin>", Path(), "")
        if is_path(asked):
            return self.load_path(Path(asked))
        path = self.find(asked)
        if path is None:
            file = _suggest_file(asked)
            hint = f"for a file, give its path: ./{file}" if file else did_you_mean(asked, self.paths())
            message = f"no routine of that name ({quote(asked)})"
            raise ChoiceError(message, hint or "`voicecoach list` shows those there are")
        return self.load_path(path)

    def load_path(self, path: Path) -> Routine:
        """The routine in a file. Raises `ScriptError`, or `FileError` where the system will not read it."""
        real = _resolve(path)
        if real in self._failed:
            raise self._failed[real]
        if real not in self._read:
            self._reading.append(real)
            try:
                folder = path.parent if _resolve(path.parent) == real.parent else real.parent
                self._read[real] = self._parse(_read_bytes(path), str(path), folder, path.stem)
            except ScriptError as fault:
                self._failed[real] = fault
                raise
            finally:
                self._reading.pop()
                if not self._reading:
                    # A circle and a chain that is too long are told as they look from where the reading began.
                    self._failed.clear()
        return self._read[real]

    def _parse(self, data: bytes, file: str, folder: Path, name: str) -> Routine:
        links = Resolvers(
            routine=lambda notes, node, asked: self._used(notes, node, asked, folder),
            sound=lambda notes, node, asked: _resolve_sound(notes, node, asked, folder),
        )
        return read_routine(decode(data, file), file, links, name=name)

    def _used(self, notes: NodeReader, node: Node, asked: str, folder: Path) -> Routine | None:
        path = (
            _resolve_inside(notes, node, "use", asked, folder)
            if is_path(asked)
            else self._named(notes, node, asked, folder)
        )
        if path is None:
            return None
        real = _resolve(path)
        if real in self._reading:
            circle = " → ".join(each.stem for each in [*self._reading[self._reading.index(real) :], real])
            notes.wrong(node.pos, f"use: a circle ({quote(circle)})")
            return None
        if len(self._reading) >= limits.USE_DEPTH:
            notes.wrong(node.pos, f"use: routines within routines deeper than {limits.USE_DEPTH}")
            return None
        try:
            return self.load_path(path)
        except ScriptError as fault:
            notes.theirs(fault.problems)
            notes.wrong(node.pos, f"use: {quote(asked)} has mistakes of its own")
        except FileError as fault:
            notes.wrong(node.pos, f"use: {fault}")
        return None

    def _named(self, notes: NodeReader, node: Node, asked: str, folder: Path) -> Path | None:
        path = self.find(asked)
        if path is None:
            hint = did_you_mean(asked, self.paths())
            beside = [asked + ending for ending in SCRIPT_SUFFIXES if asked and is_file(folder / (asked + ending))]
            if beside:
                hint = f"for the file beside this one, write `use: {beside[0]}`"
            notes.wrong(node.pos, f"use: no routine of that name ({quote(asked)})", hint)
        return path


def is_file(path: Path) -> bool:
    """Whether there is a file, and not a folder, a pipe or a device; a name that cannot be has none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_path(asked: str) -> bool:
    """Whether what was asked for is a path and not a name."""
    return "/" in asked or os.sep in asked or asked.endswith(SCRIPT_SUFFIXES)


def _scripts_in(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(path for path in folder.iterdir() if path.suffix in SCRIPT_SUFFIXES and is_file(path))
    except OSError:
        return


def _resolve(path: Path) -> Path:
    """Where a path leads; where it leads nowhere, the path itself."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return path.absolute()


def _suggest_file(asked: str) -> str | None:
    """The file that somebody may have meant: the very one, or with an ending."""
    return next((f"{asked}{ending}" for ending in ("", *SCRIPT_SUFFIXES) if is_file(Path(f"{asked}{ending}"))), None)


def _read_bytes(path: Path) -> bytes:
    try:
        if not is_file(path):
            found = "a folder, where a routine's file is wanted" if path.is_dir() else "not a file"
            path.stat()
            raise ScriptError([Problem(Pos(str(path)), found)])
        with path.open("rb") as file:
            return file.read(limits.BYTES + 1)
    except FileNotFoundError:
        meant = _suggest_file(str(path))
        hint = f"did you mean {meant}?" if meant else ""
        raise ScriptError([Problem(Pos(str(path)), "there is no such file", hint)]) from None
    except ValueError:
        raise ScriptError([Problem(Pos(quote(str(path))), "not a path")]) from None
    except OSError as fault:
        raise FileError.of(path, fault) from fault


def _resolve_inside(notes: NodeReader, node: Node, key: str, asked: str, folder: Path) -> Path | None:
    """A path beside the script, or None, with a note, where it leads out of its folder."""
    quoted = quote(asked)
    if len(asked) > limits.PATH:
        notes.wrong(node.pos, f"{key}: a path longer than {limits.PATH:,} characters ({quoted})")
        return None
    path = folder / asked
    if not _resolve(path).is_relative_to(_resolve(folder)):
        message = f"{key}: a path that leaves the routine's folder ({quoted}), only files in it are allowed"
        notes.wrong(node.pos, message)
    elif not is_file(path):
        notes.wrong(node.pos, f"{key}: there is no such file ({quoted})")
    else:
        return path
    return None


def _resolve_sound(notes: NodeReader, node: Node, asked: str, folder: Path) -> str | None:
    path = _resolve_inside(notes, node, "chime", asked, folder)
    return str(_resolve(path)) if path else None
