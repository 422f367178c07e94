"""Fits a session to a length: finds the nearest level, then spreads single seconds.

If the number of rounds changes from one level to the next, seconds may not bridge the gap. Then the ranges move to
the next level one by one, and the range that still separates two drafts is pinned, first below and finally above,
while the level of all the others is searched anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from voicecoach.compiler.pacing import Pacing, PassKey, Slack
from voicecoach.compiler.score import ChimeCue, Draft
from voicecoach.errors import ChoiceError
from voicecoach.routine import Range
from voicecoach.units import MINUTE, SECOND, Ms, format_time, round_half_up

TOLERANCE = SECOND
MAX_LEVEL = 100
MAX_PINNED_RANGES = 6
"""Ranges that are pinned, one after the other, before a length is given up."""
MAX_SPREADS = 8
"""Attempts to spread seconds: texts that name a length may change theirs."""
UNREACHABLE = Ms(48 * 60 * MINUTE)
"""A target that stretches every slack to its end."""


def fit_length(
    make_draft: Callable[[Pacing], Draft], start: Pacing, target: Ms, ranges: Sequence[Range], *, nearest: bool = False
) -> Draft:
    """Find a draft within a second of `target`.

    `start` gives the speed; its level is replaced. `ranges` are those of the routine that depend on the level, in
    order. If no draft comes that close, returns the nearest one or raises `ChoiceError` with the lengths in reach.
    """
    fitter = _Fitter(make_draft, start, target)
    tried: list[Draft] = []
    for pair in fitter.brackets(ranges):
        for draft in sorted(pair, key=fitter.miss):
            tried.append(fitter.spread(draft, target))
            if fitter.miss(tried[-1]) <= TOLERANCE:
                return tried[-1]
    if nearest:
        return min(tried, key=fitter.miss)
    raise fitter.out_of_reach(tried)


class _Fitter:
    def __init__(self, make_draft: Callable[[Pacing], Draft], start: Pacing, target: Ms) -> None:
        self._make_draft, self._start, self._target = make_draft, start, target

    def miss(self, draft: Draft) -> int:
        """How far a draft is from the target, in milliseconds."""
        return abs(draft.length - self._target)

    def brackets(self, ranges: Sequence[Range]) -> Iterator[tuple[Draft, Draft]]:
        """Pairs of drafts around the target, the most promising first; beyond either end, that end twice.

        Both of a pair are worth stretching: if they differ by a round, perhaps only one of them reaches the target.
        """
        for offset in (0, 1):
            pinned: Mapping[int, int] = {}
            for _ in range(MAX_PINNED_RANGES):
                low, high = self._bisect(self._levels(pinned), MAX_LEVEL)
                yield low, high
                level = low.pacing.level
                free = [id(range_) for range_ in ranges if id(range_) not in pinned]
                if low is high or not free:
                    break
                low, high = self._bisect(self._between_levels(pinned, level, free), len(free))
                yield low, high
                moved = high.pacing.pinned.keys() - low.pacing.pinned.keys()
                pinned = {**pinned, **dict.fromkeys(moved, level + offset)}

    def _levels(self, pinned: Mapping[int, int]) -> Callable[[int], Pacing]:
        """Every level, for the ranges that are not pinned."""
        return lambda level: replace(self._start, level=level, pinned=pinned)

    def _between_levels(self, pinned: Mapping[int, int], level: int, free: Sequence[int]) -> Callable[[int], Pacing]:
        """The steps from one level to the next: one more range at the next level each time."""
        return lambda count: replace(
            self._start, level=level, pinned={**pinned, **dict.fromkeys(free[:count], level + 1)}
        )

    def _bisect(self, pacing: Callable[[int], Pacing], last: int) -> tuple[Draft, Draft]:
        """The neighbours around the target, from 0 to `last`. Apart from a few words, a higher number is longer."""
        low, high = 0, last
        below, above = self._make_draft(pacing(low)), self._make_draft(pacing(high))
        if self._target <= below.length:
            return below, below
        if self._target >= above.length:
            return above, above
        while high - low > 1:
            middle = (low + high) // 2
            draft = self._make_draft(pacing(middle))
            if draft.length <= self._target:
                low, below = middle, draft
            else:
                high, above = middle, draft
        return below, above

    def spread(self, draft: Draft, target: Ms) -> Draft:
        """Add or take whole seconds where there is slack, until the draft comes no closer to `target`."""
        best = current = draft
        for _ in range(MAX_SPREADS):
            adjusted = _adjustments(current, target - current.length)
            if adjusted == current.pacing.adjusted:
                break
            current = self._make_draft(replace(current.pacing, adjusted=adjusted))
            if abs(current.length - target) < abs(best.length - target):
                best = current
        return best

    def out_of_reach(self, tried: Sequence[Draft]) -> ChoiceError:
        """The error that names the lengths in reach."""
        shortest = self.spread(self._make_draft(replace(self._start, level=0)), Ms(0)).length
        longest = self.spread(self._make_draft(replace(self._start, level=MAX_LEVEL)), UNREACHABLE).length
        gap = ""
        if shortest < self._target < longest:
            lengths = [draft.length for draft in tried]
            shorter = max((length for length in lengths if length < self._target), default=None)
            longer = min((length for length in lengths if length > self._target), default=None)
            nearest = " and ".join(format_time(length) for length in (shorter, longer) if length is not None)
            gap = f" nearest is {nearest} (rounds and beats stay whole),"
        allowed = f"allowed is between {format_time(shortest)} and {format_time(longest)}"
        return ChoiceError(f"--minutes: out of reach ({format_time(self._target)}),{gap} {allowed}")


def _adjustments(draft: Draft, missing: int) -> Mapping[PassKey, Ms]:
    """The adjustments of a draft, changed by `missing` milliseconds in all, as far as there is slack."""
    adjusted = dict(draft.pacing.adjusted)
    wanted, sign = round_half_up(abs(missing), SECOND), 1 if missing > 0 else -1
    slacks = [cue.slack for cue in draft.score.cues if not isinstance(cue, ChimeCue) and cue.slack]
    for ranged in (True, False):
        group = [slack for slack in slacks if slack.ranged == ranged]
        rooms = [_room(slack, adjusted.get(slack.key, Ms(0)), sign) for slack in group]
        shares = _even_shares(rooms, wanted)
        for slack, share in zip(group, shares, strict=True):
            if share:
                adjusted[slack.key] = Ms(adjusted.get(slack.key, 0) + sign * share * SECOND)
        wanted -= sum(shares)
    return adjusted


def _room(slack: Slack, adjusted: Ms, sign: int) -> int:
    """Whole seconds that a pass can still be changed by."""
    left = slack.up - adjusted if sign > 0 else slack.down + adjusted
    return max(0, left) // SECOND


def _even_shares(rooms: Sequence[int], wanted: int) -> list[int]:
    """Shares of `wanted` seconds, as even as the room in each allows."""
    shares = [0] * len(rooms)
    while wanted > 0:
        growing = [index for index, room in enumerate(rooms) if shares[index] < room]
        if not growing:
            break
        if wanted < len(growing):
            growing = [growing[number * len(growing) // wanted] for number in range(wanted)]
        for index in growing:
            shares[index] += 1
        wanted -= len(growing)
    return shares
