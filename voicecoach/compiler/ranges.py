"""Turns the ranges of a routine into values, for a level and a speed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from voicecoach.routine import Breathe, Count, Hold, Pause, Range, Repeat, Say, Step, Use, Wait, child_steps
from voicecoach.units import SECOND, Ms, round_half_up

__all__ = ["Pacing", "PassKey", "pass_key", "variable_ranges"]

SETTLE_PAUSE = SECOND
"""At normal speed."""

PassKey: TypeAlias = tuple[int, int]
"""One pass through one step: the step, by identity, and which pass."""


def pass_key(step: Step, visit: int) -> PassKey:
    """What names the `visit`-th pass through a step, as long as its routine lives."""
    return id(step), visit


@dataclass(frozen=True, slots=True)
class Pacing:
    """How every range, and every stretchable silence, comes out."""

    level: int
    speed: int = 100
    adjusted: Mapping[PassKey, Ms] = field(default_factory=dict)
    """What fitting to a length has added to (or taken from) single passes."""

    held: Mapping[int, int] = field(default_factory=dict)
    """Ranges, by identity, that fitting to a length holds at a level of their own."""

    def repetitions(self, range_: Range) -> int:
        """The level's share of the way, rounded half up."""
        return range_.low + round_half_up((range_.high - range_.low) * self._level(range_), 100)

    def time(self, range_: Range) -> Ms:
        """The level's share of the way, rounded half up to whole seconds, never outside the range."""
        if range_.low == range_.high:
            return Ms(range_.low)
        hundredths = range_.low * 100 + (range_.high - range_.low) * self._level(range_)
        seconds = round_half_up(hundredths, 100 * SECOND)
        return Ms(min(max(seconds * SECOND, range_.low), range_.high))

    def _level(self, range_: Range) -> int:
        return self.held.get(id(range_), self.level) if self.held else self.level

    def paced(self, time: Ms | int) -> Ms:
        """A silence at the chosen speed."""
        return Ms(round_half_up(time * 100, self.speed))

    def settle(self) -> Ms:
        """The silence behind what is said, where the writer gave none."""
        return self.paced(SETTLE_PAUSE)

    def adjust(self, key: PassKey, time: Ms) -> Ms:
        """A time with what fitting gave to this pass."""
        return Ms(time + self.adjusted.get(key, 0))


def variable_ranges(steps: tuple[Step, ...]) -> Iterator[Range]:
    """Everything in these steps that a level moves, in order, those of used routines among them."""
    for step in steps:
        match step:
            case Repeat():
                found: tuple[Range | None, ...] = (step.number,)
            case Count():
                found = (step.number, step.each, *(phase.length for phase in step.phases))
            case Breathe():
                found = (step.time, step.rounds, *(length for _, length in step.phases))
            case Pause() | Wait() | Hold():
                found = (step.length,)
            case Say():
                found = (step.then,)
            case _:
                found = ()
        yield from (range_ for range_ in found if range_ and range_.low != range_.high)
        yield from variable_ranges(step.routine.steps if isinstance(step, Use) else child_steps(step))
