"""Commands to the player, and how they are parsed from words such as `pause` or `["seek", 10]`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from voicecoach.errors import ChoiceError, did_you_mean
from voicecoach.player.queue import QueueItem
from voicecoach.units import DAY, SECOND

__all__ = [
    "COMMAND_NAMES",
    "TAKES_SECONDS",
    "TAKES_STEPS",
    "Action",
    "Command",
    "CommandSource",
    "clip_word",
    "parse_command",
]


class Action(StrEnum):
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

    act: Action
    amount: int = 0
    """Steps of a volume, or milliseconds, as the act says; means nothing to the others."""
    wish: QueueItem | None = None
    stays: bool = False
    """Whether a jump leaves a pause a pause, as desktops want it; with keys, who jumps wants to hear where."""


CommandSource: TypeAlias = Callable[[float], Iterable[Command]]
"""Waits for at most so many seconds, and gives the commands that have come."""


COMMAND_NAMES = tuple(act.value for act in Action)
TAKES_SECONDS = frozenset({Action.SEEK, Action.GO})
"""Acts that take seconds, to the millisecond; a position for `go`, forward or back for `seek`."""
TAKES_STEPS = frozenset({Action.VOLUME, Action.VOICE_VOLUME, Action.CHIME_VOLUME})
"""Acts that take steps, negative for softer."""
_MOST_SECONDS = DAY // SECOND
"""No session has more seconds."""
_MOST_QUOTED = 60
"""Characters."""


def parse_command(words: Sequence[object]) -> Command:
    """The command that a name and its argument stand for.

    `ChoiceError` where there is no such command, or it is given too much, too little or nonsense.
    """
    name, arguments = words[0], words[1:]
    if not isinstance(name, str) or name not in COMMAND_NAMES:
        raise ChoiceError(f"no such command ({clip_word(name)})", did_you_mean(clip_word(name), COMMAND_NAMES))
    act = Action(name)
    if act not in TAKES_SECONDS | TAKES_STEPS:
        if arguments:
            raise ChoiceError(f"{act} takes no argument")
        return Command(act)
    unit = "seconds" if act in TAKES_SECONDS else "steps"
    if len(arguments) != 1:
        raise ChoiceError(f"{act} takes one argument, a number of {unit}")
    number = _parse_number(arguments[0])
    if number is None or (act in TAKES_STEPS and number % 1):
        raise ChoiceError(f"{act}: not a number of {unit} ({clip_word(arguments[0])})")
    return Command(act, round(number * 1000) if act in TAKES_SECONDS else int(number))


def clip_word(word: object) -> str:
    """Another program's word, short enough to be quoted back."""
    text = str(word) if isinstance(word, str | int | float | None) else "…"
    return text if len(text) <= _MOST_QUOTED else text[:_MOST_QUOTED] + "…"


def _parse_number(given: object) -> float | None:
    """A number, also one that was written as text; None for anything else, NaN and endless ones too."""
    if isinstance(given, str):
        try:
            given = float(given)
        except ValueError:
            return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not -_MOST_SECONDS <= given <= _MOST_SECONDS:
        return None
    return given
