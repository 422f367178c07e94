"""`voicecoach resume`: continues the last unfinished session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from voicecoach.cli.play import live, live_options
from voicecoach.cli.session_options import Session, Status, warn
from voicecoach.errors import ChoiceError, VoiceError
from voicecoach.units import format_time, ms

if TYPE_CHECKING:
    from voicecoach.history.entry import UnfinishedSession
    from voicecoach.voices.voice import Voice

__all__ = ["command"]


@click.command("resume")
@live_options
def command(**options: Any) -> None:
    """Go on with the last session that was not heard to its end.

    It goes on as it was, even if its routine has changed since or is gone; in the same voice, unless that is gone.
    """
    from voicecoach.history.session_log import SessionLog

    with SessionLog(warn=warn) as book:
        last = book.unfinished()
        if last is None:
            raise ChoiceError("there is no unfinished session", "`voicecoach history` shows what was done")
        live(partial(_session, last, quiet=options["quiet"]), **options)  # it is ours as long as the book is open


def _voice(name: str, language: str) -> Voice:
    """The one that spoke, or another one that can."""
    from voicecoach.voices.registry import choose_voice

    try:
        return choose_voice(name, language)
    except (ChoiceError, VoiceError):
        voice = choose_voice("auto", language)
        warn(f"The voice of this session ({name}) is gone: {voice.name} goes on at its places.")
        return voice


@contextmanager
def _session(last: UnfinishedSession, status: Status | None, *, quiet: bool) -> Iterator[Session]:
    from voicecoach.app.recipe import queue_of, routine_of
    from voicecoach.player.session_audio import resume_position
    from voicecoach.player.timeline_index import TimelineIndex
    from voicecoach.timeline import Utterance
    from voicecoach.voices.clip_cache import ClipCache
    from voicecoach.voices.synthesizer import Synthesizer

    timeline, entry = last.timeline, last.entry
    start = resume_position(TimelineIndex(timeline), last.at)
    voice = _voice(entry.voice, timeline.language)
    with Synthesizer(voice, ClipCache(tell=warn), progress=status or (lambda done, total: None)) as studio:  # noqa: ARG005
        left = [placed.source for placed in timeline.placements if placed.start + placed.length > start]
        studio.lengths([source for source in left if isinstance(source, Utterance)])
        if not quiet:
            click.echo(
                f"Going on with {entry.title} at {format_time(ms(start))} of {format_time(ms(timeline.length))}."
            )
        queue = queue_of(entry.choices, timeline.language)
        routine = None if queue is None else routine_of(entry.choices)
        studio.kept.hush()  # what plays has the screen
        yield Session(timeline, studio, voice, entry.routine, routine, entry.choices, start, entry.id, queue or ())
