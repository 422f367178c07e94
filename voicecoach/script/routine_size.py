"""How large a routine is with its loops unrolled, worked out without unrolling it.

Counts all steps as if every option were taken and every range at its high end, so that a script is refused before
anything is made of it, whatever the listener may choose.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.errors import Pos
from voicecoach.routine import (
    Breathe,
    Count,
    Hold,
    Move,
    Pause,
    Repeat,
    Routine,
    Say,
    Sides,
    Slot,
    Step,
    Text,
    Use,
    Wait,
)
from voicecoach.script import limits
from voicecoach.script.node_reader import Notes
from voicecoach.units import DAY, HOUR, Ms

__all__ = ["Extent", "check"]


@dataclass(frozen=True, slots=True)
class Extent:
    """So many steps, so much silence and timed effort, and so many levels of steps within steps."""

    visits: int
    length: Ms
    depth: int = 1

    def __add__(self, other: Extent) -> Extent:
        depth = max(self.depth, other.depth)
        return Extent(self.visits + other.visits, Ms(self.length + other.length), depth)

    def times(self, number: int) -> Extent:
        """The same, over and over, one level further in."""
        return Extent(self.visits * number, Ms(self.length * number), self.depth + 1)


_NOTHING = Extent(0, Ms(0))
_SETTLE = 1000
"""Silence after a text without `then`."""
_LETTER = 10
"""What a letter counts for: nobody speaks as fast, even at twice the speed it is three times as much."""


class _Measure:
    """Each step and routine is measured once, however often it is used or aliased.

    A placeholder may stand for a title, which has at most `title` letters.
    """

    def __init__(self, title: int = 0) -> None:
        self._known: dict[int, Extent] = {}
        self._title = title
        self.longest = 0
        """Letters of the longest title found."""

    def steps(self, steps: tuple[Step, ...]) -> Extent:
        total = _NOTHING
        for step in steps:
            total = total + self.step(step)
        return total

    def step(self, step: Step) -> Extent:
        if id(step) not in self._known:
            self._known[id(step)] = self._new(step)
        return self._known[id(step)]

    def _new(self, step: Step) -> Extent:
        match step:
            case Say():
                silence = step.then.high if step.then else _SETTLE
                return Extent(1, Ms(silence + self._said(step.text, step.again)))
            case Pause() | Wait():
                said = self._said(step.say) if isinstance(step, Wait) else 0
                return Extent(1, Ms(step.length.high + said))
            case Hold():
                return self._hold(step)
            case Count():
                return self._count(step)
            case Breathe():
                return self._breathe(step)
            case Repeat():
                return (Extent(1, Ms(0)) + self.steps(step.steps) + self.steps(step.between)).times(step.number.high)
            case Sides():
                return (Extent(1, Ms(0)) + self.steps(step.steps) + self.steps(step.between or ())).times(2)
            case Move():
                self.longest = max(self.longest, len(step.title.raw))
                return (Extent(1, self._said(step.title)) + self.steps(step.steps)).times(1)
            case Use():
                self.longest = max(self.longest, len(step.routine.title))
                return (Extent(1, Ms(0)) + self.steps(step.routine.steps)).times(1)
            case _:
                return Extent(1, Ms(0))

    def _hold(self, step: Hold) -> Extent:
        cues = step.cues or ()
        beats = len(cues) + (step.countdown or 0) + (step.length.high // step.every.low if step.every else 0)
        return Extent(1 + beats, Ms(max(step.length.high, sum(self._said(cue.text) for cue in cues))))

    def _count(self, step: Count) -> Extent:
        phases = (max(phase.length.high, self._said(phase.name)) for phase in step.phases)
        each = step.each.high if step.each else sum(phases)
        beats = max(1, len(step.phases)) * step.number.high
        return Extent(1 + beats, Ms(each * step.number.high))

    def _said(self, *texts: Text | None) -> Ms:
        """The longest of some texts: less than it will last."""
        return Ms(_LETTER * max((self._letters(text) for text in texts if text), default=0))

    def _letters(self, text: Text) -> int:
        titles = sum(isinstance(part, Slot) and part.name in ("move", "next") for part in text.parts)
        return len(text.raw) + self._title * titles

    @staticmethod
    def _breathe(step: Breathe) -> Extent:
        round_ = max(1, sum(length.high for _, length in step.phases))
        if step.time:
            shortest = max(1, sum(length.low for _, length in step.phases))
            return Extent(1 + len(step.phases) * (step.time.high // shortest + 1), Ms(max(step.time.high, round_)))
        rounds = step.rounds.high if step.rounds else 1
        return Extent(1 + len(step.phases) * rounds, Ms(round_ * rounds))


def check(routine: Routine, notes: Notes) -> None:
    """Note a routine that is too large or too long, at the step that makes it so, else at 1:1."""
    names = _Measure()
    names.steps(routine.steps)
    measure = _Measure(max(names.longest, len(routine.title)))
    whole = measure.steps(routine.steps)
    if whole.depth > limits.DEPTH:
        notes.wrong(routine.pos, f"steps nested deeper than {limits.DEPTH} levels, aliases and used routines included")
    if whole.visits > limits.VISITS:
        at = _largest(measure, routine.steps, routine.pos)
        found = f"too many steps with loops unrolled ({_number(whole.visits)})"
        notes.wrong(at, f"{found}, at most {limits.VISITS:,} are allowed")
    if whole.length > DAY:
        hours = _number(whole.length // HOUR)
        message = f"a session of more than {DAY // HOUR} h ({hours} h with every range at its high end)"
        notes.wrong(routine.pos, message)


def _number(count: int) -> str:
    return f"{count:,}" if count < 10**12 else "over a trillion"


def _largest(measure: _Measure, steps: tuple[Step, ...], default: Pos) -> Pos:
    for step in steps:
        if measure.step(step).visits > limits.VISITS:
            return step.pos
    return default
