"""Finds routines by name or path, and reads them together with the routines they use."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from voicecoach.errors import ChoiceError, FileError, Pos, Problem, ScriptError, did_you_mean
from voicecoach.resources import bundled_folder
from voicecoach.routine import Routine
from voicecoach.script import limits
from voicecoach.script.node_reader import NodeReader
from voicecoach.script.routine_reader import read_routine
from voicecoach.script.source_text import decode, quote
from voicecoach.script.step_reader import Resolvers
from voicecoach.script.yaml_tree import Node

SCRIPT_SUFFIXES = (".yaml", ".yml")


def user_folder() -> Path:
    """The folder for the user's own routines."""
    return Path(platformdirs.user_data_dir("voicecoach", appauthor=False)) / "routines"


def search_folders() -> tuple[Path, ...]:
    """The folders searched for routines, in order: those in `VOICECOACH_PATH`, the user's own, the built-in one."""
    path = os.environ.get("VOICECOACH_PATH", "").split(os.pathsep)
    own = (Path(os.path.expanduser(folder)) for folder in path if folder)  # noqa: PTH111 leaves ~no-such-user as it is
    return (*own, user_folder(), bundled_folder("scripts"))


class Library:
    """Finds routines by name or path and reads each file once."""

    def __init__(self, folders: tuple[Path, ...] | None = None) -> None:
        self._folders = search_folders() if folders is None else folders
        self._routines: dict[Path, Routine] = {}
        self._failed: dict[Path, ScriptError] = {}
        self._reading: list[Path] = []

    def paths(self) -> dict[str, Path]:
        """The file of each name, sorted by name; the first folder that has a name wins."""
        found: dict[str, Path] = {}
        for folder in self._folders:
            for path in _scripts_in(folder):
                found.setdefault(path.stem, path)
        return dict(sorted(found.items()))

    def find(self, name: str) -> Path | None:
        """The file of a routine, by its name."""
        if not name or Path(name).name != name:
            return None
        beside = (folder / (name + ending) for folder in self._folders for ending in SCRIPT_SUFFIXES)
        return next(filter(is_file, beside), None)

    def load(self, name: str) -> Routine:
        """Load a routine by name, by path, or from standard input (`-`).

        Raises `ScriptError` for a routine with errors, `ChoiceError` for an unknown name, `FileError` for what cannot
        be read.
        """
        if name == "-":
            return self._parse(decode(_read_stdin(), "<stdin>"), "<stdin>", Path(), "")
        if is_path(name):
            return self.load_path(Path(name))
        path = self.find(name)
        if path is None:
            file = _suggest_file(name)
            hint = f"for a file, give its path: ./{file}" if file else did_you_mean(name, self.paths())
            message = f"no routine of that name ({quote(name)})"
            raise ChoiceError(message, hint or "`voicecoach list` shows them all")
        return self.load_path(path)

    def load_path(self, path: Path) -> Routine:
        """Load the routine in a file. Raises `ScriptError`, or `FileError` if the file cannot be read."""
        real = _resolve(path)
        if real in self._failed:
            raise self._failed[real]
        if real not in self._routines:
            self._reading.append(real)
            try:
                folder = path.parent if _resolve(path.parent) == real.parent else real.parent
                self._routines[real] = self._parse(read_script(path), str(path), folder, path.stem)
            except ScriptError as error:
                self._failed[real] = error
                raise
            finally:
                self._reading.pop()
                if not self._reading:
                    # Messages about circles and long chains depend on the file at which reading began.
                    self._failed.clear()
        return self._routines[real]

    def _parse(self, text: str, file: str, folder: Path, name: str) -> Routine:
        resolvers = Resolvers(
            routine=lambda nodes, node, asked: self._resolve_routine(nodes, node, asked, folder),
            sound=lambda nodes, node, asked: _resolve_sound(nodes, node, asked, folder),
        )
        return read_routine(text, file, resolvers, name=name)

    def _resolve_routine(self, nodes: NodeReader, node: Node, name: str, folder: Path) -> Routine | None:
        find = _find_in_folder if is_path(name) else self._find_by_name
        path = find(nodes, node, "use", name, folder)
        if path is None:
            return None
        real = _resolve(path)
        if real in self._reading:
            circle = " → ".join(each.stem for each in [*self._reading[self._reading.index(real) :], real])
            nodes.error(node.pos, f"use: a circle ({quote(circle)})")
            return None
        if len(self._reading) >= limits.USE_DEPTH:
            nodes.error(node.pos, f"use: routines within routines deeper than {limits.USE_DEPTH}")
            return None
        try:
            return self.load_path(path)
        except ScriptError as error:
            nodes.include(error.problems)
            nodes.error(node.pos, f"use: {quote(name)} has mistakes of its own")
        except FileError as error:
            nodes.error(node.pos, f"use: {error}")
        return None

    def _find_by_name(self, nodes: NodeReader, node: Node, key: str, name: str, folder: Path) -> Path | None:
        path = self.find(name)
        if path is None:
            hint = did_you_mean(name, self.paths())
            beside = [name + suffix for suffix in SCRIPT_SUFFIXES if name and is_file(folder / (name + suffix))]
            if beside:
                hint = f"for the file beside this one, write `{key}: {beside[0]}`"
            nodes.error(node.pos, f"{key}: no routine of that name ({quote(name)})", hint)
        return path


def is_file(path: Path) -> bool:
    """Whether this is a regular file, not a folder, pipe or device. False for an impossible name."""
    return os.path.isfile(path)  # noqa: PTH113 never raises


def is_path(name: str) -> bool:
    """Whether this is a path rather than the name of a routine."""
    return "/" in name or os.sep in name or name.endswith(SCRIPT_SUFFIXES)


def _scripts_in(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(path for path in folder.iterdir() if path.suffix in SCRIPT_SUFFIXES and is_file(path))
    except OSError:
        return


def _resolve(path: Path) -> Path:
    """The path with links resolved; only made absolute if that fails."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return path.absolute()


def _suggest_file(name: str) -> str | None:
    """An existing file of that name, with or without a suffix."""
    return next((f"{name}{suffix}" for suffix in ("", *SCRIPT_SUFFIXES) if is_file(Path(f"{name}{suffix}"))), None)


def read_script(path: Path) -> str:
    """The text of a script. Raises `ScriptError`, or `FileError` if the system refuses to read it."""
    try:
        if not is_file(path):
            found = "a folder, not a routine's file" if path.is_dir() else "not a file"
            path.stat()
            raise ScriptError([Problem(Pos(str(path)), found)])
        with path.open("rb") as file:
            return decode(file.read(limits.BYTES + 1), str(path))
    except FileNotFoundError:
        similar = _suggest_file(str(path))
        hint = f"did you mean {similar}?" if similar else ""
        raise ScriptError([Problem(Pos(str(path)), "there is no such file", hint)]) from None
    except ValueError:
        raise ScriptError([Problem(Pos(quote(str(path))), "not a path")]) from None
    except OSError as error:
        raise FileError.of(path, error) from error


def _read_stdin() -> bytes:
    if sys.stdin is None:
        raise FileError("standard input is closed", "name the routine's file instead of `-`")
    try:
        return sys.stdin.buffer.read(limits.BYTES + 1)
    except OSError as error:
        raise FileError.of("standard input", error) from error


def _find_in_folder(nodes: NodeReader, node: Node, key: str, name: str, folder: Path) -> Path | None:
    """A file named relative to the script; it must lie in the script's folder."""
    quoted = quote(name)
    if len(name) > limits.PATH:
        nodes.error(node.pos, f"{key}: a path longer than {limits.PATH:,} characters ({quoted})")
        return None
    path = folder / name
    if not _resolve(path).is_relative_to(_resolve(folder)):
        message = f"{key}: a path that leaves the routine's folder ({quoted}), only files in it are allowed"
        nodes.error(node.pos, message)
    elif not is_file(path):
        what = "not a file" if os.path.exists(path) else "there is no such file"  # noqa: PTH110 never raises
        nodes.error(node.pos, f"{key}: {what} ({quoted})")
    else:
        return path
    return None


def _resolve_sound(nodes: NodeReader, node: Node, name: str, folder: Path) -> str | None:
    path = _find_in_folder(nodes, node, "chime", name, folder)
    return str(_resolve(path)) if path else None
