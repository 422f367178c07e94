"""An output that survives the loss of its device and reconnects.

Headsets run out of battery; sound servers die, hang and restart.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from voicecoach.errors import ChoiceError, DeviceBusyError, DeviceError
from voicecoach.outputs.backends import create_output
from voicecoach.outputs.output import DeviceHealth, Output, ReopenableOutput
from voicecoach.units import Frames

if TYPE_CHECKING:
    from voicecoach.sound.clip import Samples

__all__ = ["OPEN_TIMEOUT", "RETRY_DELAYS", "DeviceSearch", "ReconnectingOutput", "create_reconnecting_output"]

RETRY_DELAYS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each try; the last of them is repeated."""
OPEN_TIMEOUT = 10.0
"""Seconds that opening may take: a stopped sound server would block for 30."""


class DeviceSearch:
    """One search, begun at the time `now` (seconds, any clock); `make` gives an output for a device's name."""

    def __init__(self, make: Callable[[str], ReopenableOutput], name: str, now: float) -> None:
        self._make = make
        self._asked = self.name = name
        """Of the device that is looked for; empty, for the default one, right after there was none of that name."""
        self._opening: ReopenableOutput | None = None
        self._since = now
        self._tries = 0

    def found(self, now: float) -> ReopenableOutput | None:
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

    def _step(self, now: float) -> ReopenableOutput | None:
        if self._opening is None:
            if self.name != self._asked or self._passed(RETRY_DELAYS[min(self._tries, len(RETRY_DELAYS) - 1)], now):
                self._opening, self._since = self._make(self.name), now
                self._opening.begin()
        elif self._opening.opened():
            ready, self._opening = self._opening, None
            return ready
        elif self._passed(OPEN_TIMEOUT, now):
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


_DISCONNECTED = "The loudspeaker is away. Trying again."
_IN_USE = "Another program holds the loudspeaker. Trying again."


def create_reconnecting_output(asked: str, device: str = "") -> Output:
    """The output for `--output` and `--device`, made to last where it can be opened again.

    Raises what `voicecoach.outputs.backends.create_output` does.
    """
    first = create_output(asked, device)
    if not (first.live and isinstance(first, ReopenableOutput)):
        return first
    made = [first]

    def make(name: str) -> ReopenableOutput:
        another = made.pop() if made else create_output(asked, name)
        assert isinstance(another, ReopenableOutput)
        return another

    return ReconnectingOutput(make, device)


class ReconnectingOutput:
    """A live `SessionFiles` onto whatever device there is; `make` gives a new one for a device's name.

    When the device goes away, `room` is 0 and `heard` stands still at the last frame that was surely heard, until
    there is one again. `health` tells; `cut` then tells how many frames were lost, and what is written after it
    follows the last one heard. Looking for a device goes on in `room`, which never waits.
    """

    live = True

    def __init__(
        self,
        make: Callable[[str], ReopenableOutput],
        device: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make, self._asked, self._name = make, device, device
        self._clock = clock
        self._inner: ReopenableOutput | None = make(device)
        self._search: DeviceSearch | None = None
        """For another device, while there is none."""
        self._before, self._written = Frames(0), 0
        """Frames heard from the devices before this one, and written and not cut in all."""
        self._underruns = 0
        self._gone, self._why = 0.0, _DISCONNECTED
        """When the last one went, and what there is to say of it."""
        self.losses = 0
        """How many times a device went away."""
        self.absence = 0.0
        """Seconds for which there was none, the last time."""

    def health(self) -> DeviceHealth:
        """How it stands now."""
        if self._inner is None:
            return DeviceHealth(away=True, word=self._why)
        if self._name != self._asked:
            return DeviceHealth(word=f"{self._asked!r} is gone: this is the default loudspeaker.")
        return DeviceHealth()

    def underruns(self) -> int:
        """Of all devices so far."""
        return self._underruns + (self._inner.underruns() if self._inner else 0)

    def begin(self) -> None:
        """Start opening the first device."""
        assert self._inner is not None
        self._inner.begin()

    def ready(self) -> None:
        """Wait for the first device; one that another program holds is away, and looked for as any other is."""
        assert self._inner is not None
        try:
            self._inner.ready()
        except DeviceBusyError:
            self._search_from(Frames(0), _IN_USE)

    def room(self) -> int:
        """What the device has room for; 0 while there is none."""
        if self._inner is None and not self._found():
            return 0
        assert self._inner is not None
        try:
            return self._inner.room()
        except DeviceError:
            self._lose()
            return 0

    def write(self, block: Samples) -> None:
        """Hand it on; a device that goes away now has lost it."""
        assert self._inner is not None
        self._written += len(block)
        try:
            self._inner.write(block)
        except DeviceError:
            self._lose()

    def cut(self) -> int:
        """Drop what was not heard, with the device or without."""
        dropped = 0
        if self._inner is not None:
            try:
                dropped = self._inner.cut()
            except DeviceError:
                self._lose()
        if self._inner is None:
            dropped = self._written - self._before
        self._written -= dropped
        return dropped

    def heard(self) -> Frames:
        """On all devices; stands still while there is none."""
        return Frames(self._before + (self._inner.heard() if self._inner else 0))

    def finish(self) -> None:
        """Hand it on."""
        if self._inner is not None:
            self._inner.finish()

    def close(self) -> None:
        """End the device, or the search for one."""
        if self._inner is not None:
            self._inner.close()
        if self._search is not None:
            self._search.close()

    def _lose(self) -> None:
        self.losses += 1
        self._search_from(Frames(min(self.heard(), self._written)), _DISCONNECTED)

    def _search_from(self, heard: Frames, why: str) -> None:
        assert self._inner is not None
        self._before, self._underruns, self._why = heard, self.underruns(), why
        self._inner.close()
        self._inner = None
        self._gone = self._clock()
        self._search = DeviceSearch(self._make, self._asked, self._gone)

    def _found(self) -> bool:
        assert self._search is not None
        now = self._clock()
        self._inner = self._search.found(now)
        if self._inner is None:
            return False
        self.absence = max(0.0, now - self._gone)
        self._name, self._search = self._search.name, None
        return True
