"""Work that takes longer than the sound can wait."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Any, Protocol, TypeVar

__all__ = ["AtOnce", "Background", "Work"]

Result = TypeVar("Result")


class Work(Protocol):
    """Where work is done."""

    def start(self, work: Callable[[], Result]) -> Future[Result]:
        """Have it done some time; never waits. What it raises lies in the future."""


class AtOnce:
    """Does it before it answers: for outputs that wait for nobody, and for tests."""

    def start(self, work: Callable[[], Result]) -> Future[Result]:
        """Do it now."""
        future: Future[Result] = Future()
        _do(work, future)
        return future


class Background:
    """One thread, one piece of work after the other; started when there is some."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._closing = False

    def start(self, work: Callable[[], Result]) -> Future[Result]:
        """Queue it."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="voicecoach-background", daemon=True)
            self._thread.start()
        future: Future[Result] = Future()
        self._queue.put((work, future))
        return future

    def close(self) -> None:
        """Begin nothing more, and wait for what runs: it may hold processes, which only it can let go of."""
        self._closing = True
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        while (each := self._queue.get()) is not None:
            work, future = each
            if self._closing:
                future.cancel()
            else:
                _do(work, future)


def _do(work: Callable[[], Any], future: Future[Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work())
    except BaseException as fault:  # noqa: BLE001 handed to whoever asks for the result
        future.set_exception(fault)
