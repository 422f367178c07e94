"""What the session log keeps about how a session was made, and making it again from that."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicecoach.errors import ChoiceError, VoicecoachError

if TYPE_CHECKING:
    from voicecoach.compiler import Choices
    from voicecoach.player.queue import QueueItem, QueueSlot
    from voicecoach.routine import Routine
    from voicecoach.timeline import Timeline

__all__ = ["choices_of", "kept", "queue_of", "routine_of", "wish"]


def kept(names: Sequence[str], choices: Choices, timeline: Timeline) -> dict[str, Any]:
    """As plain values: the routines' names, what was chosen, and how their files look."""
    plain = {**asdict(choices), "options": sorted(choices.options)}
    return {**plain, "routines": [*names], "files": _files(timeline)}


def choices_of(plain: Mapping[str, Any]) -> Choices:
    """What was chosen."""
    from voicecoach.compiler import Choices

    known = {field.name for field in fields(Choices)}
    chosen: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in plain.items() if name in known
    }
    chosen["options"] = frozenset(chosen.get("options", ()))
    return Choices(**chosen)


def routine_of(plain: Mapping[str, Any]) -> Routine | None:
    """The routine that it was made of; None where that is not there any more, or another one by now."""
    from voicecoach.app import choosing

    names, files = plain.get("routines", ()), plain.get("files", {})
    if not names or "-" in names or not _unchanged(files):
        return None
    try:
        return choosing.by_name(tuple(names))
    except VoicecoachError:
        return None


def wish(words: Sequence[str], language: str) -> QueueItem:
    """A routine, and how it is to be, to follow a session in this language; raises what is wrong with it."""
    from voicecoach.app import adding
    from voicecoach.compiler import compile_session
    from voicecoach.compiler.compilation import estimate_lengths
    from voicecoach.player.queue import QueueItem
    from voicecoach.routine import same_language

    asked = adding.asked(words)
    routine, choices = asked.routine(), replace(asked.choices(), intro=False)
    if not same_language(routine.language, language):
        raise ChoiceError(f"{routine.title} is in another language ({routine.language}), the session is in {language}")
    timeline = compile_session(routine, choices, estimate_lengths)
    return QueueItem(routine, choices, {"words": [*words], "files": _files(timeline)})


def queue_of(plain: Mapping[str, Any], language: str) -> tuple[QueueSlot, ...] | None:
    """What was added to it; None where some of that is not there any more, or another one by now."""
    from voicecoach.player.queue import QueueSlot

    added = plain.get("added", ())
    try:
        if all(_unchanged(each["files"]) for each in added):
            return tuple(QueueSlot(wish(each["words"], language), each["first"]) for each in added)
    except VoicecoachError:
        pass
    return None


def _files(timeline: Timeline) -> dict[str, str]:
    """The scripts that it comes from, with a digest of each."""
    return {file: _digest(file) for file in sorted({event.pos.file for event in timeline.events if event.pos})}


def _unchanged(files: Mapping[str, str]) -> bool:
    return all(digest and _digest(file) == digest for file, digest in files.items())


def _digest(file: str) -> str:
    """Empty where there is no such file: a routine from standard input."""
    try:
        return hashlib.blake2b(Path(file).read_bytes(), digest_size=16).hexdigest()
    except OSError:
        return ""
