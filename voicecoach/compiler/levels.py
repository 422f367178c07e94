"""Levels around a length: the drafts that come closest to it before seconds are spread.

Where many rounds change from one level to the next, seconds may not make up for them. Then levels are taken apart:
one range after the other goes on to the next level; and the one that still parts two drafts is held where it is, first
below and in the end above, while the level of all others is sought anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from voicecoach.compiler.ranges import Numbers
from voicecoach.compiler.score import Score
from voicecoach.routine import Range
from voicecoach.units import Ms

__all__ = ["D", "Draft", "around"]

DEEPEST = 100
HELD = 6
"""Ranges that are held at a level of their own, one after the other, before a length is given up."""


class Draft(Protocol):
    """What fitting needs of one outcome of the compiler."""

    @property
    def numbers(self) -> Numbers:
        """What it was made of."""

    @property
    def score(self) -> Score:
        """What is to be done."""

    @property
    def length(self) -> Ms:
        """Of the whole session."""


D = TypeVar("D", bound=Draft)


def around(draft: Callable[[Numbers], D], start: Numbers, target: Ms, ranges: Sequence[Range]) -> Iterator[tuple[D, D]]:
    """Pairs of drafts that the target lies between, the likeliest first; beyond an end both are that end.

    Both of a pair are wanted: where a round more or less parts them, only one of them may be stretched so far.
    """
    for step in (0, 1):
        held: dict[int, int] = {}
        for _ in range(HELD):
            low, high = _halved(draft, _levels(start, dict(held)), DEEPEST, target)
            yield low, high
            level = low.numbers.level
            free = [id(range_) for range_ in ranges if id(range_) not in held]
            if low is high or not free:
                break
            low, high = _halved(draft, _ways(start, dict(held), level, free), len(free), target)
            yield low, high
            held |= dict.fromkeys(high.numbers.held.keys() - low.numbers.held.keys(), level + step)


def _levels(start: Numbers, held: Mapping[int, int]) -> Callable[[int], Numbers]:
    """All levels, some ranges held."""
    return lambda level: replace(start, level=level, held=held)


def _ways(start: Numbers, held: Mapping[int, int], level: int, free: Sequence[int]) -> Callable[[int], Numbers]:
    """From one level to the next, one range after the other."""
    return lambda some: replace(start, level=level, held={**held, **dict.fromkeys(free[:some], level + 1)})


def _halved(draft: Callable[[Numbers], D], numbers: Callable[[int], Numbers], most: int, target: Ms) -> tuple[D, D]:
    """The neighbours from 0 to `most` that the target lies between, by halving: but for a few words, more is longer."""
    low, high = 0, most
    below, above = draft(numbers(low)), draft(numbers(high))
    if target <= below.length:
        return below, below
    if target >= above.length:
        return above, above
    while high - low > 1:
        middle = (low + high) // 2
        made = draft(numbers(middle))
        if made.length <= target:
            low, below = middle, made
        else:
            high, above = middle, made
    return below, above
