"""Commands to the player, how they are parsed from words such as `pause` or `["seek", 10]`, and the queue of `add`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from voicecoach.errors import ChoiceError, did_you_mean
from voicecoach.units import DAY, Frames, parse_decimal

if TYPE_CHECKING:
    from voicecoach.choices import Choices
    from voicecoach.routine import Routine
    from voicecoach.timeline import Timeline


class Action(StrEnum):
    """The kinds of command, named as on the control socket. `Transport.take` says what each does."""

    PAUSE = "pause"
    RESUME = "resume"
    TOGGLE = "toggle"
    """Pause while it plays, resume while it is paused."""
    NEXT = "next"
    """To the next move."""
    PREVIOUS = "previous"
    """To the move before this one."""
    AGAIN = "again"
    """To the start of this move."""
    BACK = "back"
    """To the start of this move; in its first seconds, to the move before."""
    REPEAT = "repeat"
    """To the start of the last cue."""
    SEEK = "seek"
    """By `amount` milliseconds, backwards if negative."""
    GO = "go"
    """To `amount` milliseconds from the start of the session."""
    READY = "ready"
    """To the end of the running hold, count, breathing, wait or silence."""
    MORE_TIME = "more-time"
    """Lengthens the running hold or wait by half of its written length."""
    TOO_MUCH = "too-much"
    """Leaves this move, says so, and continues with the next one."""
    SLOWER = "slower"
    FASTER = "faster"
    """Changes the speed of speech and pauses, from the next cue on."""
    VOLUME = "volume"
    """Changes the volume by `amount` steps."""
    VOICE_VOLUME = "voice-volume"
    CHIME_VOLUME = "chime-volume"
    """The same for the voice or the chimes alone; neither gets louder than it was mastered."""
    WHERE = "where"
    """Says the move, side, round and time left."""
    ADD = "add"
    """Adds the routine `item` behind the session."""
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A routine that is to follow the session, read and checked."""

    routine: Routine
    choices: Choices
    recipe: Mapping[str, Any] = field(default_factory=dict)
    """Plain values from which the log can make it anew."""
    first_move: int | None = None
    """The index of its first move in the session; None until it is spoken."""


@dataclass(frozen=True, slots=True)
class Command:
    """One request to the player, the same from every input."""

    action: Action
    amount: int = 0
    """Volume steps or milliseconds, as the action says; unused by the others."""
    item: QueueItem | None = None
    stays_paused: bool = False
    """Whether a jump leaves a pause a pause, as desktops expect; a key press that jumps also resumes."""


CommandSource: TypeAlias = Callable[[float], Iterable[Command]]
"""Waits for at most so many seconds and returns the commands that have arrived."""


COMMAND_NAMES = tuple(action.value for action in Action)
_SECONDS = frozenset({Action.SEEK, Action.GO})
"""Actions that take a number of seconds, to the millisecond."""
_STEPS = frozenset({Action.VOLUME, Action.VOICE_VOLUME, Action.CHIME_VOLUME})
"""Actions that take a number of steps."""
_MAX_QUOTED = 60
"""Characters."""


def parse_command(words: Sequence[object]) -> Command:
    """The command for a name and its argument, as another program sends them.

    Raises `ChoiceError` for an unknown name and for a missing, superfluous or malformed argument.
    """
    name, arguments = words[0], words[1:]
    if not isinstance(name, str) or name not in COMMAND_NAMES:
        raise ChoiceError(f"no such command ({clip_word(name)})", did_you_mean(clip_word(name), COMMAND_NAMES))
    action = Action(name)
    if action not in _SECONDS | _STEPS:
        if arguments:
            raise ChoiceError(f"{action} takes no argument")
        return Command(action)
    unit = "seconds" if action in _SECONDS else "steps"
    if len(arguments) != 1:
        raise ChoiceError(f"{action} takes one argument, a number of {unit}")
    amount = _parse_thousandths(arguments[0])
    if amount is None or (action in _STEPS and amount % 1000):
        raise ChoiceError(f"{action}: not a number of {unit} ({clip_word(arguments[0])})")
    return Command(action, amount if action in _SECONDS else amount // 1000)


def clip_word(word: object) -> str:
    """A word from another program, cut short enough for an error message."""
    text = str(word) if isinstance(word, str | int | float | None) else "…"
    return text if len(text) <= _MAX_QUOTED else text[:_MAX_QUOTED] + "…"


def _parse_thousandths(value: object) -> int | None:
    """A number, also where it is written as text, in thousandths; None for all else, and for more than a day has."""
    try:
        if isinstance(value, str):
            amount = parse_decimal(value, 1000)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            amount = round(value * 1000)
        else:
            return None
    except (ValueError, OverflowError):  # text that is no number, NaN, infinity
        return None
    return amount if -DAY <= amount <= DAY else None


def spoken_items(queue: tuple[QueueItem, ...]) -> tuple[QueueItem, ...]:
    """The items that are part of the session already."""
    return tuple(item for item in queue if item.first_move is not None)


def titles_ahead(queue: tuple[QueueItem, ...], timeline: Timeline, at: Frames) -> tuple[str, ...]:
    """The titles of the items that have not begun at `at`."""

    def has_begun(number: int | None) -> bool:
        return number is not None and number < len(timeline.moves) and timeline.moves[number].start <= at

    return tuple(item.routine.title for item in queue if not has_begun(item.first_move))
