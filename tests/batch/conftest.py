"""Short routines in the tones voice, an executor in this process, and a reporter that records."""

from concurrent.futures import Future
from pathlib import Path

import pytest

from voicecoach.batch import Batch, BatchSession, BatchSynthesizer
from voicecoach.batch.job_runner import run_job
from voicecoach.choices import Choices
from voicecoach.exporter import ExportOptions
from voicecoach.script.library import Library
from voicecoach.voices.tones_engine import TONES


class InlineExecutor:
    """A `JobExecutor` that runs each job at once, in this process."""

    capacity = 1

    def __init__(self, *, shares_disk=True):
        self.shares_disk = shares_disk
        self.jobs = []
        self.ended = False

    def submit(self, job, /):
        self.jobs.append(job)
        reply = Future()
        reply.set_result(run_job(job))
        return reply

    def running(self):
        return [(self.jobs[-1], 1.0)]

    def end(self):
        self.ended = True


class RecordingReporter:
    """A `BatchReporter` that records its calls."""

    def __init__(self):
        self.files, self.failures, self.progress, self.spoken, self.warnings = [], [], [], [], []

    def at_work(self, jobs, done, total):
        self.progress.append((jobs, done, total))

    def speaking(self, done, total):
        self.spoken.append((done, total))

    def made(self, name, files, done, total):  # noqa: ARG002
        self.files += files

    def failed(self, failure):
        self.failures.append(failure)

    def warn(self, line):
        self.warnings.append(line)


@pytest.fixture
def session(tmp_path):
    """`session("wave", said="Wave.", level=100)`: a routine of a few seconds, written to a file and read from it.

    Its only file is the cheapest kind, captions.
    """

    def write(name, kinds=("vtt",), *, said="Wave.", more="", folder="", voice=TONES, **choices):
        (routines := tmp_path / "routines").mkdir(exist_ok=True)
        path = routines / f"{name}.yaml"
        path.write_text(f"title: {name}\noptions: {{chair: Seated.}}\n{more}steps:\n- say: {said}\n  then: 1-2 s\n")
        routine = Library((routines,)).load_path(path)
        return BatchSession(routine=routine, choices=Choices(**choices), voice=voice, kinds=kinds, folder=folder)

    return write


@pytest.fixture
def into(tmp_path):
    (folder := tmp_path / "out").mkdir()
    return folder


@pytest.fixture
def prepare(into):
    """`prepare([session, ...])`: a batch into `into`."""

    def prepare(sessions, reporter=None, *, folder=into, **options):
        options = ExportOptions(**options)
        return Batch(folder, sessions, options, date="2026-11-25", reporter=reporter or RecordingReporter())

    return prepare


@pytest.fixture
def run(prepare):
    """`run([session, ...])`: run a batch into `into`; returns its outcome and what was reported."""

    def run(sessions, executor=None, reporter=None, **options):
        reporter = reporter or RecordingReporter()
        batch = prepare(sessions, reporter, **options)
        return batch.run(executor or InlineExecutor(), BatchSynthesizer(reporter.warn)), reporter

    return run


def names(folder: Path) -> list[str]:
    """All visible files below a folder."""
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(str(path) for path in files if ".voicecoach" not in path.parts)
