"""Executors run the jobs of a batch: processes on this machine, or the workers of a cluster (see `cluster`)."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Protocol

from voicecoach.batch.job import Job, JobReply
from voicecoach.errors import ExternalError
from voicecoach.worker import Worker, WorkerError
from voicecoach.worker_pool import WorkerPool

_JOB_TIMEOUT = 3600.0
"""Seconds: a day of sound in the slowest format takes ten minutes."""


class JobExecutor(Protocol):
    """Runs jobs, as an executor of `concurrent.futures` does.

    A job whose worker dies is run again by another one. If that dies too, the future raises any kind of exception.
    """

    @property
    def capacity(self) -> int:
        """The number of jobs that run at once. Raises ExternalError if no worker is left."""

    @property
    def shares_disk(self) -> bool:
        """Whether the workers read and write this machine's own disk."""

    def submit(self, job: Job, /) -> Future[JobReply]:
        """Queue a job. Raises ExternalError if no worker is left."""

    def running(self) -> Sequence[tuple[str, float] | None]:
        """The name of each watchable worker's job, and the share of it that is done; None for an idle worker."""

    def end(self) -> None:
        """End all workers at once, whatever they are doing."""


class ProcessPool:
    """Runs jobs in `capacity` processes on this machine, which start at once.

    Raises ExternalError if the system has no room for them.
    """

    shares_disk = True

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        workers: list[Worker] = []
        try:
            self._shares = [multiprocessing.get_context("spawn").RawValue("d", 0.0) for _ in range(capacity)]
            workers += (Worker("voicecoach.batch.job_runner:open_job_worker", share) for share in self._shares)
            for worker in workers:
                worker.start()
        except (OSError, WorkerError) as error:
            for worker in workers:
                worker.end()
            raise ExternalError(
                f"{capacity} processes cannot be started ({error})", "choose fewer with --jobs"
            ) from error
        self._pool = WorkerPool(workers)

    def submit(self, job: Job, /) -> Future[JobReply]:
        """Queue a job. Its future raises the `WorkerError` of the second process that fails."""
        return self._pool.submit(job, _JOB_TIMEOUT)

    def running(self) -> Sequence[tuple[str, float] | None]:
        """One entry for each process."""
        jobs: list[Job | None] = self._pool.current
        return [None if job is None else (job.name, share.value) for job, share in zip(jobs, self._shares, strict=True)]

    def end(self) -> None:
        """End every process. Unfinished jobs raise."""
        self._pool.end()
