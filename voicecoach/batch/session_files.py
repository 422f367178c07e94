"""The sessions of a batch, and the names of their files."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from voicecoach.choices import LEVELS, Choices
from voicecoach.errors import VoicecoachError
from voicecoach.exporter import CAPTIONS, FORMATS
from voicecoach.exporter.destination import safe_file_name
from voicecoach.files import cut_to_bytes
from voicecoach.routine import Routine
from voicecoach.units import MINUTE
from voicecoach.voices.voice import Voice

KINDS = {name: known.extensions[0] for name, known in FORMATS.items()} | {name: f".{name}" for name in CAPTIONS}
"""The kinds of file that a session can be written to → the extension of each."""
_LEVEL_NAMES = {value: name for name, value in LEVELS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSession:
    """A routine with choices and a voice, not yet compiled."""

    routine: Routine
    choices: Choices
    voice: Voice
    kinds: tuple[str, ...]
    """Of `KINDS`: the files to write."""
    folder: str = ""
    """The folder of the person or group, a safe name; empty is the batch's folder itself."""

    @property
    def name(self) -> str:
        """The routine's name, safe for a file."""
        return safe_file_name(self.routine.name) or "routine"


@dataclass(frozen=True, slots=True)
class InvalidSession:
    """A session that was asked for but cannot be made, such as one of a routine with mistakes."""

    name: str
    error: VoicecoachError


@dataclass(frozen=True, slots=True)
class SessionFiles:
    """Files of a session: all of them, or those that are out of date."""

    session: BatchSession
    stem: str
    """Their path in the batch's folder, with slashes and without an extension. Unique in it, whatever the case."""
    kinds: tuple[str, ...]

    @property
    def paths(self) -> dict[str, str]:
        """The path of each file in the batch's folder, by kind."""
        return {kind: self.stem + KINDS[kind] for kind in self.kinds}


def name_files(sessions: Sequence[BatchSession]) -> tuple[SessionFiles, ...]:
    """The files of all sessions, in the order given.

    They are named after their routine. If a folder has several sessions of one routine, their names also say what
    differs: the level or the minutes, options and so on. Sessions of other routines change no name, so a batch that
    grows keeps its names. Sessions that differ in nothing are numbered.
    """
    groups: dict[tuple[str, str], list[BatchSession]] = defaultdict(list)
    for session in sessions:
        groups[_key(session.folder, session.name)].append(session)
    names = {id(session): name for group in groups.values() for session, name in _distinguish(group)}
    return tuple(_number_duplicates(sessions, names))


def _key(folder: str, name: str) -> tuple[str, str]:
    return folder.casefold(), name.casefold()


def _distinguish(group: list[BatchSession]) -> Iterator[tuple[BatchSession, str]]:
    traits = [_traits(session) for session in group]
    differing = [column for column, values in enumerate(zip(*traits, strict=True)) if len(set(values)) > 1]
    for session, trait in zip(group, traits, strict=True):
        yield session, " ".join(filter(None, (session.name, *(trait[column] for column in differing))))


def _traits(session: BatchSession) -> tuple[str, ...]:
    """Everything that may distinguish two sessions of one routine, as parts of a file name; a default is empty."""
    choices = session.choices
    dose = "" if choices.level is None else _LEVEL_NAMES.get(choices.level, f"level {choices.level}")
    if choices.length is not None:
        dose = f"{choices.length / MINUTE:g} min"
    parts = (
        dose,
        _list("with", sorted(choices.options)),
        _list("only", choices.only),
        _list("skip", choices.skip),
        "" if choices.side == "both" else choices.side,
        "" if choices.speed == 100 else f"speed {choices.speed}",
        "" if choices.intro else "no intro",
        session.voice.public_name,
    )
    return tuple(safe_file_name(part) for part in parts)


def _list(word: str, names: Iterable[str]) -> str:
    joined = ", ".join(names)
    return f"{word} {joined}" if joined else ""


def _number_duplicates(sessions: Sequence[BatchSession], names: dict[int, str]) -> Iterator[SessionFiles]:
    """Append a number to each name that is taken already, in the order given."""
    taken: set[tuple[str, str]] = set()
    counts: Counter[tuple[str, str]] = Counter()
    for session in sessions:
        name = numbered = _shorten(names[id(session)])
        while _key(session.folder, numbered) in taken:
            counts[_key(session.folder, name)] += 1
            numbered = f"{name} ({counts[_key(session.folder, name)] + 1})"
        taken.add(_key(session.folder, numbered))
        yield SessionFiles(session, str(PurePosixPath(session.folder) / numbered), session.kinds)


def _shorten(name: str) -> str:
    """Leave room for a number and an extension."""
    return cut_to_bytes(name, 200).strip(" .")
