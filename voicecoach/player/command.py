"""What a listener can ask for, from wherever it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from voicecoach.player.queue import Wish

__all__ = ["Act", "Command", "WaysIn"]


class Act(StrEnum):
    """The kinds of command."""

    PAUSE = "pause"
    RESUME = "resume"
    TOGGLE = "toggle"
    """Pause or resume, whichever means something now."""
    NEXT = "next"
    """To the next move."""
    PREVIOUS = "previous"
    """To the move before this one."""
    AGAIN = "again"
    """To the start of this move."""
    BACK = "back"
    """To the start of this move; soon after that, to the one before."""
    REPEAT = "repeat"
    """To the start of what was said last."""
    SEEK = "seek"
    """By `amount` milliseconds, forward or (negative) back."""
    GO = "go"
    """To `amount` milliseconds from the start of the session."""
    READY = "ready"
    """Ends the running hold, count, breathing, wait or silence at once."""
    MORE_TIME = "more-time"
    """Lengthens the running hold or wait by half of what it was written with."""
    TOO_MUCH = "too-much"
    """Leaves this move, says so, and goes on with the next."""
    SLOWER = "slower"
    FASTER = "faster"
    """Speech and pauses, from the next cue on."""
    VOLUME = "volume"
    """Louder by `amount` steps, or softer."""
    VOICE_VOLUME = "voice-volume"
    CHIME_VOLUME = "chime-volume"
    """The same for one of them; nothing gets louder than it was mastered."""
    WHERE = "where"
    """Says move, side, round and time left."""
    ADD = "add"
    """Has a routine (`wish`) follow the session."""
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing asked for: the same type from keys and every other way in."""

    act: Act
    amount: int = 0
    """Steps of a volume, or milliseconds, as the act says; means nothing to the others."""
    wish: Wish | None = None
    stays: bool = False
    """Whether a jump leaves a pause a pause, as desktops want it; with keys, who jumps wants to hear where."""


WaysIn: TypeAlias = Callable[[float], Iterable[Command]]
"""Waits for at most so many seconds, and gives the commands that have come."""
