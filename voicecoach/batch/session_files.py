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
from voicecoach.routine import Routine
from voicecoach.units import MINUTE
from voicecoach.voices.voice import Voice

__all__ = ["KINDS", "BatchSession", "InvalidSession", "SessionFiles", "name_files"]

KINDS = (*FORMATS, *CAPTIONS)
"""All that a session can be made into: sounds and the like, and words by themselves."""
_LEVEL_NAMES = {value: name for name, value in LEVELS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSession:
    """A routine, fitted and spoken in one way; nothing of it is compiled yet."""

    routine: Routine
    choices: Choices
    voice: Voice
    kinds: tuple[str, ...]
    """Of `KINDS`, each a file."""
    folder: str = ""
    """Whose it is: a safe name, a folder in the catalogue; empty for the catalogue itself."""

    @property
    def name(self) -> str:
        """What it is called before anything tells it from others."""
        return safe_file_name(self.routine.name) or "routine"


@dataclass(frozen=True, slots=True)
class InvalidSession:
    """What was asked for and cannot even be read, with its problem."""

    name: str
    fault: VoicecoachError


@dataclass(frozen=True, slots=True)
class SessionFiles:
    """One session and its files' names."""

    session: BatchSession
    stem: str
    """Their path in the catalogue, with slashes, without an ending; no other session has it, in any case of letters."""

    def file(self, kind: str) -> str:
        """The path of one kind, in the catalogue."""
        return self.stem + (FORMATS[kind].endings[0] if kind in FORMATS else f".{kind}")


def name_files(sessions: Sequence[BatchSession]) -> tuple[SessionFiles, ...]:
    """Names for all, in the order given.

    A name is the routine's. Where several in a folder are of one routine it also says what tells them apart: the
    level or the minutes, options, and so on. It hangs on no session of another routine, so a catalogue that grows
    keeps its names; where nothing tells two apart, they are numbered.
    """
    alike: dict[tuple[str, str], list[BatchSession]] = defaultdict(list)
    for session in sessions:
        alike[_key(session.folder, session.name)].append(session)
    stems = {id(session): stem for group in alike.values() for session, stem in _distinguish(group)}
    return tuple(_number_duplicates(sessions, stems))


def _key(folder: str, name: str) -> tuple[str, str]:
    return folder.casefold(), name.casefold()


def _distinguish(group: list[BatchSession]) -> Iterator[tuple[BatchSession, str]]:
    traits = [_traits(session) for session in group]
    differing = [column for column in range(len(traits[0])) if len({trait[column] for trait in traits}) > 1]
    for session, trait in zip(group, traits, strict=True):
        yield session, " ".join(filter(None, (session.name, *(trait[column] for column in differing))))


def _traits(session: BatchSession) -> tuple[str, ...]:
    """All that may tell two sessions of one routine apart, each as part of a file name; empty for what is usual."""
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


def _number_duplicates(sessions: Sequence[BatchSession], stems: dict[int, str]) -> Iterator[SessionFiles]:
    """In the order given, a number behind each name that is taken already, and none too long for a disk."""
    taken: set[tuple[str, str]] = set()
    counted: Counter[tuple[str, str]] = Counter()
    for session in sessions:
        stem = _shorten(stems[id(session)])
        name = stem
        while _key(session.folder, name) in taken:
            counted[_key(session.folder, stem)] += 1
            name = f"{stem} ({counted[_key(session.folder, stem)] + 1})"
        taken.add(_key(session.folder, name))
        yield SessionFiles(session, str(PurePosixPath(session.folder) / name))


def _shorten(name: str) -> str:
    """Room for a number, an ending, and what stands before a part file's name."""
    return name.encode()[:200].decode(errors="ignore").strip(" .")
