"""Finds routines by name or path, and reads them together with the routines they use."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from voicecoach import resources
from voicecoach.errors import ChoiceError, FileError, Pos, Problem, ScriptError, nearest
from voicecoach.routine import Routine
from voicecoach.script import limits
from voicecoach.script.node_reader import Notes
from voicecoach.script.routine_reader import read
from voicecoach.script.source_text import decode, shown
from voicecoach.script.step_reader import Links
from voicecoach.script.yaml_tree import Node

__all__ = ["ENDINGS", "Library", "folders", "is_file", "is_path", "user_folder"]

ENDINGS = (".yaml", ".yml")


def user_folder() -> Path:
    """Where people keep routines of their own."""
    return Path(platformdirs.user_data_dir("voicecoach", appauthor=False)) / "routines"


def folders() -> tuple[Path, ...]:
    """The libraries in the order they are searched: `VOICECOACH_PATH`, the user's own, the built-in ones."""
    asked = os.environ.get("VOICECOACH_PATH", "").split(os.pathsep)
    return (
        *(_at_home(Path(folder)) for folder in asked if folder),
        user_folder(),
        resources.folder("scripts"),
    )


def _at_home(folder: Path) -> Path:
    try:
        return folder.expanduser()
    except RuntimeError:  # ~nobody
        return folder


class Library:
    """The routines that can be had by name. Reads each file once."""

    def __init__(self, searched: tuple[Path, ...] | None = None) -> None:
        self._folders = folders() if searched is None else searched
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
        beside = (folder / (name + ending) for folder in self._folders for ending in ENDINGS)
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
            file = _meant(asked)
            hint = f"for a file, give its path: ./{file}" if file else nearest(asked, self.paths())
            message = f"no routine of that name ({shown(asked)})"
            raise ChoiceError(message, hint or "`voicecoach list` shows those there are")
        return self.load_path(path)

    def load_path(self, path: Path) -> Routine:
        """The routine in a file. Raises `ScriptError`, or `FileError` where the system will not read it."""
        real = _real(path)
        if real in self._failed:
            raise self._failed[real]
        if real not in self._read:
            self._reading.append(real)
            try:
                folder = path.parent if _real(path.parent) == real.parent else real.parent
                self._read[real] = self._parse(_bytes(path), str(path), folder, path.stem)
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
        links = Links(
            routine=lambda notes, node, asked: self._used(notes, node, asked, folder),
            sound=lambda notes, node, asked: _sound(notes, node, asked, folder),
        )
        return read(decode(data, file), file, links, name=name)

    def _used(self, notes: Notes, node: Node, asked: str, folder: Path) -> Routine | None:
        path = _inside(notes, node, "use", asked, folder) if is_path(asked) else self._named(notes, node, asked, folder)
        if path is None:
            return None
        real = _real(path)
        if real in self._reading:
            circle = " → ".join(each.stem for each in [*self._reading[self._reading.index(real) :], real])
            notes.wrong(node.pos, f"use: a circle ({shown(circle)})")
            return None
        if len(self._reading) >= limits.USES:
            notes.wrong(node.pos, f"use: routines within routines deeper than {limits.USES}")
            return None
        try:
            return self.load_path(path)
        except ScriptError as fault:
            notes.theirs(fault.problems)
            notes.wrong(node.pos, f"use: {shown(asked)} has mistakes of its own")
        except FileError as fault:
            notes.wrong(node.pos, f"use: {fault}")
        return None

    def _named(self, notes: Notes, node: Node, asked: str, folder: Path) -> Path | None:
        path = self.find(asked)
        if path is None:
            hint = nearest(asked, self.paths())
            beside = [asked + ending for ending in ENDINGS if asked and is_file(folder / (asked + ending))]
            if beside:
                hint = f"for the file beside this one, write `use: {beside[0]}`"
            notes.wrong(node.pos, f"use: no routine of that name ({shown(asked)})", hint)
        return path


def is_file(path: Path) -> bool:
    """Whether there is a file, and not a folder, a pipe or a device; a name that cannot be has none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_path(asked: str) -> bool:
    """Whether what was asked for is a path and not a name."""
    return "/" in asked or os.sep in asked or asked.endswith(ENDINGS)


def _scripts_in(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(path for path in folder.iterdir() if path.suffix in ENDINGS and is_file(path))
    except OSError:
        return


def _real(path: Path) -> Path:
    """Where a path leads; where it leads nowhere, the path itself."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return path.absolute()


def _meant(asked: str) -> str | None:
    """The file that somebody may have meant: the very one, or with an ending."""
    return next((f"{asked}{ending}" for ending in ("", *ENDINGS) if is_file(Path(f"{asked}{ending}"))), None)


def _bytes(path: Path) -> bytes:
    try:
        if not is_file(path):
            found = "a folder, where a routine's file is wanted" if path.is_dir() else "not a file"
            path.stat()
            raise ScriptError([Problem(Pos(str(path)), found)])
        with path.open("rb") as file:
            return file.read(limits.BYTES + 1)
    except FileNotFoundError:
        meant = _meant(str(path))
        hint = f"did you mean {meant}?" if meant else ""
        raise ScriptError([Problem(Pos(str(path)), "there is no such file", hint)]) from None
    except ValueError:
        raise ScriptError([Problem(Pos(shown(str(path))), "not a path")]) from None
    except OSError as fault:
        raise FileError.of(path, fault) from fault


def _inside(notes: Notes, node: Node, key: str, asked: str, folder: Path) -> Path | None:
    """A path beside the script, or None, with a note, where it leads out of its folder."""
    quoted = shown(asked)
    if len(asked) > limits.PATH:
        notes.wrong(node.pos, f"{key}: a path longer than {limits.PATH:,} characters ({quoted})")
        return None
    path = folder / asked
    if not _real(path).is_relative_to(_real(folder)):
        message = f"{key}: a path that leaves the routine's folder ({quoted}), only files in it are allowed"
        notes.wrong(node.pos, message)
    elif not is_file(path):
        notes.wrong(node.pos, f"{key}: there is no such file ({quoted})")
    else:
        return path
    return None


def _sound(notes: Notes, node: Node, asked: str, folder: Path) -> str | None:
    path = _inside(notes, node, "chime", asked, folder)
    return str(_real(path)) if path else None
