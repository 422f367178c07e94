"""Fitting a session to a length: the level that comes closest, then second by second."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from voicecoach.compiler.numbers import Key, Numbers
from voicecoach.compiler.score import Give, Score
from voicecoach.errors import ChoiceError
from voicecoach.units import SECOND, Ms, clock

__all__ = ["fit_length"]

TOLERANCE = SECOND
ROUNDS = 8
"""Of spreading seconds: words that name a length may change theirs."""


class Draft(Protocol):
    """What fitting needs of one outcome of the compiler."""

    @property
    def numbers(self) -> Numbers: ...
    @property
    def score(self) -> Score: ...
    @property
    def length(self) -> Ms: ...


D = TypeVar("D", bound=Draft)


def fit_length(draft: Callable[[Numbers], D], start: Numbers, target: Ms, *, nearest: bool = False) -> D:
    """The draft within a second of `target`; where that is out of reach the nearest, or `ChoiceError` naming both ends.

    `start` gives the speed; its level is not kept.
    """
    best = _spread(draft, _closest_level(draft, start, target), target)
    if abs(best.length - target) <= TOLERANCE or nearest:
        return best
    shortest = _spread(draft, draft(replace(start, level=0)), Ms(0))
    longest = _spread(draft, draft(replace(start, level=100)), Ms(target * 2 + longest_possible(draft, start)))
    if shortest.length < target < longest.length:
        return best
    between = f"between {clock(shortest.length)} and {clock(longest.length)}"
    raise ChoiceError(f"--minutes: out of reach ({clock(target)}), allowed is {between}")


def longest_possible(draft: Callable[[Numbers], D], start: Numbers) -> Ms:
    """More than the longest session there can be: a target that stretches everything there is."""
    longest = draft(replace(start, level=100))
    return Ms(longest.length + sum(give.up for give in _gives(longest.score)))


def _closest_level(draft: Callable[[Numbers], D], start: Numbers, target: Ms) -> D:
    """By halving: a higher level is never shorter, but for a few words."""
    low, high = draft(replace(start, level=0)), draft(replace(start, level=100))
    if target <= low.length:
        return low
    while high.numbers.level - low.numbers.level > 1:
        middle = draft(replace(start, level=(low.numbers.level + high.numbers.level) // 2))
        if middle.length <= target:
            low = middle
        else:
            high = middle
    return low if target - low.length <= abs(high.length - target) else high


def _spread(draft: Callable[[Numbers], D], start: D, target: Ms) -> D:
    """Give what is missing, or take what is too much, in whole seconds, until nothing more can be done."""
    best = current = start
    for _ in range(ROUNDS):
        missing = _seconds(target - current.length)
        adjusted = _adjusted(current, missing)
        if not missing or adjusted == current.numbers.adjusted:
            break
        current = draft(replace(current.numbers, adjusted=adjusted))
        if abs(current.length - target) < abs(best.length - target):
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
    if give.ranged:
        return (give.up if missing > 0 else give.down) // SECOND
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
