"""The interface between the player and whatever takes its sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from voicecoach.units import Frames

if TYPE_CHECKING:  # numpy stays out of the device's process
    from voicecoach.sound.clip import Samples

__all__ = ["PING", "DeviceHealth", "DeviceInfo", "OpenResult", "Output", "ReopenableOutput"]


class Output(Protocol):
    """Takes one stream of blocks, mono float32 at 48 kHz, and lets it be heard or kept.

    An output class is called with two texts: what stood behind the colon in `--output NAME:ARGUMENT`, and the
    `--device`; either may be empty. It may raise `ChoiceError` for them. Then `begin` and `ready`, once each,
    come before all else, and `close` comes last, always. Anything may raise `DeviceError` or `FileError`;
    after that only `close` is called. `room`, `write` and `heard` never wait.
    """

    live: bool
    """Whether frames leave at the pace of the clock, for somebody who listens."""

    def begin(self) -> None:
        """Start opening, and return at once: there is work to do meanwhile."""

    def ready(self) -> None:
        """Wait until frames can be taken; `ChoiceError` where the device asked for is unknown."""

    def room(self) -> int:
        """How many frames `write` would take now: 0 or more."""

    def write(self, block: Samples) -> None:
        """Take a block, no longer than `room` allowed."""

    def cut(self) -> int:
        """Drop the frames that have not left yet, fading what is on its way: how many were dropped.

        The next frame written follows the last one that was not dropped. May wait for a period of the device.
        """

    def heard(self) -> Frames:
        """How many of the frames written have been heard: never falls, never more than was written."""

    def finish(self) -> None:
        """Everything was written and heard: make what was made last. Not called for a session left early."""

    def close(self) -> None:
        """End at once and leave nothing behind, in whatever state it is; may be called again."""


@runtime_checkable
class ReopenableOutput(Output, Protocol):
    """What an output must also do so that `ReconnectingOutput` can replace it while a session runs."""

    def opened(self) -> bool:
        """Whether what `ready` waits for has come, without waiting; raises what `ready` would."""

    def underruns(self) -> int:
        """How many times so far frames were due and missing; stays known after `close`."""


PING = "alive"
"""What a device's process is asked when it is not known whether its sound system still does anything."""


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """How it stands with a loudspeaker."""

    away: bool = False
    """Whether there is none to play on now."""
    word: str = ""
    """What a listener should know of it, in a sentence; empty while all is well."""


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """A sound device that there is."""

    name: str
    """As its system shows it; what `--device` is looked for in."""
    default: bool
    """Whether it is what plays when nobody names one."""


@dataclass(frozen=True, slots=True)
class OpenResult:
    """What came of opening a device, told by the process that it lives in."""

    went_well: bool
    name: str = ""
    """The device that plays, by its whole name; empty where that is not known."""
    choices: tuple[str, ...] | None = None
    """The names that would have been right, where the one asked for was not."""
    words: str = ""
    """Why not, in the library's own words."""
    busy: bool = False
    """Whether another program holds it, so that it may open in a moment."""
