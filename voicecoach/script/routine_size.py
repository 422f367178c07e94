"""Computes the size of a routine with its loops unrolled, without unrolling it.

Assumes that all steps are played, whatever their `when` and `unless`, and that every range is at its high end. So a
script that is too large is refused before it is compiled, whatever the listener may choose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voicecoach.errors import Pos, Problem
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
    child_steps,
)
from voicecoach.script import limits
from voicecoach.units import DAY, HOUR, Ms

_DEFAULT_THEN = 1000
"""Silence after a text without `then`."""
_MS_PER_LETTER = 10
"""A lower bound: even at twice the speed, a letter takes three times as long."""


_CHIMES = 2
"""Of a hold."""
_HALFWAY, _COUNTDOWN = 1, 3
"""The coach's own prompts in a long hold; a short one counts like a long one."""


@dataclass(frozen=True, slots=True)
class RoutineSize:
    """The number of events of some steps, the length of their silence and timed efforts, and their levels of nesting.

    An event is all that a timeline lists: a text, a sound, a silence, a timed effort, each prompt in it. Each pass
    through a `repeat`, `sides`, `move` or `use` counts as one more.
    """

    events: int
    length: Ms
    depth: int = 1

    def __add__(self, other: RoutineSize) -> RoutineSize:
        depth = max(self.depth, other.depth)
        return RoutineSize(self.events + other.events, Ms(self.length + other.length), depth)

    def times(self, number: int) -> RoutineSize:
        """The size of so many passes."""
        return RoutineSize(self.events * number, Ms(self.length * number), self.depth)

    def inside(self) -> RoutineSize:
        """The size of one level deeper."""
        return RoutineSize(self.events, self.length, self.depth + 1)


_EVENT = RoutineSize(1, Ms(0))
_NOTHING = RoutineSize(0, Ms(0))


def size_problems(routine: Routine) -> Iterator[Problem]:
    """Problems of a routine that is too deep, too large or too long, at the responsible step if there is one."""
    titles = _SizeCounter()
    titles.total(routine.steps)
    counter = _SizeCounter(max(titles.longest_title, len(routine.title)))
    whole = counter.total(routine.steps)
    if whole.depth > limits.DEPTH:
        message = f"steps nested deeper than {limits.DEPTH} levels, aliases and used routines included"
        yield Problem(routine.pos, message)
    if whole.events > limits.EVENTS:
        found = f"too many events with loops unrolled ({_format_count(whole.events)})"
        pos = counter.excess(routine.steps, limits.EVENTS) or routine.pos
        yield Problem(pos, f"{found}, at most {limits.EVENTS:,} are allowed")
    if whole.length > DAY:
        hours = _format_count(whole.length // HOUR)
        message = f"a session of more than {DAY // HOUR} h ({hours} h with every range at its high end)"
        yield Problem(routine.pos, message)


def _format_count(count: int) -> str:
    return f"{count:,}" if count < 10**12 else "over a trillion"


class _SizeCounter:
    """Counts each step once, however often it is used or aliased. A placeholder for a title counts `title` letters."""

    def __init__(self, title: int = 0) -> None:
        self._sizes: dict[int, RoutineSize] = {}
        self._title = title
        self.longest_title = 0
        """Letters of the longest title counted so far."""

    def total(self, steps: tuple[Step, ...]) -> RoutineSize:
        return sum(map(self.size, steps), _NOTHING)

    def size(self, step: Step) -> RoutineSize:
        if id(step) not in self._sizes:
            self._sizes[id(step)] = self._count_step(step)
        return self._sizes[id(step)]

    def excess(self, steps: tuple[Step, ...], room: int) -> Pos | None:
        """The innermost step with which the events of a single pass through the steps grow beyond `room`."""
        for step in steps:
            events = self.size(step).events
            if events > room:
                return self.excess(child_steps(step), room) or step.pos
            room -= events
        return None

    def _count_step(self, step: Step) -> RoutineSize:
        match step:
            case Say():
                silence = step.then.high if step.then else _DEFAULT_THEN
                return RoutineSize(1, Ms(silence + self._speech(step.text, step.again)))
            case Pause():
                return RoutineSize(1, Ms(step.length.high))
            case Wait():
                return RoutineSize(2 if step.say else 1, Ms(step.length.high + self._speech(step.say)))
            case Hold():
                return self._hold(step)
            case Count():
                return self._count(step)
            case Breathe():
                return self._breathe(step)
            case Repeat() | Sides() | Move() | Use():
                return self._count_passes(step).inside()
            case _:
                return _EVENT

    def _count_passes(self, step: Repeat | Sides | Move | Use) -> RoutineSize:
        match step:
            case Repeat():
                number = step.number.high
                rounds = (_EVENT + self.total(step.steps)).times(number)
                return rounds + self.total(step.between).times(number - 1)
            case Sides():
                change = RoutineSize(2, Ms(0)) if step.between is None else self.total(step.between)
                return (_EVENT + self.total(step.steps)).times(2) + change
            case Move():
                self.longest_title = max(self.longest_title, len(step.title.raw))
                return RoutineSize(1, self._speech(step.title)) + self.total(step.steps)
            case Use():
                self.longest_title = max(self.longest_title, len(step.routine.title))
                return _EVENT + self.total(step.routine.steps)

    def _hold(self, step: Hold) -> RoutineSize:
        cues, coach = step.cues or (), 0 if step.quiet else 1
        halfway = coach * _HALFWAY if step.cues is None else 0
        countdown = coach * _COUNTDOWN if step.countdown is None else step.countdown
        every = (step.length.high - 1) // step.every.low if step.every else 0
        events = 1 + coach * _CHIMES + len(cues) + halfway + countdown + every
        return RoutineSize(events, Ms(max(step.length.high, sum(self._speech(cue.text) for cue in cues))))

    def _count(self, step: Count) -> RoutineSize:
        phases = (max(phase.length.high, self._speech(phase.name)) for phase in step.phases)
        each = step.each.high if step.each else sum(phases)
        beats = max(1, len(step.phases)) * step.number.high
        return RoutineSize(1 + beats, Ms(each * step.number.high))

    def _speech(self, *texts: Text | None) -> Ms:
        """A lower bound for the longest of some texts."""
        return Ms(_MS_PER_LETTER * max((self._letters(text) for text in texts if text), default=0))

    def _letters(self, text: Text) -> int:
        titles = sum(isinstance(part, Placeholder) and part.name in ("move", "next") for part in text.parts)
        return len(text.raw) + self._title * titles

    @staticmethod
    def _breathe(step: Breathe) -> RoutineSize:
        round_ = max(1, sum(length.high for _, length in step.phases))
        if step.time:
            shortest = max(1, sum(length.low for _, length in step.phases))
            beats = len(step.phases) * (step.time.high // shortest + 1)
            return RoutineSize(1 + beats, Ms(max(step.time.high, round_)))
        rounds = step.rounds.high if step.rounds else 1
        return RoutineSize(1 + len(step.phases) * rounds, Ms(round_ * rounds))
