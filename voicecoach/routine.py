"""A routine as its author wrote it: every range still a range, every placeholder still open.

`script/` makes it, `compiler/` turns it into a score. Used routines hang, already read, on their `Use` step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from voicecoach.errors import ChoiceError, Pos, Problem
from voicecoach.units import Ms

__all__ = [
    "Breathe",
    "BySide",
    "Chime",
    "Count",
    "Hold",
    "HoldCue",
    "Move",
    "Option",
    "Pause",
    "Phase",
    "Placeholder",
    "Range",
    "Repeat",
    "Routine",
    "Say",
    "Side",
    "Sides",
    "Step",
    "Text",
    "Use",
    "Wait",
    "child_steps",
    "join_routines",
    "same_language",
    "used_routines",
    "walk_steps",
]


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder such as `{side}` or `{length}`, to be filled by the compiler."""

    name: str


@dataclass(frozen=True, slots=True)
class BySide:
    """`{A|B}`: `left` while the side is left, `right` while it is right."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words to say or show, cut at their placeholders."""

    raw: str
    """As written, placeholders and all."""
    parts: tuple[str | Placeholder | BySide, ...]
    pos: Pos

    @property
    def plain(self) -> bool:
        """Whether there is nothing to fill in: the words are those of `raw`."""
        return len(self.parts) == 1 and self.parts[0] == self.raw

    def uses(self, name: str) -> bool:
        """Whether `{name}` stands in the text."""
        return any(isinstance(part, Placeholder) and part.name == name for part in self.parts)


Side: TypeAlias = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both included: milliseconds or repetitions; a plain value has both equal."""

    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    pos: Pos
    when: str | None = None
    unless: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(_Step):
    """A text, then silence in which to do it."""

    text: Text
    then: Range | None = None
    """Milliseconds of silence; None is the settle pause."""
    again: Text | None = None
    """From the second time on; with no words at all, the step is silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(_Step):
    """Silence."""

    length: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(_Step):
    """Until the listener says "ready", at most `length`."""

    length: Range
    say: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chime(_Step):
    """A sound, whole."""

    sound: str
    """One of our own by name, or a file's path as written."""
    path: str | None = None
    """Where that file is, absolute; None for one of our own."""


@dataclass(frozen=True, slots=True)
class HoldCue:
    """A text at a moment of a hold."""

    moment: Literal["halfway", "left", "at"]
    time: Ms
    """Before the end for `left`, after the start for `at`; 0 for `halfway`."""
    text: Text
    pos: Pos


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(_Step):
    """A timed effort between two chimes."""

    length: Range
    cues: tuple[HoldCue, ...] | None = None
    """None where the writer gave none, and the halfway word comes by itself."""
    every: Range | None = None
    countdown: int | None = None
    """Words counted down on the last seconds; None where the writer left it to us."""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Phase:
    """A named part of a repetition."""

    name: Text
    length: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(_Step):
    """Repetitions on a steady beat: either `each` or `phases` is given."""

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
    """None where the writer gave none, and the side change is announced by the coach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(_Step):
    """A named part: one chapter for each pass through it."""

    title: Text
    steps: tuple[Step, ...]
    position: Text | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Use(_Step):
    """Another routine's steps in place."""

    routine: Routine
    options: tuple[str, ...] = ()


Step: TypeAlias = Say | Pause | Wait | Chime | Hold | Count | Breathe | Repeat | Sides | Move | Use


def child_steps(step: Step) -> tuple[Step, ...]:
    """The steps that lie in a step, `between` included; a used routine's are not among them."""
    match step:
        case Repeat() | Sides():
            return step.steps + (step.between or ())
        case Move():
            return step.steps
        case _:
            return ()


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
        return frozenset(names.union(*(used.reachable_options for used in used_routines(self.steps))))

    @property
    def every_warning(self) -> tuple[Problem, ...]:
        """The warnings of this routine and of all that it uses, each once."""
        theirs = (warning for used in used_routines(self.steps) for warning in used.every_warning)
        return tuple(dict.fromkeys((*self.warnings, *theirs)))


def walk_steps(steps: tuple[Step, ...]) -> Iterator[Step]:
    """The steps and those that lie in them, at any depth; those that stand in many places (through aliases) once."""
    seen: set[int] = set()
    ahead = list(steps[::-1])
    while ahead:
        step = ahead.pop()
        if id(step) not in seen:
            seen.add(id(step))
            yield step
            ahead.extend(reversed(child_steps(step)))


def used_routines(steps: tuple[Step, ...]) -> Iterator[Routine]:
    """The routines that steps use directly, at any depth of steps, each once."""
    return iter({id(step.routine): step.routine for step in walk_steps(steps) if isinstance(step, Use)}.values())


def same_language(one: str, other: str) -> bool:
    """Whether one voice may read both: the language counts, not the country (`en` and `en-GB`)."""
    return one.lower().partition("-")[0] == other.lower().partition("-")[0]


def join_routines(routines: tuple[Routine, ...]) -> Routine:
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
