"""The protocol of what runs a batch's jobs: processes on this machine, or the workers of a cluster."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from voicecoach.batch.job import Job, JobReply

__all__ = ["JobExecutor"]


class JobExecutor(Protocol):
    """A `concurrent.futures.Executor`, as far as a batch needs one, with what a batch must know of it.

    A worker that dies costs its job's time: the job is done again by another. Only when that fails too does the
    future raise, whatever it raises.
    """

    @property
    def width(self) -> int:
        """How many jobs are done at once. Raises SurroundingsError where nobody is left to do any."""
        ...

    @property
    def near(self) -> bool:
        """Whether they read and write this machine's own disk."""
        ...

    def submit(self, work: Callable[[Job], JobReply], job: Job, /) -> Future[JobReply]:
        """Have it done some time. Raises SurroundingsError where nobody is left to do it."""
        ...

    def doing(self) -> tuple[tuple[Job, float] | None, ...]:
        """For each that can be watched, its job and the share that is done; None for an idle one."""
        ...

    def end(self) -> None:
        """End them all at once, whatever they do."""
        ...
