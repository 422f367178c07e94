"""Jobs done by processes of our own on this machine.

Not `ProcessPoolExecutor`: when one of its processes dies, all its jobs are lost.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

from voicecoach.batch import job_progress
from voicecoach.batch.job import Job, JobReply
from voicecoach.worker import MessageHandler, Worker, WorkerError, WorkerRaised

__all__ = ["ProcessPool", "start_job_worker"]

_JOB_TIMEOUT = 3600.0
"""Seconds that a job may take: a day of sound in the slowest format takes ten minutes."""


@dataclass(slots=True, eq=False)
class _JobWorker:
    """A process, what it does, and how far it is."""

    gauge: Any = field(default_factory=job_progress.allocate)
    worker: Worker = field(init=False)
    job: Job | None = None

    def __post_init__(self) -> None:
        self.worker = Worker("voicecoach.batch.process_pool:start_job_worker", self.gauge)


class ProcessPool(Executor):
    """`width` processes, each with a thread here that only waits. They start at once; `JobExecutor` for a batch."""

    near = True

    def __init__(self, width: int) -> None:
        self.width = width
        self._threads = ThreadPoolExecutor(width)
        self._benches = [_JobWorker() for _ in range(width)]
        self._idle: SimpleQueue[_JobWorker] = SimpleQueue()
        self._futures: set[Future[JobReply]] = set()
        self._ending = False
        for bench in self._benches:
            bench.worker.start()
            self._idle.put(bench)

    def submit(self, work: Callable[[Job], JobReply], job: Job, /) -> Future[JobReply]:  # type: ignore[override]
        """Raises, from its future, the WorkerFault of the second process that died of it."""
        future = self._threads.submit(self._done, work, job)
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)
        return future

    def doing(self) -> tuple[tuple[Job, float] | None, ...]:
        """One for each process."""
        return tuple((job, bench.gauge.value) if (job := bench.job) else None for bench in self._benches)

    def end(self) -> None:
        """End every process; jobs that are not done raise. No thread waits on."""
        self._ending = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        waiting = set(self._futures)
        while waiting:  # a process just starting is met by the next round
            for bench in self._benches:
                bench.worker.kill()
            waiting = wait(waiting, 0.05).not_done
        for bench in self._benches:
            bench.worker.end()

    def _done(self, work: Callable[[Job], JobReply], job: Job) -> JobReply:
        bench = self._idle.get()
        try:
            bench.gauge.value, bench.job = 0.0, job
            return self._insist(bench.worker, work, job)
        finally:
            bench.job = None
            self._idle.put(bench)

    def _insist(self, worker: Worker, work: Callable[[Job], JobReply], job: Job) -> JobReply:
        """Twice at most, the second time with a fresh process."""
        for last in (False, True):
            try:
                reply: JobReply = worker.ask((work, job), _JOB_TIMEOUT)
            except WorkerRaised:
                raise
            except WorkerError:
                if last or self._ending:
                    raise
            else:
                return reply
        raise AssertionError("the second time gives or raises")


def start_job_worker(shown: Any) -> MessageHandler:
    """In the process: does the work that it is given, showing on a gauge how far it is."""
    job_progress.attach(shown)
    return lambda message: message[0](message[1])
