"""Runs a batch: finds the files that are out of date, sends a job for each session to an executor, and commits
the files that come back.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from voicecoach.batch.executor import JobExecutor
from voicecoach.batch.fingerprint import Fingerprints
from voicecoach.batch.job import ClipsMissing, Job, JobDone, JobFailed, JobReply
from voicecoach.batch.job_runner import run_job
from voicecoach.batch.ledger import Ledger
from voicecoach.batch.session_files import BatchSession, InvalidSession, SessionFiles, name_files
from voicecoach.batch.staging import commit, ledger_path, staging_folder
from voicecoach.batch.synthesis import BatchSynthesizer
from voicecoach.errors import ChoiceError, ExternalError, FileError, VoicecoachError
from voicecoach.exporter import ExportOptions
from voicecoach.units import Ms, ms

__all__ = ["Batch", "BatchFailure", "BatchOutcome", "BatchReporter"]


@dataclass(frozen=True, slots=True)
class BatchFailure:
    """What could not be made."""

    name: str
    words: str
    """The problem's own, one or more lines."""
    code: int
    """The exit code for it."""


@dataclass(slots=True)
class BatchOutcome:
    """What became of a batch."""

    sessions: int = 0
    """Made."""
    files: int = 0
    """Made."""
    bytes: int = 0
    length: Ms = Ms(0)
    """Of the sessions made, heard one after the other."""
    fresh: int = 0
    """Files that were as they should be."""
    others: tuple[str, ...] = ()
    """Files of earlier batches that this one does not make; they are left alone."""
    failures: list[BatchFailure] = field(default_factory=list)

    @property
    def code(self) -> int:
        """The worst exit code; 0 where all went well."""
        return max((failure.code for failure in self.failures), default=0)


class BatchReporter(Protocol):
    """Who tells people how it goes."""

    def at_work(self, doing: Sequence[tuple[str, float] | None], done: int, total: int) -> None:
        """Each worker's session and share, and how many sessions of how many are done; called ten times a second."""
        ...

    def speaking(self, done: int, total: int) -> None:
        """So many new texts of so many are spoken."""
        ...

    def made(self, name: str, files: Iterable[str], done: int, total: int) -> None:
        """A session's files are there."""
        ...

    def failed(self, failure: BatchFailure) -> None:
        """Something cannot be made; all else goes on."""
        ...

    def warn(self, line: str) -> None:
        """Something is odd, and nothing stops for it."""
        ...


_POLL_SECONDS = 0.1
"""Seconds between two looks at how far the jobs are."""
_JOBS_PER_WORKER = 2
"""Jobs given out for each that can be done at once, so that nobody waits for us."""
_MOST_TRIPS = 50
"""Times that one job may come back for want of sounds; each time a text came to light that depends on a length."""


@dataclass(frozen=True, slots=True)
class _DueSession:
    """A session with what of it is to be made."""

    output: SessionFiles
    kinds: tuple[str, ...]


class Batch:
    """All sessions for one folder, and which files of them have to be made. Nothing is compiled for that.

    `due` is what has to be made, in the order given. Raises FileError where the folder cannot be used.
    """

    def __init__(
        self,
        into: Path,
        wanted: Iterable[BatchSession | InvalidSession],
        manner: ExportOptions,
        *,
        date: str,
        tell: BatchReporter,
    ) -> None:
        self._into, self._manner, self._date, self._tell = into, manner, date, tell
        self.outcome = BatchOutcome()
        wanted = tuple(wanted)
        for each in wanted:
            if isinstance(each, InvalidSession):
                self._failed(each.name, each.fault)
        self._ledger = _open_ledger(into)
        self._inputs = Fingerprints(manner)
        self._pickled: dict[int, bytes] = {}
        all_ = name_files([each for each in wanted if isinstance(each, BatchSession)])
        self.due: deque[_DueSession] = deque(self._due(all_))
        self._total, self._done = len(self.due), 0
        files = [output.file(kind) for output in all_ for kind in output.session.kinds]
        self.outcome.others = self._ledger.others(files)

    def run(self, hands: JobExecutor, speakers: BatchSynthesizer) -> BatchOutcome:
        """Make what is due. Whatever ends it early, every file there is whole and counted; `hands` is ended.

        Raises SurroundingsError where nobody is left to do the work.
        """
        try:
            with staging_folder(self._into) as bench, speakers:
                try:
                    self._work(hands, speakers, bench if hands.near else None)
                finally:
                    hands.end()  # before their bench is cleared away
        finally:
            hands.end()  # also where no bench was to be had
        return self.outcome

    def _work(self, hands: JobExecutor, speakers: BatchSynthesizer, bench: Path | None) -> None:
        waiting: dict[Future[JobReply], tuple[_DueSession, Job, int]] = {}
        while True:
            for task in self._next(hands.width * _JOBS_PER_WORKER - len(waiting)):
                if job := self._job(task, bench):
                    waiting[hands.submit(run_job, job)] = task, job, 1
            if not waiting:
                break
            ready, _ = wait(waiting, _POLL_SECONDS, FIRST_COMPLETED)
            for future in ready:
                task, job, trips = waiting.pop(future)
                again = self._settled(task, job, _reply_of(future), speakers, trips)
                if again is not None:
                    waiting[hands.submit(run_job, again)] = task, again, trips + 1
            self._show(hands)

    def _next(self, room: int) -> Iterator[_DueSession]:
        """So many that are still to be made: another batch may have been at work here."""
        self._ledger.catch_up()
        while room > 0 and self.due:
            task = self.due.popleft()
            kinds = tuple(kind for kind in task.kinds if not self._is_fresh(task.output, kind))
            self.outcome.fresh += len(task.kinds) - len(kinds)
            if kinds:
                room -= 1
                yield _DueSession(task.output, kinds)
            else:
                self._done += 1

    def _settled(
        self, task: _DueSession, job: Job, reply: JobReply, speakers: BatchSynthesizer, trips: int
    ) -> Job | None:
        """What came of a job, put where it belongs; or the job to be done again, with what it lacked."""
        name = task.output.stem
        try:
            match reply:
                case ClipsMissing() if trips < _MOST_TRIPS:
                    clips = speakers.sounds(job.voice, reply.sources, self._tell.speaking)
                    return replace(job, clips={**job.clips, **clips})
                case ClipsMissing():
                    self._failed(name, JobFailed(f"its texts do not settle: {reply.sources[0]}", 1))
                case JobFailed(words) if job.bench is not None:
                    self._failed(name, replace(reply, words=words.replace(job.bench, str(self._into))))
                case JobFailed():
                    self._failed(name, reply)
                case JobDone():
                    self._made(task, reply)
        except VoicecoachError as fault:
            self._failed(name, fault)
        self._done += 1
        return None

    def _made(self, task: _DueSession, reply: JobDone) -> None:
        files = {file.kind: task.output.file(file.kind) for file in reply.files}
        inputs = {kind: self._inputs.digest(task.output, kind) for kind in files}
        commit(reply.files, files, inputs, self._into, self._ledger)
        self.outcome.sessions += 1
        self.outcome.files += len(files)
        self.outcome.bytes += sum(file.size for file in reply.files)
        self.outcome.length = Ms(self.outcome.length + ms(reply.length))
        self._tell.made(task.output.stem, files.values(), self._done + 1, self._total)

    def _due(self, all_: Iterable[SessionFiles]) -> Iterator[_DueSession]:
        for output in all_:
            try:
                kinds = tuple(kind for kind in output.session.kinds if not self._is_fresh(output, kind))
                self.outcome.fresh += len(output.session.kinds) - len(kinds)
                for kind in kinds:
                    self._look_at(output.file(kind))
            except VoicecoachError as fault:
                self._failed(output.stem, fault)
            else:
                if kinds:
                    yield _DueSession(output, kinds)

    def _is_fresh(self, output: SessionFiles, kind: str) -> bool:
        return self._ledger.fresh(output.file(kind), self._inputs.digest(output, kind))

    def _look_at(self, file: str) -> None:
        """Raises ChoiceError for a file that is there and that no batch made."""
        path = self._into / file
        if self._manner.force or not path.exists() or self._ledger.knows(file):
            return
        self._ledger.catch_up()  # another batch may have made it just now, and stated so before
        if not self._ledger.knows(file):
            raise ChoiceError(f"{path} is there, and no batch made it", "move it away, or overwrite it with --force")

    def _job(self, task: _DueSession, bench: Path | None) -> Job | None:
        session = task.output.session
        try:
            sounds = self._inputs.sounds(session.routine)
        except FileError as fault:
            self._failed(task.output.stem, fault)
            self._done += 1
            return None
        key = id(session.routine)
        if key not in self._pickled:
            self._pickled[key] = pickle.dumps(session.routine)
        return Job(
            routine=self._pickled[key],
            sounds=sounds,
            choices=session.choices,
            voice=session.voice,
            files={kind: task.output.file(kind) for kind in task.kinds},
            manner=self._manner,
            date=self._date,
            bench=None if bench is None else str(bench),
        )

    def _show(self, hands: JobExecutor) -> None:
        doing = [None if each is None else (_name_of(each[0]), each[1]) for each in hands.doing()]
        self._tell.at_work(doing, self._done, self._total)

    def _failed(self, name: str, fault: VoicecoachError | JobFailed) -> None:
        words, code = (fault.words, fault.code) if isinstance(fault, JobFailed) else (str(fault), fault.exit_code)
        self.outcome.failures.append(BatchFailure(name, words, code))
        self._tell.failed(self.outcome.failures[-1])


def _open_ledger(into: Path) -> Ledger:
    path = ledger_path(into)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise FileError.of(into, fault, "choose a folder that you may write to") from fault
    return Ledger(into, path)


def _reply_of(future: Future[JobReply]) -> JobReply:
    """What came back; where nothing did, whatever the reason, that as a failure of this one job."""
    try:
        return future.result()
    except Exception as fault:  # noqa: BLE001 each kind of worker and cluster raises its own, and jobs raise nothing
        words = " ".join(f"{type(fault).__name__}: {fault}".split())
        return JobFailed(f"no worker could do it: {words}", ExternalError.exit_code)


def _name_of(job: Job) -> str:
    return next(iter(job.files.values())).rpartition(".")[0]
