"""Many sessions into one folder: what `voicecoach export --into` does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicecoach.app import choosing
from voicecoach.cli.batch_options import Many
from voicecoach.cli.session_options import Asked
from voicecoach.errors import ChoiceError, ExternalError, FileError, VoicecoachError
from voicecoach.exporter import FORMATS, Destination, ExportOptions
from voicecoach.routine import Routine
from voicecoach.units import format_time

if TYPE_CHECKING:
    from voicecoach.batch import Batch, BatchOutcome, BatchSession, InvalidSession, JobExecutor
    from voicecoach.compiler import Choices

__all__ = ["export_many"]


def export_many(asked: Asked, many: Many, manner: ExportOptions, date: str) -> int:
    """Make the catalogue, and tell how it went, also where a fault around us ends it early; gives the exit code.

    Raises what ends it, and what stops it before it begins.
    """
    from voicecoach.batch import Batch, BatchSession, BatchSynthesizer
    from voicecoach.cli.progress import teller

    assert many.into is not None
    wanted = _wanted(asked, many)
    kinds = dict.fromkeys(kind for each in wanted if isinstance(each, BatchSession) for kind in each.kinds)
    if manner.bit_rate is not None and kinds and not any(kind in FORMATS and FORMATS[kind].bit_rates for kind in kinds):
        raise ChoiceError(f"nothing that is asked for has a bit rate ({', '.join(kinds)})", "leave out --bitrate")
    _folder(many.into)
    for kind in (kind for kind in kinds if kind in FORMATS):
        Destination.choose(many.into / f"any{FORMATS[kind].endings[0]}", replace(manner.for_format(kind), force=True))
    tell = teller()
    with closing(tell):
        batch = Batch(many.into, wanted, manner, date=date, tell=tell)
    try:
        if batch.due:
            with closing(tell):
                batch.run(_hands(many, batch), BatchSynthesizer(tell.warn))
    except ExternalError:
        if batch.outcome.sessions or batch.outcome.failures:
            _tell_summary(batch.outcome, many.into)
        raise
    _tell_summary(batch.outcome, many.into)
    return batch.outcome.code


def _hands(many: Many, batch: Batch) -> JobExecutor:
    if many.cluster is not None:
        from voicecoach.batch.cluster import connect

        return connect(many.cluster)
    from voicecoach.batch import ProcessPool

    return ProcessPool(min(many.jobs or os.cpu_count() or 1, len(batch.due)))


def _folder(into: Path) -> None:
    try:
        into.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise ChoiceError(f"{into} is no folder", "name a folder for --into") from None
    except OSError as fault:
        raise FileError.of(into, fault, "choose another folder") from fault


def _wanted(asked: Asked, many: Many) -> list[BatchSession | InvalidSession]:
    if many.plan is not None:
        from voicecoach.batch.plan_sessions import sessions_from_plan

        return sessions_from_plan(many.plan, many.formats)
    from voicecoach.batch import BatchSession, InvalidSession
    from voicecoach.voices.registry import choose_voice

    voice = cache(choose_voice)
    voices = many.voices or (asked.voice,)
    doses = list(_doses(asked, many))
    wanted: list[BatchSession | InvalidSession] = []
    for routine in _routines(asked, many):
        if isinstance(routine, InvalidSession):
            wanted.append(routine)
            continue
        for name in voices:
            try:
                speaker = voice(name, routine.language)
            except VoicecoachError as fault:
                wanted.append(InvalidSession(f"{routine.name} {name}" if len(voices) > 1 else routine.name, fault))
            else:
                wanted += [
                    BatchSession(routine=routine, choices=each, voice=speaker, kinds=many.formats) for each in doses
                ]
    if not wanted:
        raise ChoiceError("no routine fits what was asked for", "`voicecoach list` shows those there are")
    return wanted


def _routines(asked: Asked, many: Many) -> Iterator[Routine | InvalidSession]:
    """Those asked for; each that cannot be read fails alone."""
    from voicecoach.batch import InvalidSession
    from voicecoach.script.library import Library

    wish = asked.tags or asked.needs
    if asked.names and (many.every or wish):
        raise ChoiceError("routines by name and by --all, --tag or --needs", "leave one out")
    if not (asked.names or many.every or wish):
        raise ChoiceError("no routine was named", "name some, or say --all, --tag TAG or --plan FILE")
    library = Library()
    for name in asked.names or tuple(map(str, library.paths().values())):
        try:
            routine = library.load(name)
        except VoicecoachError as fault:
            if not wish:  # what cannot be read has no tags
                yield InvalidSession(Path(name).stem, fault)
            continue
        if choosing.fits(routine, asked.tags, asked.needs):
            yield routine


def _doses(asked: Asked, many: Many) -> Iterator[Choices]:
    """Each level and each length that is asked for."""
    for one, several, names in (
        (asked.level, many.levels, "--level and --levels"),
        (asked.minutes, many.lengths, "--minutes and --lengths"),
    ):
        if one is not None and several:
            raise ChoiceError(f"{names} together", "leave one out")
    base = asked.choices()
    if many.levels or many.lengths:
        if base.level is not None:
            yield base
        if base.length is not None:
            yield base
        base = replace(base, level=None, length=None)
        yield from (replace(base, level=level) for level in many.levels)
        yield from (replace(base, length=length) for length in many.lengths)
    else:
        yield base


def _tell_summary(outcome: BatchOutcome, into: Path) -> None:
    for line in _summary(outcome, into):
        click.echo(line)


def _summary(outcome: BatchOutcome, into: Path) -> Iterator[str]:
    fresh = f"{_files(outcome.fresh)} as {'it' if outcome.fresh == 1 else 'they'} should be"
    if outcome.sessions:
        sessions = "1 session" if outcome.sessions == 1 else f"{outcome.sessions} sessions"
        made = f"{format_time(outcome.length)} to hear, {outcome.bytes / 1e6:.1f} MB"
        yield f"Made {_files(outcome.files)} of {sessions} in {into} ({made}); {fresh}."
    elif not outcome.failures:
        yield f"Nothing to do in {into}: {fresh}."
    elif outcome.fresh:
        yield f"In {into}: {fresh}."
    if outcome.others:
        yield f"Left alone: {_files(len(outcome.others))} of other batches, such as {outcome.others[0]}."
    if outcome.failures:
        names = ", ".join(failure.name for failure in outcome.failures)
        yield f"Failed: {len(outcome.failures)} ({names})."


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"
