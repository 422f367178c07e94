"""The steps of a routine, every range still a range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from voicecoach.errors import Pos
from voicecoach.routine.text import Text
from voicecoach.units import Ms

if TYPE_CHECKING:
    from voicecoach.routine.routine import Routine

__all__ = [
    "Breathe",
    "Chime",
    "Count",
    "Hold",
    "HoldCue",
    "Move",
    "Pause",
    "Phase",
    "Range",
    "Repeat",
    "Say",
    "Side",
    "Sides",
    "Step",
    "Use",
    "Wait",
    "inner",
]

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


def inner(step: Step) -> tuple[Step, ...]:
    """The steps that lie in a step, `between` included; a used routine's are not among them."""
    match step:
        case Repeat() | Sides():
            return step.steps + (step.between or ())
        case Move():
            return step.steps
        case _:
            return ()
