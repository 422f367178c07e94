"""Routines written in the test itself, and read from a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from voicecoach.errors import ScriptError
from voicecoach.routine import Routine, Step
from voicecoach.script.library import Library


class ScriptFolder:
    """A folder of scripts, and a library of nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, text: str | bytes, name: str = "mine.yaml") -> Path:
        """Write a file; the text is dedented."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dedent(text).encode() if isinstance(text, str) else text)
        return path

    def read(self, text: str | bytes) -> Routine:
        """Write a file and load it."""
        return Library((self.folder,)).load_path(self.write(text))

    def steps(self, text: str) -> tuple[Step, ...]:
        """Read a list of steps."""
        return self.read(f"title: Mine\nsteps:\n{dedent(text).strip(chr(10))}\n").steps

    def problems(self, text: str | bytes) -> list[str]:
        """The errors or warnings of a file, each as `line:column: message; hint`."""
        try:
            problems = self.read(text).warnings
        except ScriptError as error:
            problems = error.problems
        return [str(problem).replace(f"{self.folder}/mine.yaml:", "") for problem in problems]


@pytest.fixture
def scripts(tmp_path: Path) -> ScriptFolder:
    return ScriptFolder(tmp_path)


@pytest.fixture
def steps(scripts: ScriptFolder) -> Callable[[str], tuple[Step, ...]]:
    return scripts.steps


@pytest.fixture
def problems(scripts: ScriptFolder) -> Callable[[str | bytes], list[str]]:
    return scripts.problems
