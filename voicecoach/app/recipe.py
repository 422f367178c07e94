"""Recipes: what the session log keeps about how a session was made, and making it again from that.

A recipe is a mapping of plain values: the choices, the names of the routines, and a digest of each script file. It
is used again only while every file is unchanged. The names of its keys stand in logs on users' disks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicecoach.app.choosing import load_routines, requested_routine
from voicecoach.app.request import parse_words
from voicecoach.errors import ChoiceError, VoicecoachError

if TYPE_CHECKING:
    from voicecoach.choices import Choices
    from voicecoach.player.queue import QueueItem
    from voicecoach.routine import Routine
    from voicecoach.timeline import Timeline

__all__ = ["make_recipe", "queue_from_recipe", "queue_item", "routine_from_recipe"]


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
    from voicecoach.player.queue import QueueItem
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
            return tuple(replace(queue_item(each["words"], language), first=each["first"]) for each in added)
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
