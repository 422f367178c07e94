"""The library: load, compile, render, play and export sessions, check routines, make batches and podcasts.

import voicecoach

routine = voicecoach.load("side-stretch")
with voicecoach.synthesizer(routine) as synthesizer:
    session = voicecoach.compile(routine, synthesizer, level=100)
    voicecoach.export(session, synthesizer, "side-stretch.mp3")

These are the calls that the command line makes, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.choices import Choices, SideChoice, parse_level
from voicecoach.errors import Problem, VoicecoachError
from voicecoach.routine import Routine
from voicecoach.script.library import Library
from voicecoach.timeline import Timeline
from voicecoach.units import MINUTE, Ms
from voicecoach.voices.clip_cache import ClipCache
from voicecoach.voices.registry import choose_voice
from voicecoach.voices.synthesizer import Synthesizer

if TYPE_CHECKING:
    from voicecoach.app.playing import PlayResult
    from voicecoach.batch import BatchOutcome, BatchReporter
    from voicecoach.exporter.feed import PublishResult
    from voicecoach.sound.clip import Samples

__all__ = [
    "Problem",
    "Routine",
    "Synthesizer",
    "Timeline",
    "VoicecoachError",
    "check",
    "compile",
    "export",
    "export_batch",
    "feed",
    "load",
    "play",
    "render",
    "synthesizer",
]


def load(name: str) -> Routine:
    """The routine of a name or path, with all that it uses.

    Raises `ScriptError` with every problem in it, `ChoiceError` if there is none of that name.
    """
    return Library().load(name)


def synthesizer(routine: Routine, voice: str = "auto") -> Synthesizer:
    """The synthesizer for a routine's cues, with any voice that `voicecoach voices` lists. Use it as a context.

    Raises `ChoiceError` for an unknown voice, `VoiceError` if none speaks the routine's language.
    """
    return Synthesizer(choose_voice(voice, routine.language), ClipCache())


def compile(  # noqa: A001 the word for it
    routine: Routine,
    synthesizer: Synthesizer,
    *,
    level: int | None = None,
    minutes: float | None = None,
    options: str | Iterable[str] = (),
    only: str | Iterable[str] = (),
    skip: str | Iterable[str] = (),
    side: SideChoice = "both",
    speed: float = 1.0,
    intro: bool = True,
) -> Timeline:
    """The session for one listener.

    `level` goes from 0 (gentle) to 100 (deep), or is found from `minutes`; `only` and `skip` are titles of moves;
    `speed` goes from 0.5 to 2.0. Speaks cues that were never spoken before. Raises `ChoiceError` for what this
    routine cannot do, ValueError for what none can.
    """
    from voicecoach import compiler

    choices = Choices(
        level=level,
        length=None if minutes is None else _length(minutes),
        options=frozenset(_names(options)),
        only=_names(only),
        skip=_names(skip),
        side=side,
        speed=round(100 * speed),
        intro=intro,
    )
    return compiler.compile_session(routine, choices, synthesizer.lengths)


def render(timeline: Timeline, synthesizer: Synthesizer, size: int = 4800) -> Iterator[Samples]:
    """The session's samples: float32, one channel at 48 kHz, −1..1, in blocks of `size`, the last one shorter."""
    from voicecoach.sound.mix import Mix

    return Mix(timeline, synthesizer.clip).blocks(size)


def play(
    timeline: Timeline,
    synthesizer: Synthesizer,
    *,
    output: str = "miniaudio",
    device: str = "",
    lead_in: float | None = None,
) -> PlayResult:
    """Play a session, until its end or until media keys or the control socket stop it.

    `output` and `device` are those of `voicecoach play`; `lead_in` is in seconds. Nothing is written to the session
    log. Raises `DeviceError` if nothing can be played on, `ChoiceError` for an unknown output.
    """
    from contextlib import closing

    from voicecoach.app.playing import play_session
    from voicecoach.app.session import Session
    from voicecoach.outputs.reconnecting import create_reconnecting_output
    from voicecoach.player.inbox import Inbox

    session = Session(timeline, synthesizer, synthesizer.voice, timeline.title)
    with closing(create_reconnecting_output(output, device)) as session_output, closing(Inbox()) as inbox:
        session_output.begin()
        session_output.wait_ready()
        return play_session(session, session_output, inbox, inbox, lead_in=lead_in, log=False)


def export(timeline: Timeline, synthesizer: Synthesizer, path: str | Path, *, force: bool = False) -> None:
    """Write the session to a file, whole or not at all; its extension chooses the format, as for `voicecoach export`.

    Raises `ChoiceError` for an unknown extension, and for a file that exists unless `force`; `FileError` if the disk
    does not take it.
    """
    from voicecoach.app.exporting import export_session
    from voicecoach.app.session import Session
    from voicecoach.exporter import ExportOptions

    session = Session(timeline, synthesizer, synthesizer.voice, timeline.title)
    export_session(session, Path(path), ExportOptions(force=force))


def check(*names: str | Path, voice: str = "auto") -> tuple[Problem, ...]:
    """The problems of routines by name, file or folder; of all that can be found by name if none is given.

    Words without room are warned about at the levels 0, 50 and 100, by the lengths of `voice`.
    """
    from voicecoach.app.checking import check_routines

    return check_routines([*map(str, names)], voice=voice).problems


def export_batch(
    into: str | Path,
    *routines: str,
    plan: str | Path | None = None,
    formats: str | Iterable[str] = (),
    voices: str | Iterable[str] = "auto",
    levels: Iterable[int | str] = (),
    minutes: Iterable[float] = (),
    jobs: int | None = None,
    cluster: str | None = None,
    force: bool = False,
    reporter: BatchReporter | None = None,
) -> BatchOutcome:
    """Write many sessions into a folder; only files that are out of date are made.

    Makes each routine (all, if none is named) in each format and voice, at each level and length, by default those of
    `voicecoach batch`. The outcome lists the sessions that could not be made. Raises `ChoiceError`, `ScriptError` for
    a plan with mistakes, and `ExternalError` if the folder or every worker is lost.
    """
    from voicecoach.app.batching import DEFAULT_FORMATS, BatchRequest, prepare_batch, run_batch
    from voicecoach.batch import BatchReporter
    from voicecoach.exporter import ExportOptions

    request = BatchRequest(
        into=Path(into),
        routines=routines,
        all_routines=not routines and plan is None,
        plan=None if plan is None else Path(plan),
        formats=_names(formats) or DEFAULT_FORMATS,
        voices=_names(voices),
        levels=tuple(parse_level(str(level)) for level in levels),
        lengths=tuple(map(_length, minutes)),
        options=ExportOptions(force=force),
        jobs=jobs,
        cluster=cluster,
    )
    prepared = prepare_batch(request, reporter := reporter or BatchReporter())
    run_batch(prepared, request, reporter)
    return prepared.outcome


def feed(
    folder: str | Path, url: str, *, listed: bool | None = None, force: bool = False, **info: str
) -> PublishResult:
    """Make a podcast of a folder of exported sound, which will lie at `url`: `feed.xml` and the files beside it.

    `info` may give title, author, description, language, category, email and link; `listed` whether directories may
    show it. Raises `ChoiceError` for values that no podcast player accepts, `FileError` for the folder.
    """
    from voicecoach.app.exporting import publish_folder

    return publish_folder(Path(folder), url, info, listed=listed, force=force)


def _names(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _length(minutes: float) -> Ms:
    return Ms(round(minutes * MINUTE))
