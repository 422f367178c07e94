"""Turns the ranges of a routine into values, for a level and a speed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from voicecoach.routine import Breathe, Count, Hold, Pause, Range, Repeat, Say, Step, Wait, walk_steps
from voicecoach.units import SECOND, Ms, round_half_up

SETTLE_PAUSE = SECOND
"""Silence after a text if the author gave none; at normal speed."""

PassKey: TypeAlias = tuple[int, int]
"""One pass through a step: the step's `id` and the number of the pass, from 0."""


def pass_key(step: Step, visit: int) -> PassKey:
    """The key of the `visit`-th pass through a step; valid as long as the routine lives."""
    return id(step), visit


@dataclass(frozen=True, slots=True)
class Slack:
    """How much shorter or longer one silence or hold may become so that the session reaches a length."""

    key: PassKey
    down: Ms
    up: Ms
    ranged: bool = False
    """Whether the author gave a range: these are stretched first, and stay within it."""


@dataclass(frozen=True, slots=True)
class Pacing:
    """Turns every range into a value."""

    level: int
    """Percent of the way from the low to the high end of every range."""
    speed: int = 100
    """Percent: higher makes silences shorter."""
    adjusted: Mapping[PassKey, Ms] = field(default_factory=dict)
    """Time added to single passes (negative: taken away) to reach a length."""
    pinned: Mapping[int, int] = field(default_factory=dict)
    """Levels of single ranges, by the range's `id`, where they differ from `level`."""

    def repetitions(self, range_: Range) -> int:
        """The number at this level, rounded half up."""
        return range_.low + round_half_up((range_.high - range_.low) * self._level(range_), 100)

    def time(self, range_: Range) -> Ms:
        """The time at this level, rounded half up to whole seconds but never outside the range."""
        if range_.low == range_.high:
            return Ms(range_.low)
        hundredths = range_.low * 100 + (range_.high - range_.low) * self._level(range_)
        seconds = round_half_up(hundredths, 100 * SECOND)
        return Ms(min(max(seconds * SECOND, range_.low), range_.high))

    def _level(self, range_: Range) -> int:
        return self.pinned.get(id(range_), self.level) if self.pinned else self.level

    def paced(self, time: Ms | int) -> Ms:
        """A silence at the chosen speed."""
        return Ms(round_half_up(time * 100, self.speed))

    def settle(self) -> Ms:
        """The settle pause at the chosen speed."""
        return self.paced(SETTLE_PAUSE)

    def adjust(self, key: PassKey, time: Ms) -> Ms:
        """A time plus the adjustment of its pass."""
        return Ms(time + self.adjusted.get(key, 0))

    def slack(self, key: PassKey, range_: Range, *, paced: bool) -> Slack | None:
        """How far a time may move within its range; None for a fixed value. `paced`: whether the speed applies."""
        if range_.low == range_.high:
            return None
        times = range_.low, self.time(range_), range_.high
        low, value, high = map(self.paced, times) if paced else times
        return Slack(key, Ms(value - low), Ms(high - value), ranged=True)


def variable_ranges(steps: tuple[Step, ...]) -> Iterator[Range]:
    """Every range that depends on the level, in order, those of used routines included."""
    for step in walk_steps(steps, into_used=True):
        yield from (range_ for range_ in _ranges(step) if range_ and range_.low != range_.high)


def _ranges(step: Step) -> tuple[Range | None, ...]:
    match step:
        case Repeat():
            return (step.number,)
        case Count():
            return (step.number, step.each, *(phase.length for phase in step.phases))
        case Breathe():
            return (step.time, step.rounds, *(length for _, length in step.phases))
        case Pause() | Wait() | Hold():
            return (step.length,)
        case Say():
            return (step.then,)
        case _:
            return ()
