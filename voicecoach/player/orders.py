"""Commands as words, as other programs give them: `["seek", 10]`, `pause`."""

from __future__ import annotations

from collections.abc import Sequence

from voicecoach.errors import ChoiceError, nearest
from voicecoach.player.command import Act, Command
from voicecoach.units import DAY, SECOND

__all__ = ["NAMES", "SECONDS", "STEPS", "clipped", "order"]

NAMES = tuple(act.value for act in Act)
SECONDS = frozenset({Act.SEEK, Act.GO})
"""Acts that take seconds, to the millisecond; a position for `go`, forward or back for `seek`."""
STEPS = frozenset({Act.VOLUME, Act.VOICE_VOLUME, Act.CHIME_VOLUME})
"""Acts that take steps, negative for softer."""
_MOST = DAY // SECOND
"""No session has more seconds."""
_QUOTED = 60
"""Characters."""


def order(words: Sequence[object]) -> Command:
    """The command that a name and its argument stand for.

    `ChoiceError` where there is no such command, or it is given too much, too little or nonsense.
    """
    name, arguments = words[0], words[1:]
    if not isinstance(name, str) or name not in NAMES:
        raise ChoiceError(f"no such command ({clipped(name)})", nearest(clipped(name), NAMES))
    act = Act(name)
    if act not in SECONDS | STEPS:
        if arguments:
            raise ChoiceError(f"{act} takes no argument")
        return Command(act)
    unit = "seconds" if act in SECONDS else "steps"
    if len(arguments) != 1:
        raise ChoiceError(f"{act} takes one argument, a number of {unit}")
    number = _number(arguments[0])
    if number is None or (act in STEPS and number % 1):
        raise ChoiceError(f"{act}: not a number of {unit} ({clipped(arguments[0])})")
    return Command(act, round(number * 1000) if act in SECONDS else int(number))


def clipped(word: object) -> str:
    """Another program's word, short enough to be quoted back."""
    text = str(word) if isinstance(word, str | int | float | None) else "…"
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"


def _number(given: object) -> float | None:
    """A number, also one that was written as text; None for anything else, NaN and endless ones too."""
    if isinstance(given, str):
        try:
            given = float(given)
        except ValueError:
            return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not -_MOST <= given <= _MOST:
        return None
    return given
