"""A pool of worker processes that gives a future for each message, as the executors of `concurrent.futures` do.

`ProcessPoolExecutor` will not do: when one of its processes dies, all its tasks are lost, and it has no time limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self

from voicecoach.worker import Worker, WorkerDied, WorkerError


class WorkerPool:
    """Sends each message to an idle worker, through a thread that only waits for the reply.

    Leaving it as a context ends the workers if any message is still unanswered, and otherwise leaves them running.
    """

    def __init__(self, workers: Sequence[Worker]) -> None:
        self._workers = workers
        self._threads = ThreadPoolExecutor(len(workers))
        self._idle: SimpleQueue[int] = SimpleQueue()
        self._futures: set[Future[Any]] = set()
        self._ending = False
        self.current: list[Any] = [None] * len(workers)
        """The message that each worker is answering; None for an idle one."""
        for number in range(len(workers)):
            self._idle.put(number)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if all(future.done() for future in tuple(self._futures)):
            self._threads.shutdown()
        else:
            self.end()

    def submit(self, message: object, seconds: float) -> Future[Any]:
        """Send a message to which the reply may take `seconds`.

        A worker that fails costs one retry with a fresh process. The future raises the second `WorkerError`.
        """
        try:
            future = self._threads.submit(self._ask, message, seconds)
        except RuntimeError as error:  # no thread can be started, or the pool has ended
            return _failed(WorkerDied(f"no process can be asked: {error}"))
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)
        return future

    def end(self) -> None:
        """End every worker at once. Unanswered messages fail, and no thread is left waiting."""
        self._ending = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        waiting = set(self._futures)
        while waiting:  # a worker that is just starting is killed in the next round
            for worker in self._workers:
                worker.kill()
            waiting = wait(waiting, 0.05).not_done
        for worker in self._workers:
            worker.end()

    def _ask(self, message: object, seconds: float) -> Any:
        number = self._idle.get()
        self.current[number] = message
        try:
            return self._ask_twice(self._workers[number], message, seconds)
        finally:
            self.current[number] = None
            self._idle.put(number)

    def _ask_twice(self, worker: Worker, message: object, seconds: float) -> Any:
        try:
            return self._ask_once(worker, message, seconds)
        except WorkerError:
            if self._ending:
                raise
        return self._ask_once(worker, message, seconds)

    def _ask_once(self, worker: Worker, message: object, seconds: float) -> Any:
        try:
            return worker.ask(message, seconds)
        except WorkerError:
            worker.end()  # the next message gets a fresh process
            raise


def _failed(error: WorkerError) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_exception(error)
    return future
