"""An output that survives the loss of its device and reconnects.

Headsets run out of battery; sound servers die, hang and restart.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from voicecoach.errors import ChoiceError, DeviceBusyError, DeviceError
from voicecoach.outputs.backends import create_output
from voicecoach.outputs.output import OPEN_TIMEOUT, DeviceHealth, Output, ReopenableOutput
from voicecoach.units import Frames

if TYPE_CHECKING:
    from voicecoach.sound.clip import Samples


RETRY_DELAYS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each attempt; the last one repeats."""

_LOST = "The loudspeaker is disconnected. Reconnecting..."
_BUSY = "Another program is using the loudspeaker. Trying again..."

_CreateOutput: TypeAlias = Callable[[str], ReopenableOutput]
"""Creates an output for the name of a device."""


def create_reconnecting_output(choice: str, device: str = "") -> Output:
    """Create the output for `--output` and `--device`, wrapped so that it reconnects if it can be opened again.

    Raises what `create_output` does.
    """
    first = create_output(choice, device)
    if not (first.live and isinstance(first, ReopenableOutput)):
        return first

    def create(name: str) -> ReopenableOutput:
        output = create_output(choice, name)
        assert isinstance(output, ReopenableOutput)
        return output

    return ReconnectingOutput(first, create, device)


class ReconnectingOutput(Output):
    """A live `Output` to whatever device is available.

    When the device is lost, `health` says so, `room` is 0, and `heard` stays at the last frame that was certainly
    heard, until another device is found. `cut` then returns how many frames were lost, and what is written next
    follows the last one heard. The search for a device goes on in `room`, which never waits.
    """

    live = True

    def __init__(
        self,
        first: ReopenableOutput,
        create: _CreateOutput,
        device: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Play on `first`, the output for `device`, and `create` the others; `clock` must be monotonic."""
        self._create, self._requested, self._name = create, device, device
        self._clock = clock
        self._inner: ReopenableOutput | None = first
        self._search: DeviceSearch | None = None
        """For another device, while there is none."""
        self._heard_before = Frames(0)
        """Frames heard on earlier devices."""
        self._written = 0
        """Frames written and not cut, on all devices."""
        self._underruns = 0
        self._lost_at, self._message = 0.0, _LOST
        self.losses = 0
        """How many times a device was lost."""
        self.absence = 0.0
        """Seconds without a device, the last time."""

    def health(self) -> DeviceHealth:
        """Return the present state."""
        if self._inner is None:
            return DeviceHealth(away=True, message=self._message)
        if self._name != self._requested:
            return DeviceHealth(message=f"{self._requested!r} is disconnected: playing on the default loudspeaker.")
        return DeviceHealth()

    def underruns(self) -> int:
        """Return the number of underruns on all devices so far."""
        return self._underruns + (self._inner.underruns() if self._inner else 0)

    def begin(self) -> None:
        """Start opening the first device."""
        assert self._inner is not None
        self._inner.begin()

    def wait_ready(self) -> None:
        """Wait for the first device; if another program is using it, search as if it were lost."""
        assert self._inner is not None
        try:
            self._inner.wait_ready()
        except DeviceBusyError:
            self._start_search(Frames(0), _BUSY)

    def room(self) -> int:
        """Return what the device has room for; 0 while there is none."""
        if self._inner is None and not self._reconnect():
            return 0
        assert self._inner is not None
        try:
            return self._inner.room()
        except DeviceError:
            self._lose()
            return 0

    def write(self, block: Samples) -> None:
        """Write a block to the device; if that is lost now, so is the block."""
        assert self._inner is not None
        self._written += len(block)
        try:
            self._inner.write(block)
        except DeviceError:
            self._lose()

    def cut(self) -> int:
        """Drop what was not heard, with or without a device."""
        dropped = 0
        if self._inner is not None:
            try:
                dropped = self._inner.cut()
            except DeviceError:
                self._lose()
        if self._inner is None:
            dropped = self._written - self._heard_before
        self._written -= dropped
        return dropped

    def heard(self) -> Frames:
        """Return the frames heard on all devices."""
        return Frames(self._heard_before + (self._inner.heard() if self._inner else 0))

    def finish(self) -> None:
        """Finish the device's output."""
        if self._inner is not None:
            self._inner.finish()

    def close(self) -> None:
        """Close the device, or end the search for one."""
        if self._inner is not None:
            self._inner.close()
        if self._search is not None:
            self._search.close()

    def _lose(self) -> None:
        self.losses += 1
        self._start_search(Frames(min(self.heard(), self._written)), _LOST)

    def _start_search(self, heard: Frames, message: str) -> None:
        assert self._inner is not None
        self._heard_before, self._underruns, self._message = heard, self.underruns(), message
        self._inner.close()
        self._inner = None
        self._lost_at = self._clock()
        self._search = DeviceSearch(self._create, self._requested, self._lost_at)

    def _reconnect(self) -> bool:
        assert self._search is not None
        now = self._clock()
        self._inner = self._search.poll(now)
        if self._inner is None:
            return False
        self.absence = now - self._lost_at
        self._name, self._search = self._search.name, None
        return True


class DeviceSearch:
    """A search for a device that can be opened, begun at `now` (seconds of a monotonic clock). It never waits."""

    def __init__(self, create: _CreateOutput, name: str, now: float) -> None:
        self._create = create
        self._requested = self.name = name
        """The device that is tried: the requested one or, right after that was unknown, the default one (empty)."""
        self._opening: ReopenableOutput | None = None
        self._since = now
        self._attempts = 0

    def poll(self, now: float) -> ReopenableOutput | None:
        """Return an output as soon as one is open. To be called several times a second."""
        try:
            return self._step(now)
        except (ChoiceError, DeviceError) as error:
            if isinstance(error, ChoiceError) and self.name:
                self.close()
                self.name = ""
            else:
                self._retry_later(now)
        return None

    def close(self) -> None:
        """Close what is being opened."""
        if self._opening is not None:
            self._opening.close()
        self._opening = None

    def _step(self, now: float) -> ReopenableOutput | None:
        if self._opening is None:
            delay = RETRY_DELAYS[min(self._attempts, len(RETRY_DELAYS) - 1)]
            if self.name != self._requested or self._has_passed(delay, now):
                self._opening, self._since = self._create(self.name), now
                self._opening.begin()
        elif self._opening.is_ready():
            output, self._opening = self._opening, None
            return output
        elif self._has_passed(OPEN_TIMEOUT, now):
            self._retry_later(now)
        return None

    def _retry_later(self, now: float) -> None:
        """Go back to the requested device, since its server may just be restarting."""
        self.close()
        self.name = self._requested
        self._since = now
        self._attempts += 1

    def _has_passed(self, seconds: float, now: float) -> bool:
        return now - self._since >= seconds
