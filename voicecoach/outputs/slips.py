"""Noticing that a device ran out of sound on its way to the loudspeaker: no library tells.

A sound server that did not get in time what it asked for plays silence meanwhile, and everything after it is that
much late.
"""

from __future__ import annotations

from math import inf

from voicecoach.units import RATE

__all__ = ["Slips"]


class Slips:
    """Watches the frames that a device asks for keep pace with the clock."""

    WINDOW = 1.0
    """Seconds of which only the request that was most in time counts: some devices ask in bursts, and a busy machine
    asks late without any harm."""
    LEAST = 0.01
    """Seconds of standing still that count. Steady requests differed by less than 4 ms from window to window."""
    SETTLING = 3.0
    """Seconds at the beginning in which nothing counts: an idle PulseAudio sink asks for 2 s in advance, and later for
    nothing until they are over."""

    def __init__(self) -> None:
        self._begin: float | None = None
        self._given = 0
        self._window = 0
        self._behind, self._before = inf, inf
        """How far the frames were behind the clock, at best, in this window and in the one before, seconds."""

    def asked(self, count: int, now: float) -> bool:
        """Whether it has stood still, now that it asks for `count` frames at the time `now` (seconds, any clock)."""
        if self._begin is None:
            self._begin = now
        passed = now - self._begin
        window = int(passed / self.WINDOW)
        slipped = False
        if window != self._window:
            slipped = passed > self.SETTLING + self.WINDOW and self._behind - self._before > self.LEAST
            self._window, self._before, self._behind = window, self._behind, inf
        self._behind = min(self._behind, passed - self._given / RATE)
        self._given += count
        return slipped
