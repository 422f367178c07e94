"""Fits a session to a length: finds the nearest level, then spreads single seconds.

If the number of rounds changes from one level to the next, seconds may not bridge the gap. Then the ranges move to
the next level one by one, and the range that still separates two drafts is held, first below and finally above,
while the level of all the others is searched anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from voicecoach.compiler.ranges import Key, Numbers
from voicecoach.compiler.score import Give, Score
from voicecoach.errors import ChoiceError
from voicecoach.routine import Range
from voicecoach.units import MINUTE, SECOND, Ms, clock

__all__ = ["D", "Draft", "around", "fit_length"]

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


TOLERANCE = SECOND
ENDLESS = Ms(48 * 60 * MINUTE)
"""A target that stretches everything there is."""
ROUNDS = 8
"""Of spreading seconds: words that name a length may change theirs."""


def fit_length(
    draft: Callable[[Numbers], D], start: Numbers, target: Ms, ranges: Sequence[Range], *, nearest: bool = False
) -> D:
    """The draft within a second of `target`; where none is, the nearest, or `ChoiceError` naming what can be had.

    `start` gives the speed, its level is not kept; `ranges` are those of the routine, in order.
    """
    tried: list[D] = []
    for low, high in around(draft, start, target, ranges):
        for each in sorted((low, high), key=lambda each: _miss(each, target)):
            tried.append(_spread(draft, each, target))
            if _miss(tried[-1], target) <= TOLERANCE:
                return tried[-1]
    tried.sort(key=lambda each: _miss(each, target))
    if nearest:
        return tried[0]
    raise _out_of_reach(draft, start, target, tried)


def _miss(draft: Draft, target: Ms) -> int:
    return abs(draft.length - target)


def _out_of_reach(draft: Callable[[Numbers], D], start: Numbers, target: Ms, tried: Sequence[Draft]) -> ChoiceError:
    shortest = _spread(draft, draft(replace(start, level=0)), Ms(0))
    longest = _spread(draft, draft(replace(start, level=100)), ENDLESS)
    gap = ""
    if shortest.length < target < longest.length:
        ends = " and ".join(clock(length) for length in _nearest(tried, target))
        gap = f" nearest is {ends} (rounds and beats stay whole),"
    allowed = f"allowed is between {clock(shortest.length)} and {clock(longest.length)}"
    return ChoiceError(f"--minutes: out of reach ({clock(target)}),{gap} {allowed}")


def _nearest(tried: Sequence[Draft], target: Ms) -> list[Ms]:
    """The longest that is shorter, and the shortest that is longer."""
    lengths = [each.length for each in tried]
    shorter, longer = [each for each in lengths if each < target], [each for each in lengths if each > target]
    return [*([max(shorter)] if shorter else []), *([min(longer)] if longer else [])]


def _spread(draft: Callable[[Numbers], D], start: D, target: Ms) -> D:
    """Give what is missing, or take what is too much, in whole seconds, until nothing more can be done."""
    best = current = start
    for _ in range(ROUNDS):
        missing = _seconds(target - current.length)
        adjusted = _adjusted(current, missing)
        if not missing or adjusted == current.numbers.adjusted:
            break
        current = draft(replace(current.numbers, adjusted=adjusted))
        if _miss(current, target) < _miss(best, target):
            best = current
    return best


def _seconds(time: int) -> int:
    """Whole seconds, to the nearest."""
    return (abs(time) + SECOND // 2) // SECOND * (1 if time > 0 else -1)


def _adjusted(draft: Draft, missing: int) -> Mapping[Key, Ms]:
    adjusted = dict(draft.numbers.adjusted)
    gives = list(_gives(draft.score))
    for ranged in (True, False):
        group = [give for give in gives if give.ranged == ranged]
        rooms = [_room(give, adjusted.get(give.key, Ms(0)), missing) for give in group]
        shares = _shares(rooms, abs(missing))
        for give, share in zip(group, shares, strict=True):
            if share:
                signed = share if missing > 0 else -share
                adjusted[give.key] = Ms(adjusted.get(give.key, 0) + signed * SECOND)
        missing -= sum(shares) if missing > 0 else -sum(shares)
    return adjusted


def _room(give: Give, adjusted: Ms, missing: int) -> int:
    """How many whole seconds one pass can still give, on the side that is wanted."""
    left = give.up - adjusted if missing > 0 else give.down + adjusted
    return max(0, left) // SECOND


def _shares(rooms: Sequence[int], wanted: int) -> list[int]:
    """Whole seconds for each, evenly: every pass as much as every other, as long as it has room."""
    shares = [0] * len(rooms)
    while wanted > 0:
        open_ = [index for index, room in enumerate(rooms) if shares[index] < room]
        if not open_:
            break
        if wanted < len(open_):
            open_ = [open_[number * len(open_) // wanted] for number in range(wanted)]
        for index in open_:
            shares[index] += 1
        wanted -= len(open_)
    return shares


def _gives(score: Score) -> Iterator[Give]:
    for cue in score.cues:
        give = getattr(cue, "give", None)
        if give is not None:
            yield give
