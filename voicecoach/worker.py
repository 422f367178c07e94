"""The one mechanism for a process of our own that speaks or plays.

Speech engines hang, crash, print and keep global state; sound devices block for half a minute. Each lives in a
process that can be ended: start it, ask it something with a time limit, end it, start it afresh.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from multiprocessing import connection
from types import ModuleType, TracebackType
from typing import Any, Self, TypeAlias

__all__ = ["MessageHandler", "Worker", "WorkerDied", "WorkerError", "WorkerRaised", "WorkerTimeout"]

MessageHandler: TypeAlias = Callable[[Any], Any]
"""What a worker does with a message; whatever it raises is told to who asked, and the worker goes on."""

_ENVIRONMENT = {"ORT_DISABLE_TELEMETRY": "1"}
"""Set in every worker before it imports anything. onnxruntime 1.32 otherwise stores a device id in the user's cache
folder and, nine seconds after it was loaded, keeps connecting to its maker's telemetry host."""
_SPAWN = multiprocessing.get_context("spawn")
_START_LOCK = threading.Lock()


class WorkerError(Exception):
    """Something went wrong with a worker; who asked says what that means for the user."""


class WorkerDied(WorkerError):
    """The process ended without an answer, or could not be started."""


class WorkerTimeout(WorkerError):
    """No answer within the time limit; the process has been ended."""


class WorkerRaised(WorkerError):
    """The worker raised; carries its own words. It is still there, unless it was its start that failed."""


class Worker:
    """A process that runs `target` (`"module:callable"`) with `args`.

    The callable is called once in the new process and gives back the `Answer` for every message. Arguments,
    messages and replies are pickled. The process ends with its parent, ignores Ctrl-C and has no terminal:
    what it prints is dropped.
    """

    def __init__(self, target: str, *args: object) -> None:
        self._target, self._args = target, args
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: connection.Connection[Any, Any] | None = None
        self._ready = False

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.is_alive()

    def start(self) -> None:
        """Begin starting the process, where there is none; does not wait for it.

        Raises `WorkerDied` where the system has no room for one.
        """
        if self._process is not None:
            return
        try:
            self._pipe, theirs = _SPAWN.Pipe()
            with theirs, _without_main():
                process = _SPAWN.Process(target=_serve, args=(self._target, self._args, theirs), daemon=True)
                process.start()
        except OSError as fault:
            self.end()
            raise WorkerDied(f"no process can be started: {fault}") from fault
        self._process = process
        self._ready = False

    def ask(self, message: object, seconds: float) -> Any:
        """The worker's reply, which may take `seconds` (starting up has as much again).

        Raises a `WorkerError`. After `WorkerDied` and `WorkerTimeout` the next question starts a fresh process.
        """
        self.wait_ready(seconds)
        self.post(message)
        return self._reply(seconds)

    def post(self, message: object) -> None:
        """Ask without waiting for the reply, which `replied` takes: one question at a time."""
        assert self._pipe is not None
        try:
            self._pipe.send(message)
        except OSError as fault:
            raise self._died() from fault

    def replied(self) -> bool:
        """Whether the reply to what was posted has come by now; raises what `ask` would."""
        if self._pipe is None or not connection.wait([self._pipe], 0):
            return False
        self._reply(0)
        return True

    def wait_ready(self, seconds: float) -> None:
        """Start the process if need be and wait until its set-up is done."""
        self.start()
        if not self._ready:
            try:
                self._reply(seconds)
            except WorkerRaised:
                self.end()
                raise
            self._ready = True

    def is_ready(self) -> bool:
        """Whether its set-up is done by now, without waiting; raises what `wait_ready` would."""
        if not self._ready and self._pipe is not None and connection.wait([self._pipe], 0):
            self.wait_ready(0)
        return self._ready

    def end(self) -> None:
        """End the process at once, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None

    def kill(self) -> None:
        """From another thread: let the question it waits on fail with `WorkerDied`; that thread does the rest."""
        process = self._process
        if process is not None and process.pid is not None:
            with contextlib.suppress(ValueError):  # ended and closed meanwhile
                process.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.end()

    def _reply(self, seconds: float) -> Any:
        assert self._pipe is not None
        try:
            if not self._pipe.poll(seconds):
                self.end()
                raise WorkerTimeout(f"no answer within {seconds:g} s")
            went_well, value = self._pipe.recv()
        except (EOFError, OSError) as fault:
            raise self._died() from fault
        if not went_well:
            raise WorkerRaised(value)
        return value

    def _died(self) -> WorkerDied:
        code = None
        if self._process is not None:
            self._process.join(1)
            code = self._process.exitcode
        self.end()
        return WorkerDied(f"the process ended with {_describe_exit_code(code)}")


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """So that a new process does not run the program's main module again, which it has no use for.

    It would cost 50 ms, and a script that has no `if __name__ == "__main__"` would start itself over and over.
    """
    with _START_LOCK:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def _describe_exit_code(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"code {code}"


def _serve(target: str, args: tuple[object, ...], pipe: connection.Connection[Any, Any]) -> None:
    """In the new process: set up, then answer until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(_ENVIRONMENT)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    module, _, name = target.partition(":")

    def set_up(_: object) -> MessageHandler:
        answer: MessageHandler = getattr(importlib.import_module(module), name)(*args)
        return answer

    answer = _send_result(pipe, set_up, None, reply=False)
    while answer is not None:
        try:
            message = pipe.recv()
        except (EOFError, OSError):
            break
        _send_result(pipe, answer, message)
    os._exit(0)  # at once: a library's own tidying up can hang, as miniaudio's does when its server is gone


def _send_result(
    pipe: connection.Connection[Any, Any], act: MessageHandler, message: object, *, reply: bool = True
) -> Any:
    try:
        value = act(message)
    except Exception as fault:  # noqa: BLE001 the fault of a foreign engine: told, in its own words, to who asked
        pipe.send((False, f"{type(fault).__name__}: {fault}"))
        return None
    pipe.send((True, value if reply else None))
    return value


def _exit_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
