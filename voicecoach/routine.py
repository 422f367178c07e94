"""A routine as its author wrote it: every range still a range, every placeholder still open.

`script/` reads it, `compiler/` turns it into a score. A `Use` step holds the routine it uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from voicecoach.errors import ChoiceError, Pos, Problem
from voicecoach.units import Ms


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder such as `{side}` or `{length}`; the compiler fills it in."""

    name: str


@dataclass(frozen=True, slots=True)
class BySide:
    """A choice of words by side, written `{left|right}`."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words to say or show, split at their placeholders."""

    raw: str
    """As written, including placeholders."""
    parts: tuple[str | Placeholder | BySide, ...]
    pos: Pos

    @property
    def plain(self) -> bool:
        """Whether there is nothing to fill in, so that `raw` holds the final words."""
        return len(self.parts) == 1 and self.parts[0] == self.raw

    def uses(self, name: str) -> bool:
        """Whether the text contains `{name}`."""
        return any(isinstance(part, Placeholder) and part.name == name for part in self.parts)


Side: TypeAlias = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Range:
    """A range of milliseconds or repetitions, both ends included; for a single value they are equal."""

    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    pos: Pos
    when: str | None = None
    unless: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(_Step):
    """A text, followed by silence in which to do what it says."""

    text: Text
    then: Range | None = None
    """Milliseconds of silence; None means the default pause."""
    again: Text | None = None
    """Replaces `text` from the second time on; an empty text makes the step silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(_Step):
    """Silence."""

    length: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(_Step):
    """Silence until the listener is ready, at most `length`."""

    length: Range
    say: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chime(_Step):
    """A sound, played to its end."""

    sound: str
    """The name of a built-in sound, or the path of a file as written."""
    path: str | None = None
    """The absolute path of that file; None for a built-in sound."""


@dataclass(frozen=True, slots=True)
class HoldCue:
    """A text to be said at a moment of a hold."""

    moment: Literal["halfway", "left", "at"]
    time: Ms
    """Counted from the end for `left`, from the start for `at`; 0 for `halfway`."""
    text: Text
    pos: Pos


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(_Step):
    """A timed effort between two chimes."""

    length: Range
    cues: tuple[HoldCue, ...] | None = None
    """None if the author wrote none: the coach then announces the halfway point."""
    every: Range | None = None
    countdown: int | None = None
    """Number of seconds counted down at the end; None leaves it to the coach."""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Phase:
    """A named part of a repetition."""

    name: Text
    length: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(_Step):
    """Repetitions on a steady beat: exactly one of `each` and `phases` is given."""

    number: Range
    each: Range | None = None
    phases: tuple[Phase, ...] = ()
    aloud: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Breathe(_Step):
    """Paced breathing: exactly one of `time` (`for:`) and `rounds` is given."""

    phases: tuple[tuple[Literal["in", "hold", "out", "rest"], Range], ...]
    time: Range | None = None
    rounds: Range | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat(_Step):
    """The steps, `number` times."""

    number: Range
    steps: tuple[Step, ...]
    between: tuple[Step, ...] = ()
    announce: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides(_Step):
    """The steps once for each side."""

    order: tuple[Side, Side]
    steps: tuple[Step, ...]
    between: tuple[Step, ...] | None = None
    """None if the author wrote none: the coach then announces the change of side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(_Step):
    """A named part of a routine; each pass through it is a chapter."""

    title: Text
    steps: tuple[Step, ...]
    position: Text | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Use(_Step):
    """The steps of another routine, inserted here."""

    routine: Routine
    options: tuple[str, ...] = ()


Step: TypeAlias = Say | Pause | Wait | Chime | Hold | Count | Breathe | Repeat | Sides | Move | Use


def child_steps(step: Step) -> tuple[Step, ...]:
    """The steps inside a step, `between` included, but not those of a used routine."""
    match step:
        case Repeat() | Sides():
            return step.steps + (step.between or ())
        case Move():
            return step.steps
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class Option:
    """A variant that the listener can select with `--with NAME`."""

    name: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """A valid script, together with the routines it uses."""

    title: str
    steps: tuple[Step, ...]
    name: str = ""
    """The name on the command line: the file name without its suffix."""
    about: str = ""
    language: str = "en"
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    caution: str = ""
    minutes: Ms | None = None
    """The default of `--minutes`."""
    options: tuple[Option, ...] = ()
    pronounce: tuple[tuple[str, str], ...] = ()
    """Pairs of word and respelling, for the texts of this file."""
    pos: Pos = field(default=Pos("<memory>"))
    places: tuple[tuple[str, Pos], ...] = ()
    """Positions of the values of some top-level keys."""
    warnings: tuple[Problem, ...] = ()

    def place(self, key: str) -> Pos:
        """The position for a problem with a top-level key; the start of the file if the key is missing."""
        return dict(self.places).get(key, self.pos)

    @property
    def reachable_options(self) -> frozenset[str]:
        """Every option that `--with` accepts: those of this routine and of all routines it uses."""
        return frozenset(option.name for routine in (self, *used_routines(self.steps)) for option in routine.options)

    @property
    def every_warning(self) -> tuple[Problem, ...]:
        """The warnings of this routine and of all routines it uses, each once."""
        routines = (self, *used_routines(self.steps))
        return tuple(dict.fromkeys(warning for routine in routines for warning in routine.warnings))


def walk_steps(steps: tuple[Step, ...], *, into_used: bool = False) -> Iterator[Step]:
    """Yield the steps and all steps inside them in order, and with `into_used` also those of used routines.

    A step that stands in several places (through a YAML alias, say) is yielded once.
    """
    seen: set[int] = set()
    ahead = list(reversed(steps))
    while ahead:
        step = ahead.pop()
        if id(step) not in seen:
            seen.add(id(step))
            yield step
            inner = step.routine.steps if into_used and isinstance(step, Use) else child_steps(step)
            ahead.extend(reversed(inner))


def used_routines(steps: tuple[Step, ...]) -> tuple[Routine, ...]:
    """Every routine that the steps use, directly or through another routine, each once."""
    uses = (step for step in walk_steps(steps, into_used=True) if isinstance(step, Use))
    return tuple({id(use.routine): use.routine for use in uses}.values())


def same_language(one: str, other: str) -> bool:
    """Whether one voice can read both languages; the country does not matter (`en` and `en-GB`)."""
    return one.lower().partition("-")[0] == other.lower().partition("-")[0]


def join_routines(routines: tuple[Routine, ...]) -> Routine:
    """Combine routines into one that uses each in turn, with one opening and one closing.

    Raises `ChoiceError` if they are in different languages.
    """
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
