"""Reads files that may be damaged or hostile, in a process of its own with a limit of time and of memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from threading import Lock
from typing import Any, Self

from voicecoach.errors import ExternalError, FileError
from voicecoach.worker import Worker, WorkerError, WorkerRaised, WorkerTimeout

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
        self._lock = Lock()
        """Held while a reply is awaited."""

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
        with self._lock:
            reply = self._ask(path, (function, path, args))
        if isinstance(reply, _Failure):
            raise FileError(reply.message, reply.hint)
        return reply

    def _ask(self, path: Path, request: tuple[str, Path, tuple[object, ...]]) -> Any:
        try:
            self._worker.wait_ready(_START_SECONDS)
        except WorkerError as error:
            message = f"no process for reading {path} can be started: {error}"
            raise ExternalError(message, "end other programs") from error
        try:
            return self._worker.ask(request, self._seconds)
        except WorkerError as error:
            raise FileError(f"{path}: {self._reason(error)}", self._hint) from error

    def _reason(self, error: WorkerError) -> str:
        if isinstance(error, WorkerTimeout):
            return f"reading it takes more than {self._seconds:g} s"
        if isinstance(error, WorkerRaised) and str(error).startswith("MemoryError"):
            self._worker.end()  # what is left of its memory is in pieces
            return f"reading it takes more than {self._memory // 1_000_000} MB of memory"
        return f"reading it fails: {error}"


def open_sandbox(functions: tuple[str, ...]) -> Callable[[tuple[str, Path, tuple[object, ...]]], object]:
    """Inside the process: load the functions, and return the one that answers `Sandbox.run`."""
    loaded = {name: resolve_name(name) for name in functions}

    def answer(request: tuple[str, Path, tuple[object, ...]]) -> object:
        name, path, args = request
        try:
            return loaded[name](path, *args)
        except FileError as error:
            return _Failure(error.message, error.hint)
        except MemoryError as error:  # libraries raise their own kinds
            raise MemoryError from error

    return answer
