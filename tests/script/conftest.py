"""Routines written into the test itself, read from a file as the program reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from voicecoach.errors import ScriptError
from voicecoach.routine import Routine, Step
from voicecoach.script.library import Library


class Desk:
    """A folder with routines in it, and the library that holds nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, text: str | bytes, name: str = "mine.yaml") -> Path:
        """A file of that text, its indentation taken off."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dedent(text).encode() if isinstance(text, str) else text)
        return path

    def read(self, text: str | bytes) -> Routine:
        """The routine of a file of that text."""
        return Library((self.folder,)).load_path(self.write(text))

    def steps(self, text: str) -> tuple[Step, ...]:
        """The steps that the text is a list of."""
        return self.read(f"title: Mine\nsteps:\n{dedent(text).strip(chr(10))}\n").steps

    def problems(self, text: str | bytes) -> list[str]:
        """What is told of a file of that text, each as `line:column: message; hint`."""
        try:
            routine = self.read(text)
        except ScriptError as fault:
            return [str(problem).replace(f"{self.folder}/mine.yaml:", "") for problem in fault.problems]
        return [str(warning).replace(f"{self.folder}/mine.yaml:", "") for warning in routine.warnings]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def steps(desk: Desk) -> Callable[[str], tuple[Step, ...]]:
    return desk.steps


@pytest.fixture
def problems(desk: Desk) -> Callable[[str | bytes], list[str]]:
    return desk.problems
