"""Holding back who asks too fast."""

from __future__ import annotations

__all__ = ["Pace"]


class Pace:
    """So many turns a second for all together, and some at once after a rest. The clock is the caller's."""

    def __init__(self, rate: float, burst: int) -> None:
        self._every = 1 / rate
        self._ahead = burst / rate
        self._next = 0.0

    def turn(self, now: float) -> float:
        """Take a turn: the seconds after `now` at which it comes."""
        self._next = max(self._next, now - self._ahead) + self._every
        return max(0.0, self._next - now)
