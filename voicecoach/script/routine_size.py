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
    Placeholder,
    Repeat,
    Routine,
    Say,
    Sides,
    Step,
    Text,
    Use,
    Wait,
)
from voicecoach.script import limits
from voicecoach.script.node_reader import NodeReader
from voicecoach.units import DAY, HOUR, Ms

__all__ = ["RoutineSize", "check_size"]


@dataclass(frozen=True, slots=True)
class RoutineSize:
    """So many steps, so much silence and timed effort, and so many levels of steps within steps."""

    visits: int
    length: Ms
    depth: int = 1

    def __add__(self, other: RoutineSize) -> RoutineSize:
        depth = max(self.depth, other.depth)
        return RoutineSize(self.visits + other.visits, Ms(self.length + other.length), depth)

    def times(self, number: int) -> RoutineSize:
        """The same, over and over, one level further in."""
        return RoutineSize(self.visits * number, Ms(self.length * number), self.depth + 1)


_EMPTY = RoutineSize(0, Ms(0))
_SETTLE = 1000
"""Silence after a text without `then`."""
_MS_PER_LETTER = 10
"""What a letter counts for: nobody speaks as fast, even at twice the speed it is three times as much."""


class _SizeCounter:
    """Each step and routine is measured once, however often it is used or aliased.

    A placeholder may stand for a title, which has at most `title` letters.
    """

    def __init__(self, title: int = 0) -> None:
        self._known: dict[int, RoutineSize] = {}
        self._title = title
        self.longest = 0
        """Letters of the longest title found."""

    def steps(self, steps: tuple[Step, ...]) -> RoutineSize:
        total = _EMPTY
        for step in steps:
            total = total + self.step(step)
        return total

    def step(self, step: Step) -> RoutineSize:
        if id(step) not in self._known:
            self._known[id(step)] = self._new(step)
        return self._known[id(step)]

    def _new(self, step: Step) -> RoutineSize:
        match step:
            case Say():
                silence = step.then.high if step.then else _SETTLE
                return RoutineSize(1, Ms(silence + self._said(step.text, step.again)))
            case Pause() | Wait():
                said = self._said(step.say) if isinstance(step, Wait) else 0
                return RoutineSize(1, Ms(step.length.high + said))
            case Hold():
                return self._hold(step)
            case Count():
                return self._count(step)
            case Breathe():
                return self._breathe(step)
            case Repeat():
                return (RoutineSize(1, Ms(0)) + self.steps(step.steps) + self.steps(step.between)).times(
                    step.number.high
                )
            case Sides():
                return (RoutineSize(1, Ms(0)) + self.steps(step.steps) + self.steps(step.between or ())).times(2)
            case Move():
                self.longest = max(self.longest, len(step.title.raw))
                return (RoutineSize(1, self._said(step.title)) + self.steps(step.steps)).times(1)
            case Use():
                self.longest = max(self.longest, len(step.routine.title))
                return (RoutineSize(1, Ms(0)) + self.steps(step.routine.steps)).times(1)
            case _:
                return RoutineSize(1, Ms(0))

    def _hold(self, step: Hold) -> RoutineSize:
        cues = step.cues or ()
        beats = len(cues) + (step.countdown or 0) + (step.length.high // step.every.low if step.every else 0)
        return RoutineSize(1 + beats, Ms(max(step.length.high, sum(self._said(cue.text) for cue in cues))))

    def _count(self, step: Count) -> RoutineSize:
        phases = (max(phase.length.high, self._said(phase.name)) for phase in step.phases)
        each = step.each.high if step.each else sum(phases)
        beats = max(1, len(step.phases)) * step.number.high
        return RoutineSize(1 + beats, Ms(each * step.number.high))

    def _said(self, *texts: Text | None) -> Ms:
        """The longest of some texts: less than it will last."""
        return Ms(_MS_PER_LETTER * max((self._letters(text) for text in texts if text), default=0))

    def _letters(self, text: Text) -> int:
        titles = sum(isinstance(part, Placeholder) and part.name in ("move", "next") for part in text.parts)
        return len(text.raw) + self._title * titles

    @staticmethod
    def _breathe(step: Breathe) -> RoutineSize:
        round_ = max(1, sum(length.high for _, length in step.phases))
        if step.time:
            shortest = max(1, sum(length.low for _, length in step.phases))
            return RoutineSize(1 + len(step.phases) * (step.time.high // shortest + 1), Ms(max(step.time.high, round_)))
        rounds = step.rounds.high if step.rounds else 1
        return RoutineSize(1 + len(step.phases) * rounds, Ms(round_ * rounds))


def check_size(routine: Routine, notes: NodeReader) -> None:
    """Note a routine that is too large or too long, at the step that makes it so, else at 1:1."""
    names = _SizeCounter()
    names.steps(routine.steps)
    measure = _SizeCounter(max(names.longest, len(routine.title)))
    whole = measure.steps(routine.steps)
    if whole.depth > limits.DEPTH:
        notes.wrong(routine.pos, f"steps nested deeper than {limits.DEPTH} levels, aliases and used routines included")
    if whole.visits > limits.UNROLLED_STEPS:
        at = _oversized_step(measure, routine.steps, routine.pos)
        found = f"too many steps with loops unrolled ({_format_count(whole.visits)})"
        notes.wrong(at, f"{found}, at most {limits.UNROLLED_STEPS:,} are allowed")
    if whole.length > DAY:
        hours = _format_count(whole.length // HOUR)
        message = f"a session of more than {DAY // HOUR} h ({hours} h with every range at its high end)"
        notes.wrong(routine.pos, message)


def _format_count(count: int) -> str:
    return f"{count:,}" if count < 10**12 else "over a trillion"


def _oversized_step(measure: _SizeCounter, steps: tuple[Step, ...], default: Pos) -> Pos:
    for step in steps:
        if measure.step(step).visits > limits.UNROLLED_STEPS:
            return step.pos
    return default
