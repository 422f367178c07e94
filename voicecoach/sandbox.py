"""Reads files that may be damaged or hostile, in a process of its own with a limit of time and of memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, Self

from voicecoach.errors import ExternalError, FileError
from voicecoach.worker import Worker, WorkerDied, WorkerError, WorkerRaised, WorkerTimeout

_START_SECONDS = 60.0
"""A process starts in half a second; a machine may be very busy."""


@dataclass(frozen=True, slots=True)
class _Failure:
    """The reply for a file that cannot be used."""

    message: str
    hint: str


class Sandbox:
    """A process that runs `functions` (`"module:callable"`) on files; it starts with the first one.

    Each file may take `seconds` and `memory` (bytes). Use it as a context, or `end` it.
    """

    def __init__(self, *functions: str, seconds: float, memory: int, hint: str) -> None:
        self._seconds, self._memory, self._hint = seconds, memory, hint
        self._worker = Worker("voicecoach.sandbox:open_sandbox", functions, memory=memory)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End the process."""
        self._worker.end()

    def run(self, function: str, path: Path, *args: object) -> Any:
        """Return `function(path, *args)`.

        Raises FileError if the function does, or if it crashes, raises anything else or exceeds a limit; ExternalError
        if the system cannot start a process.
        """
        try:
            self._worker.wait_ready(_START_SECONDS)
        except WorkerError as error:
            raise ExternalError(
                f"no process for reading {path} can be started: {error}", "end other programs"
            ) from error
        try:
            reply = self._worker.ask((function, path, args), self._seconds)
        except WorkerTimeout as error:
            raise FileError(f"{path}: reading it takes more than {self._seconds:g} s", self._hint) from error
        except WorkerDied as error:
            raise FileError(f"{path}: reading it fails: {error}", self._hint) from error
        except WorkerRaised as error:
            if str(error).startswith("MemoryError"):
                self.end()  # what is left of its memory is in pieces
                megabytes = self._memory // 1_000_000
                raise FileError(f"{path}: reading it takes more than {megabytes} MB of memory", self._hint) from error
            raise FileError(f"{path}: reading it fails: {error}", self._hint) from error
        if isinstance(reply, _Failure):
            raise FileError(reply.message, reply.hint)
        return reply


def open_sandbox(functions: tuple[str, ...]) -> Callable[[tuple[str, Path, tuple[object, ...]]], object]:
    """Inside the process: load the functions, and return the one that answers `Sandbox.run`."""
    loaded = {name: resolve_name(name) for name in functions}

    def answer(request: tuple[str, Path, tuple[object, ...]]) -> object:
        name, path, args = request
        try:
            return loaded[name](path, *args)
        except FileError as error:
            return _Failure(error.message, error.hint)

    return answer
