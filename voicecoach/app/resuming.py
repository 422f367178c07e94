"""Resumes the last session that was not heard to its end, from the recipe that the log keeps of it.

A recipe is a mapping of plain values: the choices, the names of the routines, and a digest of each script file. It is
used again only while every file is unchanged. The names of its keys stand in logs on users' disks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicecoach.app.choosing import load_routines, requested_routine
from voicecoach.app.request import parse_words
from voicecoach.app.session import Session, Warn
from voicecoach.choices import Choices
from voicecoach.errors import ChoiceError, VoicecoachError, VoiceError

if TYPE_CHECKING:
    from voicecoach.history.entry import UnfinishedSession
    from voicecoach.player.command import QueueItem
    from voicecoach.routine import Routine
    from voicecoach.timeline import Timeline
    from voicecoach.voices.synthesizer import Progress
    from voicecoach.voices.voice import Voice


def make_recipe(names: Sequence[str], choices: Choices, timeline: Timeline) -> dict[str, Any]:
    """The recipe of a session that was compiled from routines of these names."""
    return {**choices.to_plain(), "routines": [*names], "files": _digests(timeline)}


def routine_from_recipe(recipe: Mapping[str, Any]) -> Routine | None:
    """The routine of a session; None if it is gone or has changed."""
    names = recipe.get("routines", ())
    if not names or "-" in names or not _unchanged(recipe.get("files", {})):
        return None
    try:
        return load_routines(tuple(names))
    except VoicecoachError:
        return None


def queue_item(words: Sequence[str], language: str) -> QueueItem:
    """The routine that is to follow a session in `language`, from the words of a request.

    Raises ChoiceError for words that make no request, or a routine in another language, and what reading a routine
    raises.
    """
    from voicecoach.compiler.compilation import compile_session, estimate_lengths
    from voicecoach.player.command import QueueItem
    from voicecoach.routine import same_language

    request = parse_words(words)
    routine, choices = requested_routine(request), replace(request.choices, intro=False)
    if not same_language(routine.language, language):
        raise ChoiceError(f"{routine.title} is in another language ({routine.language}), the session is in {language}")
    timeline = compile_session(routine, choices, estimate_lengths)
    return QueueItem(routine, choices, {"words": [*words], "files": _digests(timeline)})


def queue_from_recipe(recipe: Mapping[str, Any], language: str) -> tuple[QueueItem, ...] | None:
    """The routines that were added to a session; None if one of them is gone or has changed."""
    added = recipe.get("added", ())
    try:
        if all(_unchanged(each["files"]) for each in added):
            return tuple(replace(queue_item(each["words"], language), first_move=each["first"]) for each in added)
    except VoicecoachError:
        pass
    return None


def _digests(timeline: Timeline) -> dict[str, str]:
    """The script files that a session comes from, with a digest of each."""
    return {file: _digest(file) for file in sorted({event.pos.file for event in timeline.events if event.pos})}


def _unchanged(files: Mapping[str, str]) -> bool:
    return all(digest and _digest(file) == digest for file, digest in files.items())


def _digest(file: str) -> str:
    """Empty for a routine from standard input, which has no file."""
    try:
        return hashlib.blake2b(Path(file).read_bytes(), digest_size=16).hexdigest()
    except OSError:
        return ""


@contextmanager
def unfinished_session(warn: Warn = lambda _: None) -> Iterator[UnfinishedSession]:
    """The session to resume. It is ours alone until the context ends. Raises ChoiceError if there is none."""
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
    """The rest of a session as it was compiled, even if its routine has changed;

    in its own voice, if it is still there.
    """
    from voicecoach.player.timeline_index import TimelineIndex
    from voicecoach.timeline import Utterance
    from voicecoach.voices.clip_cache import ClipCache
    from voicecoach.voices.synthesizer import Synthesizer

    timeline, entry = last.timeline, last.entry
    start = TimelineIndex(timeline).resume_point(last.at)
    voice = _voice(entry.voice, timeline.language, warn)
    with Synthesizer(voice, ClipCache(warn=warn), progress=progress or (lambda done, total: None)) as synthesizer:  # noqa: ARG005
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
            choices=_choices(entry.choices),
            recipe=entry.choices,
            start=start,
            resumes=entry.id,
            queue=queue or (),
        )


def _choices(recipe: Mapping[str, Any]) -> Choices:
    """The choices of a logged session; the defaults if the log holds none that make sense."""
    try:
        return Choices.from_plain(recipe)
    except (TypeError, ValueError):
        return Choices()


def _voice(name: str, language: str, warn: Warn) -> Voice:
    """The voice of that name, or another one that speaks the language."""
    from voicecoach.voices.registry import choose_voice

    try:
        return choose_voice(name, language)
    except (ChoiceError, VoiceError):
        voice = choose_voice("auto", language)
        warn(f"The voice of this session ({name}) is gone: {voice.name} goes on at its places.")
        return voice
