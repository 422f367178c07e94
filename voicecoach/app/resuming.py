"""Resumes the last session that was not heard to its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from voicecoach.app.recipe import choices_from_recipe, queue_from_recipe, routine_from_recipe
from voicecoach.app.session import Session, Warn
from voicecoach.errors import ChoiceError, VoiceError

if TYPE_CHECKING:
    from voicecoach.history.entry import UnfinishedSession
    from voicecoach.voices.synthesizer import Progress
    from voicecoach.voices.voice import Voice


@contextmanager
def unfinished_session(warn: Warn = lambda _: None) -> Iterator[UnfinishedSession]:
    """Claim the session to resume, until the context ends. Raises ChoiceError if there is none."""
    from voicecoach.history.session_log import SessionLog

    with SessionLog(warn=warn) as log:
        last = log.unfinished()
        if last is None:
            raise ChoiceError("there is no unfinished session", "`voicecoach history` shows what was done")
        yield last


@contextmanager
def resume_session(
    last: UnfinishedSession, *, warn: Warn = lambda _: None, progress: Progress | None = None
) -> Iterator[Session]:
    """Open the rest of a session as it was compiled, even if its routine has changed, in its own voice if possible."""
    from voicecoach.player.timeline_index import TimelineIndex
    from voicecoach.timeline import Utterance
    from voicecoach.voices.clip_cache import ClipCache
    from voicecoach.voices.synthesizer import Synthesizer

    timeline, entry = last.timeline, last.entry
    start = TimelineIndex(timeline).resume_point(last.at)
    voice = _voice(entry.voice, timeline.language, warn)
    with Synthesizer(voice, ClipCache(warn=warn), progress=progress) as synthesizer:
        ahead = [placed.source for placed in timeline.placements if placed.start + placed.length > start]
        synthesizer.lengths([source for source in ahead if isinstance(source, Utterance)])
        queue = queue_from_recipe(entry.choices, timeline.language)
        routine = None if queue is None else routine_from_recipe(entry.choices)
        synthesizer.cache.disable_warnings()  # the screen belongs to the session from now on
        yield Session(
            timeline,
            synthesizer,
            voice,
            entry.routine,
            routine,
            choices=choices_from_recipe(entry.choices),
            recipe=entry.choices,
            start=start,
            resumes=entry.id,
            queue=queue or (),
        )


def _voice(name: str, language: str, warn: Warn) -> Voice:
    """Choose the voice of that name, or else another one that speaks the language."""
    from voicecoach.voices.registry import choose_voice

    try:
        return choose_voice(name, language)
    except (ChoiceError, VoiceError):
        voice = choose_voice("auto", language)
        warn(f"The voice of this session ({name}) is gone: {voice.name} speaks instead.")
        return voice
