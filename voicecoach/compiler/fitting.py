"""Fits a session to a length: finds the level, then spreads what remains over times.

If no level comes close enough, single numbers and beats move from one level to the next, one after the other. The one
that still separates two drafts around the length is pinned to each of its values, and the level of all others is
searched anew. So every choice of numbers that could reach the length is tried, those near the level first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import cycle

from voicecoach.compiler.pacing import MAX_LEVEL, Grid, Pacing
from voicecoach.compiler.score import Draft, PromptedCue
from voicecoach.compiler.spreading import TOLERANCE, Spreader
from voicecoach.compiler.trading import FARTHEST, Moves, trades
from voicecoach.errors import ChoiceError
from voicecoach.units import MINUTE, Ms, format_time, round_half_up

MAX_SPREADS = 8
"""Attempts to spread seconds: texts that name a length may change theirs."""
MAX_EFFORT = 30_000
"""Cues and prompts of all drafts after which no further numbers are pinned."""
LEAST_EFFORT = 100
"""A draft counts at least that many."""
UNREACHABLE = Ms(48 * 60 * MINUTE)
"""A target that stretches every slack to its end."""


def fit_length(
    make_draft: Callable[[Pacing], Draft],
    start: Pacing,
    target: Ms,
    shared: Mapping[int, Grid],
    *,
    nearest: bool = False,
) -> Draft:
    """Find a draft within a second of `target`.

    `start` gives the speed; its level is replaced. `shared` are the ranges of the routine that have one value for all
    passes. If no draft comes that close, returns the nearest one or raises `ChoiceError` with the lengths in reach.
    """
    fitter = _Fitter(make_draft, start, target, shared)
    tried: list[Draft] = []
    for pair in fitter.brackets():
        for draft in sorted(pair, key=fitter.miss):
            tried.append(fitter.spread(draft, target))
            if fitter.miss(tried[-1]) <= TOLERANCE:
                return tried[-1]
    if nearest:
        return min(tried, key=fitter.miss)
    raise fitter.out_of_reach(tried)


@dataclass(frozen=True, slots=True)
class _Branch:
    """A part of the search: some ranges are pinned, the others are free."""

    pinned: Mapping[int, int]
    moving: int | None = None
    """The range that was pinned last."""
    direction: int = 0
    """Whether its lower (-1) or higher (+1) values come next."""


class _Fitter:
    def __init__(
        self, make_draft: Callable[[Pacing], Draft], start: Pacing, target: Ms, shared: Mapping[int, Grid]
    ) -> None:
        self._make_draft, self._start, self._target, self._shared = make_draft, start, target, shared
        self._effort = 0

    def miss(self, draft: Draft) -> int:
        """How far a draft is from the target, in milliseconds."""
        return abs(draft.length - self._target)

    def _draft(self, pacing: Pacing) -> Draft:
        draft = self._make_draft(pacing)
        prompts = sum(len(cue.prompts) for cue in draft.score.cues if isinstance(cue, PromptedCue))
        self._effort += max(LEAST_EFFORT, len(draft.score.cues) + prompts)
        return draft

    def brackets(self) -> Iterator[tuple[Draft, ...]]:
        """Drafts around the target, those near a level first; beyond either end of a branch, that end alone.

        Both of a pair are worth stretching: if they differ by a round, perhaps only one of them reaches the target.
        """
        branches = deque([_Branch({})])
        while branches:
            branch = branches.popleft()
            low, high = self._between_levels(branch.pinned)
            if low is high:
                yield (low,)
                continue
            yield low, high
            if not self._differing(low, high):
                continue
            low, high = self._between_values(low, high)
            yield low, high
            if not branch.pinned:
                yield tuple(self._traded(low))
            if self._effort > MAX_EFFORT:
                return
            branches.extend(self._next_value(branch))
            branches.extend(self._parts(branch, low, high))

    def _traded(self, draft: Draft) -> Iterator[Draft]:
        """Drafts with a few numbers and beats moved up and others down, as if each changed the length by itself."""
        moves = [self._moves(draft, range_id) for range_id in self._shared]
        down, up = (Spreader(draft).room(sign) + TOLERANCE for sign in (-1, 1))
        for trade in trades(moves, self._target - draft.length, down, up):
            yield self._draft(self._with_values(draft, dict(trade.values)))

    def _moves(self, draft: Draft, range_id: int) -> list[Moves]:
        """A few steps of one range up and down; their changes follow from that of the first."""
        grid, value = self._shared[range_id], self._value(draft, range_id)
        values = dict.fromkeys(grid.moved(value, steps) for steps in range(-FARTHEST, FARTHEST + 1))
        first = next(each for each in (grid.moved(value, 1), grid.moved(value, -1)) if each != value)
        change = self._draft(self._with_values(draft, {range_id: first})).length - draft.length
        return [
            Moves(
                change=round_half_up(change * (each - value), first - value),
                cost=((each - value) * 1000 // (grid.high - grid.low)) ** 2,
                values=((range_id, each),),
            )
            for each in values
        ]

    def _with_values(self, draft: Draft, values: Mapping[int, int]) -> Pacing:
        return replace(draft.pacing, pinned={**draft.pacing.pinned, **values})

    def _next_value(self, branch: _Branch) -> Iterator[_Branch]:
        """The branch beside one that reaches to both sides of the target."""
        if branch.moving is not None:
            value = branch.pinned[branch.moving]
            moved = self._shared[branch.moving].moved(value, branch.direction)
            if moved != value:
                yield replace(branch, pinned={**branch.pinned, branch.moving: moved})

    def _parts(self, branch: _Branch, low: Draft, high: Draft) -> Iterator[_Branch]:
        """The branch divided by the range that separates two drafts."""
        for range_id in self._differing(low, high):
            for draft, direction in ((low, -1), (high, 1)):
                yield _Branch({**branch.pinned, range_id: self._value(draft, range_id)}, range_id, direction)

    def _value(self, draft: Draft, range_id: int) -> int:
        return draft.pacing.value(range_id, self._shared[range_id])

    def _differing(self, low: Draft, high: Draft) -> list[int]:
        return [range_id for range_id in self._shared if self._value(low, range_id) != self._value(high, range_id)]

    def _between_levels(self, pinned: Mapping[int, int]) -> tuple[Draft, Draft]:
        """The neighbouring levels around the target; the same draft twice if it lies beyond all levels."""

        def pacing(level: int) -> Pacing:
            return replace(self._start, level=level, pinned=pinned)

        lowest, highest = self._draft(pacing(0)), self._draft(pacing(MAX_LEVEL))
        if self._target <= lowest.length:
            return lowest, lowest
        if self._target >= highest.length:
            return highest, highest
        return self._neighbours(pacing, MAX_LEVEL, lowest, highest)

    def _between_values(self, low: Draft, high: Draft) -> tuple[Draft, Draft]:
        """The drafts around the target between two levels: they differ by one step of one range, or by times alone."""
        differing = self._differing(low, high)

        def moved(count: int) -> Pacing:
            values = {range_id: self._value(high, range_id) for range_id in differing[:count]}
            return self._with_values(low, values)

        last = self._draft(moved(len(differing)))
        if self._target >= last.length:
            return last, high
        return self._between_steps(*self._neighbours(moved, len(differing), low, last))

    def _between_steps(self, low: Draft, high: Draft) -> tuple[Draft, Draft]:
        """The drafts around the target between two that differ in one range."""
        (range_id,) = self._differing(low, high)
        grid, first, last = self._shared[range_id], self._value(low, range_id), self._value(high, range_id)

        def moved(steps: int) -> Pacing:
            return self._with_values(low, {range_id: min(last, grid.moved(first, steps))})

        return self._neighbours(moved, grid.steps(first, last), low, high)

    def _neighbours(
        self, pacing: Callable[[int], Pacing], last: int, below: Draft, above: Draft
    ) -> tuple[Draft, Draft]:
        """The neighbours around the target among pacings 0 (`below`) to `last` (`above`).

        Apart from a few words, a higher number is longer, and lengths grow evenly. Where they do not, every third
        attempt halves what is left.
        """
        low, high, halve = 0, last, cycle((False, False, True))
        while high - low > 1:
            straight = (self._target - below.length) * (high - low) // (above.length - below.length)
            between = min(low + max(1, straight), high - 1)
            if next(halve):
                between = (low + high) // 2
            draft = self._draft(pacing(between))
            if draft.length <= self._target:
                low, below = between, draft
            else:
                high, above = between, draft
        return below, above

    def spread(self, draft: Draft, target: Ms) -> Draft:
        """Change times where there is slack, until the draft comes no closer to `target`."""
        best = current = draft
        for attempt in range(MAX_SPREADS):
            missing, spreader = target - current.length, Spreader(current)
            if not attempt:
                missing = spreader.level(missing, self._shared)
            spreader.fill(missing)
            if spreader.pacing is None:
                break
            current = self._draft(spreader.pacing)
            if abs(current.length - target) < abs(best.length - target):
                best = current
        return best

    def out_of_reach(self, tried: list[Draft]) -> ChoiceError:
        """The error that names the lengths in reach."""
        shortest = self.spread(self._draft(replace(self._start, level=0)), Ms(0)).length
        longest = self.spread(self._draft(replace(self._start, level=MAX_LEVEL)), UNREACHABLE).length
        gap = ""
        if shortest < self._target < longest:
            lengths = [draft.length for draft in tried]
            shorter = max((length for length in lengths if length < self._target), default=None)
            longer = min((length for length in lengths if length > self._target), default=None)
            nearest = " and ".join(format_time(length) for length in (shorter, longer) if length is not None)
            gap = f" nearest is {nearest} (rounds and beats stay whole),"
        allowed = f"allowed is between {format_time(shortest)} and {format_time(longest)}"
        return ChoiceError(f"--minutes: out of reach ({format_time(self._target)}),{gap} {allowed}")
