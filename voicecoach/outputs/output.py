"""The interface between the player and whatever takes its sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from voicecoach.units import Frames

if TYPE_CHECKING:  # numpy stays out of the device's process
    from voicecoach.sound.clip import Samples


class Output(Protocol):
    """Takes one stream of blocks, mono float32 at 48 kHz, and plays or stores it.

    An output class is called with two texts: the part of `--output NAME:ARGUMENT` after the colon, and the value of
    `--device`. Either may be empty, and either may raise `ChoiceError`. `begin` and `wait_ready` are called first, once
    each; `close` always comes last. Any method may raise `DeviceError` or `FileError`; after that only `close` is
    called. `room`, `write` and `heard` never wait.
    """

    live: bool
    """Whether frames leave in real time, for a listener."""

    def begin(self) -> None:
        """Start opening and return at once: the caller has work to do in the meantime."""

    def wait_ready(self) -> None:
        """Wait until frames can be written. Raises `ChoiceError` for an unknown device."""

    def room(self) -> int:
        """Return how many frames `write` would take now: 0 or more."""

    def write(self, block: Samples) -> None:
        """Take a block, no longer than `room` allowed."""

    def cut(self) -> int:
        """Drop the frames that have not left yet, fade out, and return how many were dropped.

        The next frame written follows the last one that was not dropped. May wait for one period of the device.
        """

    def heard(self) -> Frames:
        """Return how many of the written frames have been heard; it never falls."""

    def finish(self) -> None:
        """Complete a recording: everything was written and heard. Not called if the session was left early."""

    def close(self) -> None:
        """Stop at once, in any state, and leave nothing behind. May be called again."""


@runtime_checkable
class ReopenableOutput(Output, Protocol):
    """An output that `ReconnectingOutput` can replace by another one while a session plays."""

    def is_ready(self) -> bool:
        """Whether `wait_ready` would return at once. Raises what it would raise."""

    def underruns(self) -> int:
        """Return how many times frames were due but missing; still known after `close`."""


OPEN_TIMEOUT = 10.0
"""Seconds that a sound system gets to open a device or to list them; a stopped server would block for 30."""
PING = "ping"
"""The message that asks a device's process whether its sound system still responds."""


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """Connection state of the output device."""

    away: bool = False
    """Whether there is no device to play on at the moment."""
    message: str = ""
    """A sentence for the listener; empty while all is well."""


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """A sound device of this machine."""

    name: str
    """As its system shows it; `--device` matches any part of it."""
    default: bool
    """Whether it plays if no device is named."""


@dataclass(frozen=True, slots=True)
class OpenResult:
    """Result of opening a device, sent by the device's process."""

    ok: bool
    name: str = ""
    """Full name of the device that plays; empty if unknown."""
    choices: tuple[str, ...] | None = None
    """The names to choose from, if the requested one did not match exactly one device."""
    reason: str = ""
    """Why it failed, in the library's own words."""
    busy: bool = False
    """Whether another program is using the device, so that it may open in a moment."""
