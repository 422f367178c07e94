"""Detects what no audio library reports: a device that has stopped, and one that ran out of sound."""

from __future__ import annotations

from math import inf

from voicecoach.units import SAMPLE_RATE


class Watchdog:
    """Watches a device's callback count, which must keep growing, through regular calls of `is_alive`."""

    MAX_STEP = 0.1
    """Seconds that one call counts at most: if the whole program was stopped, or the clock jumped, the device missed
    nothing in between."""
    TIMEOUT = 0.8
    """Seconds without a callback after which a device is dead, so that the loss is known within one second. The largest
    gap of a healthy device was 0.3 s, in its first second."""
    SETTLING = 0.5
    """Seconds of steady callbacks before which a device may pause for longer, as long as its sound system replies: an
    idle PulseAudio sink answers a new stream with one callback and then a gap of almost 2 s."""
    SETTLING_TIMEOUT = 4.0
    PING_DELAY = 0.3
    """Seconds without any sign of life after which an unsettled device's sound system should be pinged."""

    def __init__(self) -> None:
        self._count = -1
        self._last_call: float | None = None
        self._running = self._silent = self._unanswered = 0.0

    @property
    def needs_ping(self) -> bool:
        """Whether only the device's sound system can tell a pause from a failure."""
        return self._running < self.SETTLING and self._unanswered >= self.PING_DELAY

    def pong(self) -> None:
        """Note a reply of the sound system: a sign of life, but no callback."""
        self._unanswered = 0.0

    def is_alive(self, count: int, now: float) -> bool:
        """Whether the device is alive, given its `count` at the time `now` (seconds, any clock)."""
        passed = 0.0 if self._last_call is None else min(max(now - self._last_call, 0.0), self.MAX_STEP)
        self._last_call = now
        if count == self._count:
            self._silent += passed
            self._unanswered += passed
        else:
            self._count, self._silent, self._unanswered = count, 0.0, 0.0
            self._running += passed
        timeout = self.SETTLING_TIMEOUT if self._running < self.SETTLING else self.TIMEOUT
        return self._silent < timeout and self._unanswered < self.TIMEOUT


class UnderrunDetector:
    """Checks that the frames a device requests keep pace with the clock.

    A sound server that does not get sound in time plays silence instead, and everything after it is late.
    """

    WINDOW = 1.0
    """Seconds of which only the most punctual request counts: some devices request in bursts, and a busy machine's
    requests are late without harm."""
    MIN_DELAY = 0.01
    """Seconds of delay that count. Steady requests differed by less than 4 ms from window to window."""
    SETTLING = 3.0
    """Seconds at the start in which nothing counts: an idle PulseAudio sink requests 2 s in advance, and then nothing
    until they have passed."""

    def __init__(self) -> None:
        self._start: float | None = None
        self._requested = 0
        self._window = 0
        self._lag, self._previous_lag = inf, inf
        """Smallest lag of the frames behind the clock, seconds, in this window and in the one before."""

    def request(self, count: int, now: float) -> bool:
        """Note a request for `count` frames at `now` (seconds, any clock); return whether there was an underrun."""
        if self._start is None:
            self._start = now
        passed = now - self._start
        window = int(passed / self.WINDOW)
        underrun = False
        if window != self._window:
            underrun = passed > self.SETTLING + self.WINDOW and self._lag - self._previous_lag > self.MIN_DELAY
            self._window, self._previous_lag, self._lag = window, self._lag, inf
        self._lag = min(self._lag, passed - self._requested / SAMPLE_RATE)
        self._requested += count
        return underrun
