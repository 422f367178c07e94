"""Runs a job in a worker: a pure function of the job and the clips at hand."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from voicecoach.batch.clip_source import ClipSource, MissingClipError
from voicecoach.batch.job import ClipsMissing, FinishedFile, Job, JobDone, JobFailed, JobReply
from voicecoach.batch.ledger import LedgerEntry
from voicecoach.batch.payload import pack, unpack
from voicecoach.batch.staging import make_folder
from voicecoach.compiler import compile_session
from voicecoach.errors import VoicecoachError
from voicecoach.exporter import CAPTIONS, FORMATS, export, tags_of
from voicecoach.exporter.metadata import Tags, make_metadata
from voicecoach.files import digest_file, whole_file, write_error
from voicecoach.routine import Routine
from voicecoach.temporary import HeldFolder, remove_abandoned_folders
from voicecoach.timeline import Timeline
from voicecoach.voices.clip_cache import ClipCache
from voicecoach.worker import MessageHandler

_MAX_BYTES_SENT = 1_000_000_000
"""Of a session's files, which are held in memory whole on their way from another machine."""

_Report = Callable[[float], None]
"""Called with the share of the job that is done, 0 to 1."""


def open_job_worker(progress: Any) -> MessageHandler:
    """Set up a worker process, which answers jobs. `progress` is the share that is done, a number in shared memory."""

    def report(share: float) -> None:
        progress.value = share

    return lambda job: run_job(job, report)


def run_job(job: Job, report: _Report = lambda share: None) -> JobReply:  # noqa: ARG005
    """Make the session's files, or say which clips are missing or why it cannot be made. Raises nothing."""
    report(0)
    try:
        with closing(ClipCache()) if job.is_local else nullcontext() as cache:
            return _run(job, ClipSource(job.voice, job.sounds, job.clips, cache), report)
    except VoicecoachError as error:
        return JobFailed(str(error), error.exit_code)
    except Exception:  # noqa: BLE001 a bug costs only its own job, and is reported whole
        return JobFailed(traceback.format_exc(), 1)


def run_packed_job(packed: bytes) -> bytes:
    """Run a job that comes from another machine. Raises ValueError for anything else."""
    return pack(run_job(unpack(Job, packed)))


def _run(job: Job, clips: ClipSource, report: _Report) -> JobReply:
    try:
        timeline = compile_session(_load_routine(job.routine), job.choices, clips.lengths)
        if not clips.missing:
            with nullcontext(job.staging) if job.staging else _temporary_folder() as folder:
                return _write_files(job, timeline, clips, Path(folder), report)
    except (VoicecoachError, MissingClipError):
        if not clips.missing:  # else an estimated length may be the reason
            raise
    return ClipsMissing(clips.missing)


def _temporary_folder() -> HeldFolder:
    remove_abandoned_folders()
    with _disk_errors(Path(gettempdir())):
        return HeldFolder()


@contextmanager
def _disk_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise write_error(path, error) from error


@lru_cache(maxsize=256)
def _load_routine(packed: bytes) -> Routine:
    routine: Routine = unpack(Routine, packed)
    return routine


def _write_files(job: Job, timeline: Timeline, clips: ClipSource, folder: Path, report: _Report) -> JobReply:
    tags = tags_of(timeline, voice=job.voice.public_name, choices=job.choices.to_plain(), date=job.date)
    paths = {kind: folder / file for kind, file in job.files.items()}
    for path in paths.values():
        make_folder(path.parent)
    _write_captions(job, timeline, clips, paths, tags)
    _write_sounds(job, timeline, clips, paths, tags, report)
    with _disk_errors(folder):
        size = sum(path.stat().st_size for path in paths.values())
    if not job.is_local and size > _MAX_BYTES_SENT:
        message = f"{size / 1e6:,.0f} MB, at most {_MAX_BYTES_SENT / 1e6:,.0f} can be sent from a cluster"
        return JobFailed(f"{message}; choose a format that takes less room", 2)
    return JobDone(tuple(_finished_file(job, kind, path) for kind, path in paths.items()), timeline.length)


def _write_captions(job: Job, timeline: Timeline, clips: ClipSource, paths: dict[str, Path], tags: Tags) -> None:
    kinds = [kind for kind in paths if kind in CAPTIONS]
    if not kinds:
        return
    metadata = make_metadata(timeline, clips.clip, tags=tags, holds=job.options.caption_holds)
    for kind in kinds:
        with whole_file(paths[kind], durable=job.is_local) as file:
            file.write(CAPTIONS[kind](metadata).encode())


def _write_sounds(
    job: Job, timeline: Timeline, clips: ClipSource, paths: dict[str, Path], tags: Tags, report: _Report
) -> None:
    kinds = [kind for kind in paths if kind in FORMATS]
    for number, kind in enumerate(kinds):

        def progress(done: int, total: int, earlier: int = number) -> None:
            report((earlier + (done / total if total else 1)) / len(kinds))

        export(
            timeline,
            clips.clip,
            paths[kind],
            replace(job.options.for_format(kind), force=True),
            tags=tags,
            progress=progress,
            memo=clips.memo,
            durable=job.is_local,  # bytes that are sent away need not survive a power cut
        )


def _finished_file(job: Job, kind: str, path: Path) -> FinishedFile:
    with _disk_errors(path):
        status, digest = path.stat(), digest_file(path)
        entry = LedgerEntry(job.files[kind], job.inputs[kind], status.st_size, status.st_mtime_ns, digest)
        return FinishedFile(entry, str(path) if job.is_local else path.read_bytes())
