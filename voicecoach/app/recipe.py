"""Recipes: what the log keeps of a session, so that its routine can be compiled again.

A recipe is a mapping of plain values: the choices, the names of the routines, and a digest of each script file. It is
used only while every file is unchanged. The names of its keys stand in logs on users' disks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicecoach.app.choosing import load_routines, requested_routine
from voicecoach.app.request import parse_words
from voicecoach.choices import Choices
from voicecoach.errors import ChoiceError, VoicecoachError
from voicecoach.files import digest_file
from voicecoach.records import read_mapping, read_value

if TYPE_CHECKING:
    from voicecoach.player.command import QueueItem
    from voicecoach.routine import Routine
    from voicecoach.timeline import Timeline


def make_recipe(names: Sequence[str], choices: Choices, timeline: Timeline) -> dict[str, Any]:
    """Make the recipe of a session that was compiled from routines of these names."""
    return {**choices.to_plain(), "routines": [*names], "files": _digests(timeline)}


def choices_from_recipe(recipe: Mapping[str, Any]) -> Choices:
    """Restore the choices of a session; the defaults if the recipe has none that are valid."""
    try:
        return Choices.from_plain(recipe)
    except ValueError:
        return Choices()


def routine_from_recipe(recipe: Mapping[str, Any]) -> Routine | None:
    """Load the routine of a session; None if it is gone or has changed, or the recipe is damaged."""
    try:
        names = read_value(tuple[str, ...], recipe.get("routines", []))
        files = read_value(Mapping[str, str], recipe.get("files", {}))
    except ValueError:
        return None
    if not names or "-" in names or not _unchanged(files):
        return None
    with suppress(VoicecoachError):
        return load_routines(names)
    return None


def queue_item(words: Sequence[str], language: str) -> QueueItem:
    """Prepare the routine that the words of an `add` command name, to follow a session in `language`.

    Raises ChoiceError for wrong words or a routine in another language, and all that loading a routine raises.
    """
    from voicecoach.compiler import compile_session, estimate_lengths
    from voicecoach.player.command import QueueItem
    from voicecoach.routine import same_language

    request = parse_words(words)
    routine, choices = requested_routine(request), replace(request.choices, intro=False)
    if not same_language(routine.language, language):
        raise ChoiceError(f"{routine.title} is in another language ({routine.language}), the session is in {language}")
    timeline = compile_session(routine, choices, estimate_lengths)
    return QueueItem(routine, choices, {"words": [*words], "files": _digests(timeline)})


@dataclass(frozen=True, slots=True)
class StoredAddition:
    """A routine that was added to a session, as a recipe has it."""

    words: tuple[str, ...]
    """Of the command `add`."""
    files: Mapping[str, str]
    """The digest of each script file, by path."""
    first: int
    """The index of its first move in the session."""


def queue_from_recipe(recipe: Mapping[str, Any], language: str) -> tuple[QueueItem, ...] | None:
    """Prepare the routines that were added to a session.

    None if one of them is gone or has changed, or the recipe is damaged.
    """
    try:
        added = [read_mapping(StoredAddition, each) for each in read_value(tuple[Any, ...], recipe.get("added", []))]
    except ValueError:
        return None
    with suppress(VoicecoachError):
        if all(_unchanged(each.files) for each in added):
            return tuple(replace(queue_item(each.words, language), first_move=each.first) for each in added)
    return None


def _digests(timeline: Timeline) -> dict[str, str]:
    """A digest of each script file that a session comes from, by path."""
    return {file: _digest(file) for file in sorted({event.pos.file for event in timeline.events if event.pos})}


def _unchanged(files: Mapping[str, str]) -> bool:
    return all(digest and _digest(file) == digest for file, digest in files.items())


def _digest(file: str) -> str:
    """The digest of a file; empty for standard input, which has no file."""
    try:
        return digest_file(Path(file))
    except (OSError, ValueError):  # gone, or not a path
        return ""
