"""A worker process that can be asked, timed out, killed and restarted.

Speech engines hang, crash, print and keep global state; sound devices block for half a minute. Each of them runs in
a process of its own.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from multiprocessing import connection
from multiprocessing.reduction import ForkingPickler
from types import ModuleType, TracebackType
from typing import Any, Self, TypeAlias

from voicecoach.errors import ExternalError, VoicecoachError

MessageHandler: TypeAlias = Callable[[Any], Any]
"""Takes a message and returns the reply. If it raises, the caller gets a `WorkerRaised` and the worker goes on."""

_ENVIRONMENT = {"ORT_DISABLE_TELEMETRY": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Set in every worker before it imports anything.

onnxruntime 1.32 otherwise stores a device id in the user's cache folder and, nine seconds after it was loaded, keeps
connecting to its maker's telemetry host. numpy's OpenBLAS otherwise starts a thread for each core, which we never use,
and sends itself SIGINT if it cannot.
"""
_TOO_MANY = "the system has too many processes and threads"
_TOO_MANY_HINT = "end some of them, or allow more (`ulimit -u` shows the limit)"
_SAFE_PATH = "PYTHONSAFEPATH"
_SPAWN = multiprocessing.get_context("spawn")
_START_LOCK = threading.Lock()


class WorkerError(Exception):
    """A question was not answered. The caller turns this into an error for the user."""


class WorkerDied(WorkerError):
    """The process ended without a reply, or could not be started."""


class WorkerTimeout(WorkerError):
    """There was no reply within the time limit; the process has been killed."""


class WorkerRaised(WorkerError):
    """The worker raised an exception, quoted here. The process still runs."""


class WorkerSetUpError(WorkerRaised):
    """The worker raised an exception during its set-up, quoted here. The process has been ended."""


def start_thread(run: Callable[[], None], name: str) -> threading.Thread:
    """Start a thread that does not outlive the program. Raises `ExternalError` if the system refuses another one."""
    thread = threading.Thread(target=run, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError as error:
        raise ExternalError(f"no thread can be started: {_TOO_MANY}", _TOO_MANY_HINT) from error
    return thread


class Worker:
    """A process that runs `target` (`"module:callable"`) with `args`.

    The callable is called once in the new process and returns the `MessageHandler`. Arguments, messages and replies
    are pickled. The process ends with its parent, ignores Ctrl-C and has no terminal: its output is dropped.

    After its set-up it may take at most `memory` bytes more, where the system can limit that: a call that needs more
    raises MemoryError.
    """

    def __init__(self, target: str, *args: object, memory: int | None = None) -> None:
        self._target, self._args, self._memory = target, args, memory
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: connection.Connection[Any, Any] | None = None
        self._ready = False

    @property
    def alive(self) -> bool:
        """Whether the process is running."""
        return self._process is not None and self._process.is_alive()

    def start(self) -> None:
        """Start the process if there is none, without waiting for it.

        Raises `WorkerDied` if the system cannot start another process.
        """
        if self._process is not None:
            return
        try:
            self._pipe, theirs = _SPAWN.Pipe()
            with theirs, isolated_start():
                arguments = self._target, _Arguments(self._args), self._memory, theirs
                process = _SPAWN.Process(target=_serve, args=arguments, daemon=True)
                process.start()
        except OSError as error:
            self.end()
            reason = _TOO_MANY if error.errno == errno.EAGAIN else error.strerror or error
            raise WorkerDied(f"no process can be started: {reason}") from error
        self._process = process
        self._ready = False

    def ask(self, message: object, seconds: float) -> Any:
        """Return the reply, which may take `seconds`; starting the process may take as long again.

        Raises a `WorkerError`. After `WorkerDied` or `WorkerTimeout` the next question starts a new process.
        """
        self.wait_ready(seconds)
        self.post(message)
        return self._receive(seconds)

    def post(self, message: object) -> None:
        """Ask without waiting; `has_replied` must be true before the next question."""
        assert self._pipe is not None
        try:
            self._pipe.send(message)
        except OSError as error:
            raise self._died() from error

    def has_replied(self) -> bool:
        """Whether the reply to what was posted has arrived; it is discarded. Raises what `ask` would."""
        if self._pipe is None or not connection.wait([self._pipe], 0):
            return False
        self._receive(0)
        return True

    def wait_ready(self, seconds: float) -> None:
        """Start the process if necessary and wait until it is set up."""
        self.start()
        if not self._ready:
            try:
                self._receive(seconds)
            except WorkerRaised as error:
                self.end()
                raise WorkerSetUpError(str(error)) from None
            self._ready = True

    def is_ready(self) -> bool:
        """Whether the process is set up; never waits. Raises what `wait_ready` would."""
        if not self._ready and self._pipe is not None and connection.wait([self._pipe], 0):
            self.wait_ready(0)
        return self._ready

    def end(self) -> None:
        """Kill the process, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None

    def kill(self) -> None:
        """Kill the process from another thread: the one that waits for a reply gets `WorkerDied` and cleans up."""
        process = self._process
        if process is not None and process.pid is not None:
            with contextlib.suppress(ValueError):  # closed in the meantime
                process.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end()

    def _receive(self, seconds: float) -> Any:
        assert self._pipe is not None
        try:
            if not self._pipe.poll(seconds):
                self.end()
                raise WorkerTimeout(f"no answer within {seconds:g} s")
            succeeded, value = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise self._died() from error
        if not succeeded:
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
def isolated_start() -> Iterator[None]:
    """Keep the Python processes that start inside away from two things.

    * The program's main module. Running it again would take 50 ms, and a script without `if __name__ == "__main__"`
      would start itself over and over.
    * Modules in the current folder. `python -c`, which starts them, looks there first, so a downloaded folder could
      replace the standard library.
    """
    with _START_LOCK:
        main, safe_path = sys.modules["__main__"], os.environ.get(_SAFE_PATH)
        sys.modules["__main__"], os.environ[_SAFE_PATH] = ModuleType("__main__"), "1"
        try:
            yield
        finally:
            sys.modules["__main__"] = main
            if safe_path is None:
                del os.environ[_SAFE_PATH]
            else:
                os.environ[_SAFE_PATH] = safe_path


def _describe_exit_code(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"code {code}"


class _Arguments:
    """A target's arguments on their way to its process, where they are unpickled as late as `unpack`.

    An error then reaches the pipe instead of the terminal.
    """

    def __init__(self, values: tuple[object, ...]) -> None:
        self._values = values

    def __getstate__(self) -> bytes:
        return bytes(ForkingPickler.dumps(self._values))

    def __setstate__(self, pickled: bytes) -> None:
        self._pickled = pickled

    def unpack(self) -> tuple[object, ...]:
        values: tuple[object, ...] = pickle.loads(self._pickled)
        return values


def _serve(target: str, args: _Arguments, memory: int | None, pipe: connection.Connection[Any, Any]) -> None:
    """Run in the new process: set up, then reply until the parent has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(_ENVIRONMENT)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    module, _, name = target.partition(":")  # without pkgutil, which the device's process can do without

    handle: MessageHandler | None = None

    def set_up(_: object) -> None:
        nonlocal handle
        start_thread(_exit_with_parent, "parent")
        handle = getattr(importlib.import_module(module), name)(*args.unpack())
        if memory is not None:
            _limit_memory(memory)

    _call(set_up, None, pipe)
    while handle is not None:
        try:
            message = pipe.recv()
        except (EOFError, OSError):
            break
        _call(handle, message, pipe)
    os._exit(0)  # at once: a library's own clean-up can hang, as miniaudio's does when its server is gone


def _call(handle: MessageHandler, message: object, pipe: connection.Connection[Any, Any]) -> None:
    """Send the reply, or the error, through the pipe."""
    try:
        result = True, handle(message)
    except Exception as error:  # noqa: BLE001 an engine may raise anything: the caller gets its own words
        result = False, str(error) if isinstance(error, VoicecoachError) else f"{type(error).__name__}: {error}"
    pipe.send(result)


def _limit_memory(amount: int) -> None:
    """Let this process take `amount` bytes more than it has now; only Linux can count them."""
    if sys.platform == "linux":
        import resource
        from pathlib import Path

        taken = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        limit = taken + amount
        resource.setrlimit(resource.RLIMIT_DATA, (limit if soft == resource.RLIM_INFINITY else min(soft, limit), hard))


def _exit_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
