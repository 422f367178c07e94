"""Exports many sessions into one folder: finds what a request asks for, and has an executor do the work."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.app.choosing import matches
from voicecoach.app.exporting import today
from voicecoach.batch import Batch, BatchReporter, BatchSession, BatchSynthesizer, InvalidSession, ProcessPool
from voicecoach.batch.staging import make_folder
from voicecoach.choices import Choices
from voicecoach.errors import ChoiceError, VoicecoachError
from voicecoach.exporter import FORMATS, Destination, ExportOptions
from voicecoach.script.library import Library, is_file
from voicecoach.units import Ms
from voicecoach.voices.registry import choose_voice

if TYPE_CHECKING:
    from voicecoach.batch import JobExecutor
    from voicecoach.routine import Routine
    from voicecoach.voices.voice import Voice


DEFAULT_FORMATS = ("m4a",)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRequest:
    """A batch as a caller asks for it: each routine in each voice, at each level and length, in each format."""

    into: Path
    routines: tuple[str, ...] = ()
    """Names or paths. Without any: `all_routines`, or those that fit `tags` and `needs`."""
    all_routines: bool = False
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    plan: Path | None = None
    """A plan file, in place of everything above and of voices, levels, lengths and choices."""
    formats: tuple[str, ...] = DEFAULT_FORMATS
    voices: tuple[str, ...] = ("auto",)
    levels: tuple[int, ...] = ()
    lengths: tuple[Ms, ...] = ()
    choices: Choices = Choices()  # noqa: RUF009 frozen
    """For every session; without a level and a length."""
    options: ExportOptions = field(default_factory=ExportOptions)
    jobs: int | None = None
    """Processes on this machine; None is one for each core."""
    cluster: str | None = None
    """The address of a Dask scheduler, which does the work instead."""


def prepare_batch(request: BatchRequest, reporter: BatchReporter) -> Batch:
    """Check the request, create the folder and find the outdated files. Compiles nothing.

    Raises ChoiceError for contradictory options, ScriptError for mistakes in a plan, FileError for the folder.
    """
    sessions = _sessions(request)
    kinds = dict.fromkeys(kind for each in sessions if isinstance(each, BatchSession) for kind in each.kinds)
    sounds = [kind for kind in kinds if kind in FORMATS]
    if request.options.bit_rate is not None and kinds and not any(FORMATS[kind].bit_rates for kind in sounds):
        raise ChoiceError(f"none of these formats has a bit rate ({', '.join(kinds)})", "leave out --bitrate")
    if is_file(request.into):
        raise ChoiceError(f"{request.into} is not a folder", "name a folder for --into")
    make_folder(request.into)
    for kind in sounds:
        sample = request.into / f"any{FORMATS[kind].extensions[0]}"
        Destination.choose(sample, replace(request.options.for_format(kind), force=True))
    return Batch(request.into, sessions, request.options, date=today(), reporter=reporter)


def run_batch(batch: Batch, request: BatchRequest, reporter: BatchReporter) -> None:
    """Make the files that are due. `batch.outcome` holds the result, also if this raises ExternalError midway."""
    if batch.due:
        batch.run(_executor(request, len(batch.due)), BatchSynthesizer(reporter.warn))


def _executor(request: BatchRequest, sessions: int) -> JobExecutor:
    if request.cluster is not None:
        from voicecoach.batch.cluster import connect

        return connect(request.cluster)
    return ProcessPool(min(request.jobs or os.cpu_count() or 1, sessions))


def _sessions(request: BatchRequest) -> list[BatchSession | InvalidSession]:
    if request.plan is not None:
        from voicecoach.batch.plan import sessions_from_plan

        return sessions_from_plan(request.plan, request.formats)
    voice = cache(choose_voice)
    sessions = [session for routine in _routines(request) for session in _of_routine(routine, request, voice)]
    if not sessions:
        raise ChoiceError("no routine matches the request", "`voicecoach list` shows them all")
    return sessions


def _of_routine(
    routine: Routine | InvalidSession, request: BatchRequest, choose: Callable[[str, str], Voice]
) -> Iterator[BatchSession | InvalidSession]:
    if isinstance(routine, InvalidSession):
        yield routine
        return
    for name in request.voices:
        try:
            voice = choose(name, routine.language)
        except VoicecoachError as error:
            yield InvalidSession(f"{routine.name} {name}" if len(request.voices) > 1 else routine.name, error)
            continue
        for choices in _all_choices(request):
            yield BatchSession(routine=routine, choices=choices, voice=voice, kinds=request.formats)


def _all_choices(request: BatchRequest) -> Iterator[Choices]:
    if not request.levels and not request.lengths:
        yield request.choices
    yield from (replace(request.choices, level=level) for level in request.levels)
    yield from (replace(request.choices, length=length) for length in request.lengths)


def _routines(request: BatchRequest) -> Iterator[Routine | InvalidSession]:
    """Load the routines of a request; one that cannot be read becomes an `InvalidSession`."""
    chosen = request.tags or request.needs
    if request.routines and (request.all_routines or chosen):
        raise ChoiceError("routines by name and by --all, --tag or --needs", "leave one out")
    if not request.routines and not request.all_routines and not chosen:
        raise ChoiceError("no routine was named", "name some, or say --all, --tag TAG or --plan FILE")
    library = Library()
    for name in request.routines or tuple(map(str, library.paths().values())):
        try:
            routine = library.load(name)
        except VoicecoachError as error:
            if not chosen:  # an unreadable routine has no tags
                yield InvalidSession(Path(name).stem, error)
            continue
        if matches(routine, request.tags, request.needs):
            yield routine
