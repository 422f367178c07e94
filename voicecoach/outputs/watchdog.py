"""Noticing that a device has stopped: no library tells."""

from __future__ import annotations

__all__ = ["Heartbeat"]


class Heartbeat:
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
