"""Fits a session to a length: finds the nearest level, then spreads single seconds.

If the number of rounds changes from one level to the next, seconds may not bridge the gap. Then the ranges move to
the next level one by one, and the range that still separates two drafts is held, first below and finally above,
while the level of all the others is searched anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from voicecoach.compiler.ranges import Pacing, PassKey
from voicecoach.compiler.score import Score, Slack
from voicecoach.errors import ChoiceError
from voicecoach.routine import Range
from voicecoach.units import MINUTE, SECOND, Ms, format_time

__all__ = ["Candidate", "CandidateT", "bracket_target", "fit_length"]

MAX_LEVEL = 100
MAX_HELD_RANGES = 6
"""Ranges that are held at a level of their own, one after the other, before a length is given up."""


class Candidate(Protocol):
    """What fitting needs of one outcome of the compiler."""

    @property
    def numbers(self) -> Pacing:
        """What it was made of."""

    @property
    def score(self) -> Score:
        """What is to be done."""

    @property
    def length(self) -> Ms:
        """Of the whole session."""


CandidateT = TypeVar("CandidateT", bound=Candidate)


def bracket_target(
    draft: Callable[[Pacing], CandidateT], start: Pacing, target: Ms, ranges: Sequence[Range]
) -> Iterator[tuple[CandidateT, CandidateT]]:
    """Pairs of drafts that the target lies between, the likeliest first; beyond an end both are that end.

    Both of a pair are wanted: where a round more or less parts them, only one of them may be stretched so far.
    """
    for step in (0, 1):
        held: dict[int, int] = {}
        for _ in range(MAX_HELD_RANGES):
            low, high = _bisect(draft, _at_levels(start, dict(held)), MAX_LEVEL, target)
            yield low, high
            level = low.numbers.level
            free = [id(range_) for range_ in ranges if id(range_) not in held]
            if low is high or not free:
                break
            low, high = _bisect(draft, _between_levels(start, dict(held), level, free), len(free), target)
            yield low, high
            held |= dict.fromkeys(high.numbers.held.keys() - low.numbers.held.keys(), level + step)


def _at_levels(start: Pacing, held: Mapping[int, int]) -> Callable[[int], Pacing]:
    """All levels, some ranges held."""
    return lambda level: replace(start, level=level, held=held)


def _between_levels(start: Pacing, held: Mapping[int, int], level: int, free: Sequence[int]) -> Callable[[int], Pacing]:
    """From one level to the next, one range after the other."""
    return lambda some: replace(start, level=level, held={**held, **dict.fromkeys(free[:some], level + 1)})


def _bisect(
    draft: Callable[[Pacing], CandidateT], numbers: Callable[[int], Pacing], most: int, target: Ms
) -> tuple[CandidateT, CandidateT]:
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
UNREACHABLE = Ms(48 * 60 * MINUTE)
"""A target that stretches everything there is."""
MAX_ROUNDS = 8
"""Of spreading seconds: words that name a length may change theirs."""


def fit_length(
    draft: Callable[[Pacing], CandidateT], start: Pacing, target: Ms, ranges: Sequence[Range], *, nearest: bool = False
) -> CandidateT:
    """The draft within a second of `target`; where none is, the nearest, or `ChoiceError` naming what can be had.

    `start` gives the speed, its level is not kept; `ranges` are those of the routine, in order.
    """
    tried: list[CandidateT] = []
    for low, high in bracket_target(draft, start, target, ranges):
        for each in sorted((low, high), key=lambda each: _miss(each, target)):
            tried.append(_spread_seconds(draft, each, target))
            if _miss(tried[-1], target) <= TOLERANCE:
                return tried[-1]
    tried.sort(key=lambda each: _miss(each, target))
    if nearest:
        return tried[0]
    raise _out_of_reach(draft, start, target, tried)


def _miss(draft: Candidate, target: Ms) -> int:
    return abs(draft.length - target)


def _out_of_reach(
    draft: Callable[[Pacing], CandidateT], start: Pacing, target: Ms, tried: Sequence[Candidate]
) -> ChoiceError:
    shortest = _spread_seconds(draft, draft(replace(start, level=0)), Ms(0))
    longest = _spread_seconds(draft, draft(replace(start, level=100)), UNREACHABLE)
    gap = ""
    if shortest.length < target < longest.length:
        ends = " and ".join(format_time(length) for length in _nearest_lengths(tried, target))
        gap = f" nearest is {ends} (rounds and beats stay whole),"
    allowed = f"allowed is between {format_time(shortest.length)} and {format_time(longest.length)}"
    return ChoiceError(f"--minutes: out of reach ({format_time(target)}),{gap} {allowed}")


def _nearest_lengths(tried: Sequence[Candidate], target: Ms) -> list[Ms]:
    """The longest that is shorter, and the shortest that is longer."""
    lengths = [each.length for each in tried]
    shorter, longer = [each for each in lengths if each < target], [each for each in lengths if each > target]
    return [*([max(shorter)] if shorter else []), *([min(longer)] if longer else [])]


def _spread_seconds(draft: Callable[[Pacing], CandidateT], start: CandidateT, target: Ms) -> CandidateT:
    """Give what is missing, or take what is too much, in whole seconds, until nothing more can be done."""
    best = current = start
    for _ in range(MAX_ROUNDS):
        missing = _whole_seconds(target - current.length)
        adjusted = _adjustments(current, missing)
        if not missing or adjusted == current.numbers.adjusted:
            break
        current = draft(replace(current.numbers, adjusted=adjusted))
        if _miss(current, target) < _miss(best, target):
            best = current
    return best


def _whole_seconds(time: int) -> int:
    """Whole seconds, to the nearest."""
    return (abs(time) + SECOND // 2) // SECOND * (1 if time > 0 else -1)


def _adjustments(draft: Candidate, missing: int) -> Mapping[PassKey, Ms]:
    adjusted = dict(draft.numbers.adjusted)
    gives = list(_slacks(draft.score))
    for ranged in (True, False):
        group = [give for give in gives if give.ranged == ranged]
        rooms = [_seconds_available(give, adjusted.get(give.key, Ms(0)), missing) for give in group]
        shares = _even_shares(rooms, abs(missing))
        for give, share in zip(group, shares, strict=True):
            if share:
                signed = share if missing > 0 else -share
                adjusted[give.key] = Ms(adjusted.get(give.key, 0) + signed * SECOND)
        missing -= sum(shares) if missing > 0 else -sum(shares)
    return adjusted


def _seconds_available(give: Slack, adjusted: Ms, missing: int) -> int:
    """How many whole seconds one pass can still give, on the side that is wanted."""
    left = give.up - adjusted if missing > 0 else give.down + adjusted
    return max(0, left) // SECOND


def _even_shares(rooms: Sequence[int], wanted: int) -> list[int]:
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


def _slacks(score: Score) -> Iterator[Slack]:
    for cue in score.cues:
        give = getattr(cue, "give", None)
        if give is not None:
            yield give
