"""Fitting a session to a length: the level that comes closest, then second by second."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from voicecoach.compiler.levels import D, Draft, around
from voicecoach.compiler.ranges import Key, Numbers
from voicecoach.compiler.score import Give, Score
from voicecoach.errors import ChoiceError
from voicecoach.routine import Range
from voicecoach.units import MINUTE, SECOND, Ms, clock

__all__ = ["fit_length"]

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
