"""Runs a batch: finds the outdated files, sends a job for each session to an executor, and commits what comes back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from voicecoach.batch.executor import JobExecutor
from voicecoach.batch.fingerprint import Fingerprints
from voicecoach.batch.job import ClipsMissing, Job, JobDone, JobFailed, JobReply
from voicecoach.batch.ledger import Ledger
from voicecoach.batch.payload import pack
from voicecoach.batch.session_files import BatchSession, InvalidSession, SessionFiles, name_files
from voicecoach.batch.staging import commit, ledger_path, prepare_folder, staging_folder
from voicecoach.batch.synthesis import BatchSynthesizer
from voicecoach.errors import ChoiceError, ExternalError, VoicecoachError
from voicecoach.exporter import ExportOptions
from voicecoach.timeline import Utterance
from voicecoach.units import Ms, ms

_POLL_SECONDS = 0.1
"""Between two progress reports."""
_JOBS_PER_WORKER = 2
"""Submitted at a time, so that no worker has to wait."""
_MAX_ATTEMPTS = 50
"""Of one job. Each brings texts to light that depend on the length of others, and soon there are no more."""


@dataclass(frozen=True, slots=True)
class BatchFailure:
    """A session that could not be made."""

    name: str
    message: str
    """One or more lines, for the user."""
    exit_code: int


@dataclass(slots=True)
class BatchOutcome:
    """The work that a batch has done so far."""

    sessions: int = 0
    files: int = 0
    bytes: int = 0
    length: Ms = Ms(0)
    """Of all sessions made, played one after the other."""
    up_to_date: int = 0
    """Files that did not have to be made."""
    others: tuple[str, ...] = ()
    """Files of earlier batches that do not belong to this one; they are left alone."""
    failures: list[BatchFailure] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """The highest of the failures; 0 without any."""
        return max((failure.exit_code for failure in self.failures), default=0)


class BatchReporter:
    """Follows a batch. Each method does nothing by default."""

    def at_work(self, jobs: Sequence[tuple[str, float] | None], done: int, total: int) -> None:
        """Each worker's session and the share that is done, and the sessions done. Called ten times a second."""

    def speaking(self, done: int, total: int) -> None:
        """New texts have been spoken."""

    def made(self, name: str, files: Iterable[str], done: int, total: int) -> None:
        """A session's files have been made."""

    def failed(self, failure: BatchFailure) -> None:
        """A session cannot be made; the others go on."""

    def warn(self, line: str) -> None:
        """Something is odd, but stops nothing."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A job that has been submitted."""

    job: Job
    number: int = 1


class Batch:
    """The sessions for one folder. `due` is the files that are out of date, found without compiling anything.

    Raises FileError for a folder that cannot be used.
    """

    def __init__(
        self,
        into: Path,
        sessions: Iterable[BatchSession | InvalidSession],
        options: ExportOptions,
        *,
        date: str,
        reporter: BatchReporter,
    ) -> None:
        self._into, self._options, self._date, self._reporter = into, options, date, reporter
        self.outcome = BatchOutcome()
        valid = []
        for session in sessions:
            if isinstance(session, InvalidSession):
                self._fail(session.name, session.error)
            else:
                valid.append(session)
        prepare_folder(into)
        self._ledger = Ledger(into, ledger_path(into))
        self._fingerprints = Fingerprints(options)
        self._packed: dict[int, bytes] = {}
        named = name_files(valid)
        self.due = deque(self._find_due(named))
        self._total, self._done = len(self.due), 0
        self.outcome.others = self._ledger.others([path for files in named for path in files.paths.values()])

    def run(self, executor: JobExecutor, synthesizer: BatchSynthesizer) -> BatchOutcome:
        """Make the files that are due, and end the executor.

        Raises ExternalError if no worker is left. However it ends, every file in the folder is whole, and counted.
        """
        with ExitStack() as stack:
            stack.callback(executor.end)  # even without a staging folder
            staging = stack.enter_context(staging_folder(self._into))
            stack.enter_context(closing(synthesizer))
            stack.callback(executor.end)  # before its staging folder is removed
            self._run_jobs(executor, synthesizer, staging if executor.shares_disk else None)
        return self.outcome

    def _find_due(self, named: Iterable[SessionFiles]) -> Iterator[SessionFiles]:
        for files in named:
            try:
                due = self._drop_up_to_date(files)
                for path in due.paths.values():
                    self._refuse_foreign(path)
            except VoicecoachError as error:
                self._fail(files.stem, error)
            else:
                if due.kinds:
                    yield due

    def _drop_up_to_date(self, files: SessionFiles) -> SessionFiles:
        due = tuple(
            kind
            for kind, path in files.paths.items()
            if not self._ledger.is_up_to_date(path, self._fingerprints.digest(files.session, kind))
        )
        self.outcome.up_to_date += len(files.kinds) - len(due)
        return replace(files, kinds=due)

    def _refuse_foreign(self, file: str) -> None:
        """Raise ChoiceError for a file that is there and that no batch made."""
        path = self._into / file
        if self._options.force or not path.exists() or self._ledger.has(file):
            return
        self._ledger.catch_up()  # another batch may just have made it
        if not self._ledger.has(file):
            raise ChoiceError(f"{path} is there, and no batch made it", "move it away, or overwrite it with --force")

    def _run_jobs(self, executor: JobExecutor, synthesizer: BatchSynthesizer, staging: Path | None) -> None:
        running: dict[Future[JobReply], _Attempt] = {}
        while True:
            for files in self._next_due(executor.capacity * _JOBS_PER_WORKER - len(running)):
                attempt = _Attempt(self._prepare_job(files, staging))
                running[executor.submit(attempt.job)] = attempt
            if not running:
                break
            ready, _ = wait(running, _POLL_SECONDS, FIRST_COMPLETED)
            for future in ready:
                if retry := self._settle(running.pop(future), _reply_of(future), synthesizer):
                    running[executor.submit(retry.job)] = retry
            self._reporter.at_work(executor.running(), self._done, self._total)

    def _next_due(self, number: int) -> Iterator[SessionFiles]:
        """Up to `number` sessions, without files that another batch has made meanwhile."""
        self._ledger.catch_up()
        while number > 0 and self.due:
            due = self._drop_up_to_date(self.due.popleft())
            if due.kinds:
                number -= 1
                yield due
            else:
                self._done += 1

    def _prepare_job(self, files: SessionFiles, staging: Path | None) -> Job:
        session = files.session
        key = id(session.routine)
        if key not in self._packed:
            self._packed[key] = pack(session.routine)
        return Job(
            name=files.stem,
            routine=self._packed[key],
            sounds=self._fingerprints.sounds(session.routine),
            choices=session.choices,
            voice=session.voice,
            files=files.paths,
            inputs={kind: self._fingerprints.digest(session, kind) for kind in files.kinds},
            options=self._options,
            date=self._date,
            staging=None if staging is None else str(staging),
        )

    def _settle(self, attempt: _Attempt, reply: JobReply, synthesizer: BatchSynthesizer) -> _Attempt | None:
        """Commit the files or report the failure; or return the next attempt, with the clips that were missing."""
        job = attempt.job
        try:
            match reply:
                case ClipsMissing() if attempt.number < _MAX_ATTEMPTS:
                    clips = synthesizer.clips(job.voice, reply.sources, self._reporter.speaking)
                    return _Attempt(replace(job, clips={**job.clips, **clips}), attempt.number + 1)
                case ClipsMissing((source, *_)):
                    text = source.text if isinstance(source, Utterance) else source.name
                    self._fail(job.name, JobFailed(f"its texts still change after {_MAX_ATTEMPTS} attempts: {text}", 1))
                case JobFailed(message) if job.staging is not None:
                    self._fail(job.name, replace(reply, message=message.replace(job.staging, str(self._into))))
                case JobFailed():
                    self._fail(job.name, reply)
                case JobDone() if {file.entry.file for file in reply.files} != {*job.files.values()}:
                    self._fail(job.name, JobFailed("the worker sent other files than it was asked for", 3))
                case JobDone():
                    self._commit(reply)
        except VoicecoachError as error:
            self._fail(job.name, error)
        else:
            if isinstance(reply, JobDone):
                self._reporter.made(job.name, job.files.values(), self._done + 1, self._total)
        self._done += 1
        return None

    def _commit(self, reply: JobDone) -> None:
        commit(reply.files, self._into, self._ledger)
        self.outcome.sessions += 1
        self.outcome.files += len(reply.files)
        self.outcome.bytes += sum(file.entry.size for file in reply.files)
        self.outcome.length = Ms(self.outcome.length + ms(reply.length))

    def _fail(self, name: str, error: VoicecoachError | JobFailed) -> None:
        message = error.message if isinstance(error, JobFailed) else str(error)
        failure = BatchFailure(name, message, error.exit_code)
        self.outcome.failures.append(failure)
        self._reporter.failed(failure)


def _reply_of(future: Future[JobReply]) -> JobReply:
    try:
        return future.result()
    except Exception as error:  # noqa: BLE001 each kind of worker raises its own, and jobs raise nothing
        description = " ".join(f"{type(error).__name__}: {error}".split())
        return JobFailed(f"no worker could do it: {description}", ExternalError.exit_code)
