"""Trades steps of several ranges against each other, so that together they change a length by what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

FARTHEST = 10
"""Steps that one range may move."""
MAX_SUMS = 400_000
"""Combinations that are added up. If there are more, those with the smallest moves go on from range to range."""
RESOLUTION = 100
"""Milliseconds: of combinations that differ by less, one is kept."""


class Moves(NamedTuple):
    """Some ranges moved to other values."""

    change: int
    """In the length of the session, in milliseconds."""
    cost: int
    """Grows with the square of each range's move, as a share of its width."""
    values: tuple[tuple[int, int], ...] = ()
    """Ids of ranges, each with its value."""


def trades(choices: Sequence[Sequence[Moves]], missing: int, down: int, up: int) -> Iterator[Moves]:
    """Combine one move of each range.

    The length may be changed by up to `down` and `up` milliseconds more. Yields the smallest combination that leaves
    no more than that, or else the nearest ones that are too short and too long.
    """
    largest = max((abs(move.change) for moves in choices for move in moves), default=0)
    most = MAX_SUMS // max(1, sum(map(len, choices)))
    kept = [Moves(0, 0)]
    for moves in choices:
        found = _sums(kept, moves, farthest=abs(missing) + 2 * largest)
        kept = sorted(found.values(), key=lambda each: (each.cost, each.change))[:most]
    left = [(missing - each.change, each) for each in kept]
    reaching = [each for rest, each in left if -down <= rest <= up]
    if reaching:
        yield reaching[0]
        return
    yield from sorted((each for rest, each in left if rest > up), key=lambda each: -each.change)[:1]
    yield from sorted((each for rest, each in left if rest < -down), key=lambda each: each.change)[:1]


def _sums(kept: Sequence[Moves], moves: Sequence[Moves], farthest: int) -> Mapping[int, Moves]:
    """Each combination so far with each move of one more range: the smallest for each length."""
    found: dict[int, Moves] = {}
    for before in kept:
        for move in moves:
            change, cost = before.change + move.change, before.cost + move.cost
            known = found.get(change // RESOLUTION)
            if abs(change) <= farthest and (known is None or cost < known.cost):
                found[change // RESOLUTION] = Moves(change, cost, before.values + move.values)
    return found
