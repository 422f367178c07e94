"""Turns the ranges of a routine into values, for a level and a speed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from voicecoach.routine import Breathe, Count, Range, Repeat, Step, walk_steps
from voicecoach.units import SECOND, Ms, round_half_up

MAX_LEVEL = 100
SETTLE_PAUSE = SECOND
"""Silence after a text if the author gave none; at normal speed."""
MAX_STRETCH = Ms(5 * SECOND)
"""How much a silence without a range may be stretched or shortened to reach a length."""

PassKey: TypeAlias = tuple[int, int]
"""One pass through a step: the step's `id` and the number of the pass, from 0."""


def pass_key(step: Step, visit: int) -> PassKey:
    """The key of the `visit`-th pass through a step; valid as long as the routine lives."""
    return id(step), visit


class Grid(NamedTuple):
    """The values that a range may take: both ends, and the multiples of `unit` between them."""

    low: int
    high: int
    unit: int

    @classmethod
    def of_times(cls, range_: Range) -> Grid:
        """Whole seconds; tenths, hundredths or thousandths if no coarser value lies in the range."""
        low, high, unit = range_.low, range_.high, int(SECOND)
        while high // unit * unit < low:
            unit //= 10
        return cls(low, high, unit)

    @classmethod
    def of_numbers(cls, range_: Range) -> Grid:
        """Whole numbers."""
        return cls(range_.low, range_.high, 1)

    def at(self, level: int) -> int:
        """The value that far up the range, rounded half up; levels 0 and 100 are the exact ends."""
        if level in (0, MAX_LEVEL):
            return self.high if level else self.low
        exact = self.low * MAX_LEVEL + (self.high - self.low) * level
        value = round_half_up(exact, MAX_LEVEL * self.unit) * self.unit
        first, last = -(-self.low // self.unit) * self.unit, self.high // self.unit * self.unit
        return min(max(value, first), last)

    def moved(self, value: int, steps: int) -> int:
        """The value some steps up (or down, if negative), at most as far as the end."""
        if steps > 0:
            return min(self.high, (value // self.unit + steps) * self.unit)
        return max(self.low, (-(-value // self.unit) + steps) * self.unit)

    def steps(self, low: int, high: int) -> int:
        """The number of steps from a lower value up to a higher one."""
        return -(-high // self.unit) - low // self.unit


class Slack(NamedTuple):
    """The values that each pass through a silence, hold or breathing may take so that the session reaches a length."""

    grid: Grid
    time: Ms
    """The value of a pass without a time of its own, on the grid: before `speed` is applied."""
    speed: int = 100
    least: Ms = Ms(0)
    """Lower values count as this one."""
    ranged: bool = False
    """Whether the author gave a range: these change first."""

    def at(self, level: int) -> Ms:
        """The value at a level."""
        return Ms(max(self.least, self.grid.at(level)))

    def moved(self, time: Ms, steps: int) -> Ms:
        """The value some steps above or below `time`."""
        return Ms(max(self.least, self.grid.moved(time, steps)))

    def heard(self, time: Ms) -> Ms:
        """A value as long as it is heard."""
        return time if self.speed == 100 else Ms(round_half_up(time * 100, self.speed))


@dataclass(frozen=True, slots=True)
class Pacing:
    """Turns every range into a value."""

    level: int
    """Percent of the way from the low to the high end of every range."""
    speed: int = 100
    """Percent: higher makes silences shorter."""
    pinned: Mapping[int, int] = field(default_factory=dict)
    """Values of single ranges, by the range's `id`, where they do not follow the level."""
    times: Mapping[PassKey, Ms] = field(default_factory=dict)
    """Times of single passes, as `Slack` counts them, where they do not follow the level."""

    def repetitions(self, range_: Range) -> int:
        """The number at this level, rounded half up."""
        if range_.low == range_.high:
            return range_.low
        return self.value(id(range_), Grid.of_numbers(range_))

    def time(self, range_: Range) -> Ms:
        """The time at this level, rounded half up to whole seconds between the ends of the range."""
        if range_.low == range_.high:
            return Ms(range_.low)
        return Ms(self.value(id(range_), Grid.of_times(range_)))

    def value(self, range_id: int, grid: Grid) -> int:
        """The value of a range that may be pinned."""
        return self.pinned[range_id] if range_id in self.pinned else grid.at(self.level)

    def pass_time(self, key: PassKey | None, range_: Range) -> Ms:
        """The time of one pass, before the speed applies."""
        return self.times[key] if key and key in self.times else self.time(range_)

    def silence(self, key: PassKey | None, written: Range | None) -> Ms:
        """The silence of one pass at the chosen speed; the settle pause if none is written.

        Without a key, that of a pass without a time of its own.
        """
        if written and written.low != written.high:
            return self.paced(self.pass_time(key, written))
        return self.times[key] if key and key in self.times else self._plain_silence(written)

    def _plain_silence(self, written: Range | None) -> Ms:
        return self.paced(written.low) if written else self.settle()

    def paced(self, time: Ms | int) -> Ms:
        """A silence at the chosen speed."""
        return Ms(round_half_up(time * 100, self.speed))

    def settle(self) -> Ms:
        """The settle pause at the chosen speed."""
        return self.paced(SETTLE_PAUSE)

    def range_slack(self, range_: Range, *, paced: bool, least: Ms = Ms(0)) -> Slack | None:
        """The slack of a time within its range; None for a fixed value. `paced`: whether the speed applies."""
        if range_.low == range_.high:
            return None
        time = Ms(max(least, self.time(range_)))
        return Slack(Grid.of_times(range_), time, self.speed if paced else 100, least, ranged=True)

    def silence_slack(self, written: Range | None) -> Slack | None:
        """The slack of a silence. Without a range it is a few seconds: at least half of what is written stays.

        A settle pause never shrinks, and `0 s` stays.
        """
        if written and written.low != written.high:
            return self.range_slack(written, paced=True)
        plain = self._plain_silence(written)
        if not plain:
            return None
        down = min(MAX_STRETCH, plain // 2) if written else 0
        return Slack(Grid(plain - down, plain + MAX_STRETCH, SECOND), plain)


def shared_ranges(steps: tuple[Step, ...]) -> dict[int, Grid]:
    """The ranges with one value for all passes, in order: numbers, beats and the parts of a breath.

    Those of used routines are included. The keys are their ids.
    """
    found: dict[int, Grid] = {}
    for step in walk_steps(steps, into_used=True):
        for range_, grid in _shared_ranges(step):
            if range_.low != range_.high:
                found[id(range_)] = grid
    return found


def _shared_ranges(step: Step) -> Iterator[tuple[Range, Grid]]:
    numbers: tuple[Range | None, ...] = ()
    times: tuple[Range | None, ...] = ()
    match step:
        case Repeat():
            numbers = (step.number,)
        case Count():
            numbers, times = (step.number,), (step.each, *(phase.length for phase in step.phases))
        case Breathe():
            numbers, times = (step.rounds,), tuple(length for _, length in step.phases)
    yield from ((range_, Grid.of_numbers(range_)) for range_ in numbers if range_)
    yield from ((range_, Grid.of_times(range_)) for range_ in times if range_)
