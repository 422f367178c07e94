"""Looking for a device that can be played on, again and again, without ever waiting."""

from __future__ import annotations

from collections.abc import Callable

from voicecoach.errors import ChoiceError, DeviceError
from voicecoach.outputs.output import Reopening

__all__ = ["OPENING", "WAITS", "Search"]

WAITS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each try; the last of them is repeated."""
OPENING = 10.0
"""Seconds that opening may take: a stopped sound server would block for 30."""


class Search:
    """One search, begun at the time `now` (seconds, any clock); `make` gives an output for a device's name."""

    def __init__(self, make: Callable[[str], Reopening], name: str, now: float) -> None:
        self._make = make
        self._asked = self.name = name
        """Of the device that is looked for; empty, for the default one, right after there was none of that name."""
        self._opening: Reopening | None = None
        self._since = now
        self._tries = 0

    def found(self, now: float) -> Reopening | None:
        """An output that is ready, as soon as there is one. To be asked several times a second."""
        try:
            return self._step(now)
        except (ChoiceError, DeviceError) as fault:
            if isinstance(fault, ChoiceError) and self.name:
                self.close()
                self.name = ""
            else:
                self._give_up(now)
        return None

    def close(self) -> None:
        """End what is being opened."""
        if self._opening is not None:
            self._opening.close()
        self._opening = None

    def _step(self, now: float) -> Reopening | None:
        if self._opening is None:
            if self.name != self._asked or self._passed(WAITS[min(self._tries, len(WAITS) - 1)], now):
                self._opening, self._since = self._make(self.name), now
                self._opening.begin()
        elif self._opening.opened():
            ready, self._opening = self._opening, None
            return ready
        elif self._passed(OPENING, now):
            self._give_up(now)
        return None

    def _give_up(self, now: float) -> None:
        """Wait before the next try: for the device that was asked for, since its server may just be starting anew."""
        self.close()
        self.name = self._asked
        self._since = now
        self._tries += 1

    def _passed(self, seconds: float, now: float) -> bool:
        """A clock that has jumped back is no reason to wait longer."""
        return not self._since <= now < self._since + seconds
