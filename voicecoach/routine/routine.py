"""A routine, whole; used routines hang, already read, on their `Use` step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from voicecoach.errors import ChoiceError, Pos, Problem
from voicecoach.routine.steps import Step, Use, inner
from voicecoach.units import Ms

__all__ = ["Option", "Routine", "joined", "same_language", "used_by"]


@dataclass(frozen=True, slots=True)
class Option:
    """A choice that the listener may make with `--with NAME`."""

    name: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """One script, read and found right, with the routines it uses."""

    title: str
    steps: tuple[Step, ...]
    name: str = ""
    """What it is called on the command line: its file's name without the ending."""
    about: str = ""
    language: str = "en"
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    caution: str = ""
    minutes: Ms | None = None
    """What `--minutes` is when nobody says."""
    options: tuple[Option, ...] = ()
    pronounce: tuple[tuple[str, str], ...] = ()
    """Word and respelling, for this file's texts."""
    pos: Pos = field(default=Pos("<memory>"))
    places: tuple[tuple[str, Pos], ...] = ()
    """Where what stands behind the keys at its top begins."""
    warnings: tuple[Problem, ...] = ()

    def place(self, key: str) -> Pos:
        """Where to tell of a key at its top: 1:1 where the file has none."""
        return dict(self.places).get(key, self.pos)

    @property
    def reachable_options(self) -> frozenset[str]:
        """Every option that `--with` can name: this routine's and those of all that it uses."""
        names = {option.name for option in self.options}
        return frozenset(names.union(*(used.reachable_options for used in used_by(self.steps))))

    @property
    def every_warning(self) -> tuple[Problem, ...]:
        """The warnings of this routine and of all that it uses, each once."""
        theirs = (warning for used in used_by(self.steps) for warning in used.every_warning)
        return tuple(dict.fromkeys((*self.warnings, *theirs)))


def within(steps: tuple[Step, ...]) -> Iterator[Step]:
    """The steps and those that lie in them, at any depth; those that stand in many places (through aliases) once."""
    seen: set[int] = set()
    ahead = list(steps[::-1])
    while ahead:
        step = ahead.pop()
        if id(step) not in seen:
            seen.add(id(step))
            yield step
            ahead.extend(reversed(inner(step)))


def used_by(steps: tuple[Step, ...]) -> Iterator[Routine]:
    """The routines that steps use directly, at any depth of steps, each once."""
    return iter({id(step.routine): step.routine for step in within(steps) if isinstance(step, Use)}.values())


def same_language(one: str, other: str) -> bool:
    """Whether one voice may read both: the language counts, not the country (`en` and `en-GB`)."""
    return one.lower().partition("-")[0] == other.lower().partition("-")[0]


def joined(routines: tuple[Routine, ...]) -> Routine:
    """Several routines as one session, one after the other, with one opening and one closing."""
    first, *others = routines
    if not others:
        return first
    for other in others:
        if not same_language(other.language, first.language):
            message = f"routines in two languages ({first.language} and {other.language}), one at a time is allowed"
            raise ChoiceError(message)
    pos = Pos("<several>")
    return Routine(
        title=", ".join(routine.title for routine in routines),
        name="-".join(routine.name for routine in routines),
        about=" ".join(routine.about for routine in routines if routine.about),
        language=first.language,
        tags=tuple(dict.fromkeys(tag for routine in routines for tag in routine.tags)),
        pronounce=tuple(dict.fromkeys(pair for routine in routines for pair in routine.pronounce)),
        steps=tuple(Use(routine=routine, pos=pos) for routine in routines),
        pos=pos,
    )
