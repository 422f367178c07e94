"""Detects what no audio library reports: a device that has stopped, and one that ran out of sound."""

from __future__ import annotations

from math import inf

from voicecoach.units import SAMPLE_RATE

__all__ = ["UnderrunDetector", "Watchdog"]


class Watchdog:
    """Watches a count that must keep growing while somebody looks."""

    STEP = 0.1
    """Seconds that one look counts at most: when the whole program was stopped, or the clock jumped, no beat
    was missed in between."""
    PATIENCE = 0.8
    """Seconds without a beat after which a device is dead, so that it is known within one. The largest gap of a
    healthy one was 0.3 s, in its first second."""
    SETTLING = 0.5
    """Seconds of steady beats before which it may pause longer, as long as its system answers: an idle PulseAudio
    sink answers a new stream with one beat and then a gap of almost 2 s."""
    SETTLING_PATIENCE = 4.0
    DOUBT = 0.3
    """Seconds without any sign of life after which its system is to be asked for one, before it has settled."""

    def __init__(self) -> None:
        self._count = -1
        self._looked: float | None = None
        self._beating = self._silent = self._quiet = 0.0

    @property
    def doubtful(self) -> bool:
        """Whether only its system can tell if it pauses or is dead."""
        return self._beating < self.SETTLING and self._quiet >= self.DOUBT

    def answered(self) -> None:
        """Its system did: that is a sign of life, though no beat."""
        self._quiet = 0.0

    def beats(self, count: int, now: float) -> bool:
        """Whether it is alive, given its `count` at the time `now` (seconds, any clock)."""
        passed = 0.0 if self._looked is None else min(max(now - self._looked, 0.0), self.STEP)
        self._looked = now
        if count == self._count:
            self._silent += passed
            self._quiet += passed
        else:
            self._count, self._silent, self._quiet = count, 0.0, 0.0
            self._beating += passed
        patience = self.SETTLING_PATIENCE if self._beating < self.SETTLING else self.PATIENCE
        return self._silent < patience and self._quiet < self.PATIENCE


class UnderrunDetector:
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
        self._behind = min(self._behind, passed - self._given / SAMPLE_RATE)
        self._given += count
        return slipped
