"""Trades steps of several ranges against each other, so that together they change a length by what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

FARTHEST = 3
"""Steps that one range may move."""
MAX_KEPT = 1000
"""Combinations that are kept from range to range, those with the smallest moves."""
RESOLUTION = 100
"""Milliseconds: of combinations that differ by less, one is kept."""


@dataclass(frozen=True, slots=True)
class Moves:
    """Some ranges moved to other values."""

    change: int
    """In the length of the session, in milliseconds."""
    cost: int
    """Grows with the square of each range's move, as a share of its width."""
    values: tuple[tuple[int, int], ...] = ()
    """Ids of ranges, each with its value."""

    def __add__(self, other: Moves) -> Moves:
        return Moves(self.change + other.change, self.cost + other.cost, self.values + other.values)


def trades(choices: Sequence[Sequence[Moves]], missing: int, down: int, up: int) -> Iterator[Moves]:
    """The combinations that come closest, one move of each range.

    The length may be changed by up to `down` and `up` milliseconds more. Yields the smallest combination that leaves
    no more than that, or else the nearest ones that are too short and too long.
    """
    largest = max((abs(move.change) for moves in choices for move in moves), default=0)
    farthest = abs(missing) + 2 * largest
    kept: Mapping[int, Moves] = {0: Moves(0, 0)}
    for moves in choices:
        found: dict[int, Moves] = {}
        for before in kept.values():
            for move in moves:
                total = before + move
                known = found.get(total.change // RESOLUTION)
                if abs(total.change) <= farthest and (known is None or total.cost < known.cost):
                    found[total.change // RESOLUTION] = total
        smallest = sorted(found.values(), key=lambda each: (each.cost, each.change))[:MAX_KEPT]
        kept = {each.change // RESOLUTION: each for each in smallest}
    left = [(missing - each.change, each) for each in kept.values()]
    reaching = [each for rest, each in left if -down <= rest <= up]
    if reaching:
        yield min(reaching, key=lambda each: (each.cost, each.change))
        return
    yield from sorted((each for rest, each in left if rest > up), key=lambda each: -each.change)[:1]
    yield from sorted((each for rest, each in left if rest < -down), key=lambda each: each.change)[:1]
