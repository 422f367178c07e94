"""Runs a job in a worker: a pure function of the job and the clips at hand."""

from __future__ import annotations

import pickle
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path

from voicecoach.batch import job_progress
from voicecoach.batch.clip_source import ClipSource, MissingClipError
from voicecoach.batch.job import ClipsMissing, FinishedFile, Job, JobDone, JobFailed, JobReply
from voicecoach.batch.ledger import content_digest
from voicecoach.compiler import compile_session
from voicecoach.errors import FileError, VoicecoachError
from voicecoach.exporter import CAPTIONS, FORMATS, export, tags_of
from voicecoach.exporter.recording import make_recording
from voicecoach.files import whole_file
from voicecoach.routine import Routine
from voicecoach.timeline import Timeline
from voicecoach.voices.clip_cache import ClipCache

__all__ = ["run_job"]

_MOST_BYTES_SENT = 1_000_000_000
"""Bytes of a session's files that are sent from machine to machine: held whole in memory on the way."""


def run_job(job: Job) -> JobReply:
    """The session's files, or what is lacking for them, or why there will be none; raises nothing."""
    job_progress.report(0, 1)
    try:
        with closing(ClipCache()) if job.bench is not None else nullcontext() as cache:
            return _compile_and_write(job, ClipSource(job.voice, job.sounds, job.clips, cache))
    except VoicecoachError as fault:
        return JobFailed(str(fault), fault.exit_code)
    except Exception:  # noqa: BLE001 a bug costs its own job, and is told whole
        return JobFailed(traceback.format_exc(), 1)


def _compile_and_write(job: Job, shelf: ClipSource) -> JobReply:
    try:
        timeline = compile_session(_routine(job.routine), job.choices, shelf.lengths)
        if not shelf.lacking:
            with _output_folder(job) as folder:
                return _write_files(job, timeline, shelf, folder)
    except (VoicecoachError, MissingClipError):
        # What was refused for its length may have been so for an estimate's sake.
        if not shelf.lacking:
            raise
    return ClipsMissing(tuple(shelf.lacking))


@lru_cache(maxsize=256)
def _routine(pickled: bytes) -> Routine:
    routine: Routine = pickle.loads(pickled)
    return routine


@contextmanager
def _output_folder(job: Job) -> Iterator[Path]:
    """The folder to write in."""
    if job.bench is not None:
        yield Path(job.bench)
        return
    with tempfile.TemporaryDirectory(prefix="voicecoach-") as folder:
        yield Path(folder)


def _write_files(job: Job, timeline: Timeline, shelf: ClipSource, bench: Path) -> JobReply:
    plain = {**asdict(job.choices), "options": sorted(job.choices.options)}
    tags = tags_of(timeline, voice=job.voice.public_name, choices=plain, date=job.date)
    words = {kind: file for kind, file in job.files.items() if kind in CAPTIONS}
    sounds = {kind: file for kind, file in job.files.items() if kind in FORMATS}
    paths = {kind: bench / file for kind, file in job.files.items()}
    durable = job.bench is not None  # what travels is lost with the machine anyway
    for path in paths.values():
        _make_folder(path.parent)
    if words:
        said = make_recording(timeline, shelf.clip, tags=tags, holds=job.manner.caption_holds)
        for kind in words:
            with whole_file(paths[kind], durable=durable) as file:
                file.write(CAPTIONS[kind](said).encode())
    for number, kind in enumerate(sounds):

        def told(now: int, total: int, before: int = number) -> None:
            job_progress.report(before * total + now, len(sounds) * total)

        manner = replace(job.manner.for_format(kind), force=True)
        export(timeline, shelf.clip, paths[kind], manner, tags=tags, progress=told, memo=shelf.packets, durable=durable)
    return _collect(job, timeline, paths)


def _collect(job: Job, timeline: Timeline, paths: dict[str, Path]) -> JobReply:
    size = sum(path.stat().st_size for path in paths.values())
    if job.bench is None and size > _MOST_BYTES_SENT:
        words = f"{size / 1e6:,.0f} MB, at most {_MOST_BYTES_SENT / 1e6:,.0f} can be sent from a cluster"
        return JobFailed(f"{words}; choose a format that takes less room", 2)
    return JobDone(tuple(_file(job, kind, path) for kind, path in paths.items()), timeline.length)


def _file(job: Job, kind: str, path: Path) -> FinishedFile:
    seen = path.stat()
    at = str(path) if job.bench is not None else path.read_bytes()
    return FinishedFile(kind, seen.st_size, seen.st_mtime_ns, content_digest(path), at)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise FileError.of(folder, fault, "choose another folder; nothing was changed") from fault
