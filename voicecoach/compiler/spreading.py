"""Spreads a difference in length over the silences, holds and breathing of a draft.

All times with a range first move to one level. What remains moves them by single steps, evenly: all passes through a
step together, then both sides together, then the silences without a range, and only then one pass alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import TypeAlias

from voicecoach.compiler.pacing import MAX_LEVEL, Grid, Pacing, PassKey, Slack
from voicecoach.compiler.score import ChimeCue, Draft
from voicecoach.routine import Side
from voicecoach.units import SECOND, Ms

TOLERANCE = SECOND
"""How far a session may be from its length."""


class _Pass:
    """One pass through a step, and the time that it takes."""

    __slots__ = "before", "key", "side", "slack", "time"

    def __init__(self, slack: Slack, key: PassKey, side: Side | None, time: Ms) -> None:
        self.slack, self.key, self.side = slack, key, side
        self.before = self.time = time

    def change(self, steps: int) -> int:
        """The milliseconds that some steps would add; 0 at the end of the range."""
        return self._heard_from_now(self.slack.moved(self.time, steps))

    def room(self, sign: int) -> int:
        """The milliseconds up or down to the end of the range."""
        return abs(self._heard_from_now(self.slack.at(MAX_LEVEL if sign > 0 else 0)))

    def _heard_from_now(self, time: Ms) -> int:
        return self.slack.heard(time) - self.slack.heard(self.time)

    def move(self, steps: int) -> None:
        self.time = self.slack.moved(self.time, steps)


_Unit: TypeAlias = Sequence[_Pass]
"""Passes that move together."""


class Spreader:
    """Changes the times of a draft, starting from those that it has."""

    def __init__(self, draft: Draft) -> None:
        self._pacing = draft.pacing
        times = draft.pacing.times
        self._passes = [
            _Pass(cue.slack, cue.key, cue.location.side, times.get(cue.key, cue.slack.time))
            for cue in draft.score.cues
            if not isinstance(cue, ChimeCue) and cue.slack and cue.key
        ]
        self._ranged = [each for each in self._passes if each.slack.ranged]
        self._steps: dict[int, list[_Pass]] = {}
        for each in self._ranged:
            self._steps.setdefault(each.key[0], []).append(each)

    def room(self, sign: int) -> int:
        """The milliseconds that all times together can be longer (1) or shorter (-1)."""
        return sum(each.room(sign) for each in self._passes)

    def level(self, missing: int, shared: Mapping[int, Grid]) -> int:
        """Set every range to the highest level that adds at most `missing` milliseconds, and keep `shared` ranges.

        Returns what is still missing.
        """
        if not self._ranged:
            return missing
        low, high = 0, MAX_LEVEL + 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._added_at(middle) <= missing else (low, middle)
        missing -= self._added_at(low)
        pinned = {id_: self._pacing.value(id_, grid) for id_, grid in shared.items()}
        self._pacing = replace(self._pacing, level=low, pinned=pinned)
        for each in self._ranged:
            each.time = each.slack.at(low)
        return missing

    def _added_at(self, level: int) -> int:
        heard = (len(passes) * passes[0].slack.heard(passes[0].slack.at(level)) for passes in self._steps.values())
        return sum(heard) - sum(each.slack.heard(each.before) for each in self._ranged)

    def fill(self, missing: int) -> None:
        """Move single steps until the length is as close as it gets."""
        missing = _move_evenly(tuple(self._steps.values()), missing)
        missing = _move_evenly([unit for passes in self._steps.values() for unit in _both_sides(passes)], missing)
        missing = _move_evenly([[each] for each in self._passes if not each.slack.ranged], missing)
        if abs(missing) > TOLERANCE:
            missing = _move_evenly([[each] for each in self._ranged], missing)
        _move_nearest(self._passes, missing)

    @property
    def pacing(self) -> Pacing | None:
        """The pacing with the changed times; None if nothing has changed."""
        if all(each.time == each.before for each in self._passes):
            return None
        return replace(self._pacing, times={each.key: each.time for each in self._passes})


def _both_sides(passes: _Unit) -> Iterator[_Unit]:
    """The passes through a step, each on the left with its counterpart on the right."""
    sides = [[each for each in passes if each.side == side] for side in ("left", "right")]
    yield from ([each for each in pair if each] for pair in zip_longest(*sides))
    yield from ([each] for each in passes if each.side is None)


def _move_evenly(units: Sequence[_Unit], missing: int) -> int:
    """Move units by whole steps, each in proportion to its room, and return what is still missing."""
    sign = 1 if missing > 0 else -1
    rooms = [_room(unit, sign) for unit in units]
    total, passed, moved = sum(rooms), 0, 0
    wanted = min(abs(missing), total)
    for unit, room in zip(units, rooms, strict=True):
        passed += room
        moved += _move(unit, sign, wanted * passed // total - moved) if room else 0
    return missing - sign * moved


def _room(unit: _Unit, sign: int) -> int:
    rooms = [each.room(sign) for each in unit]
    return sum(rooms) if all(rooms) else 0


def _move(unit: _Unit, sign: int, wanted: int) -> int:
    """Move a unit as long as that brings it closer to `wanted` milliseconds, and return by how much."""
    moved = 0
    while True:
        steps = [abs(each.change(sign)) for each in unit]
        step = sum(steps) if all(steps) else 0
        if abs(wanted - moved - step) >= abs(wanted - moved):
            return moved
        moved += step
        for each in unit:
            each.move(sign)


def _move_nearest(passes: Sequence[_Pass], missing: int) -> None:
    """Move the single passes that bring the length within the tolerance, one after the other."""
    while passes and abs(missing) > TOLERANCE:
        moves = ((abs(missing - each.change(sign)), each, sign) for each in passes for sign in (1, -1))
        left, nearest, sign = min(moves, key=lambda move: move[0])
        if left >= abs(missing):
            return
        missing -= nearest.change(sign)
        nearest.move(sign)
