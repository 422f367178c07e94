"""Text with open placeholders → words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.score import Words
from voicecoach.routine import BySide, Routine, Side, Slot, Text
from voicecoach.timeline import Utterance
from voicecoach.units import Ms

__all__ = ["Setting", "filled", "respelled", "spoken"]


@dataclass(frozen=True, slots=True)
class Setting:
    """What the placeholders stand for at one place of the session."""

    phrases: Phrases
    side: Side | None = None
    round: tuple[int, int] | None = None
    length: Ms | None = None
    move: str = ""
    next: str = ""
    total: int = 0
    left: int = 0


_ENDS = (".", "!", "?")
"""Behind these a sentence begins, and with it a capital letter."""
_OPENS = " ¿¡\"'«„“‘(–—"
"""What may stand between."""
_OTHER: Mapping[Side, Side] = {"left": "right", "right": "left"}
_SLOTS: Mapping[str, Callable[[Setting], str]] = {
    "side": lambda at: at.phrases.side(at.side) if at.side else "",
    "other": lambda at: at.phrases.side(_OTHER[at.side]) if at.side else "",
    "round": lambda at: str(at.round[0]) if at.round else "",
    "rounds": lambda at: str(at.round[1]) if at.round else "",
    "length": lambda at: at.phrases.time(at.length) if at.length is not None else "",
    "move": lambda at: at.move,
    "next": lambda at: at.next,
    "total": lambda at: str(at.total),
    "left": lambda at: str(at.left),
}


def filled(text: Text, at: Setting) -> str:
    """The text with every placeholder replaced; at the head of a sentence what replaces it has a capital letter."""
    words = ""
    for part in text.parts:
        new = _part(part, at)
        if not isinstance(part, str) and words.rstrip(_OPENS)[-1:] in ("", *_ENDS):
            new = new[:1].upper() + new[1:]
        words += new
    return " ".join(words.split())


def _part(part: str | Slot | BySide, at: Setting) -> str:
    match part:
        case Slot(name):
            return _SLOTS[name](at)
        case BySide(left, right):
            return right if at.side == "right" else left
        case _:
            return part


@lru_cache(maxsize=64)
def _respeller(pairs: tuple[tuple[str, str], ...]) -> Callable[[str], str]:
    table = {word.casefold(): respelling for word, respelling in pairs}
    longest_first = sorted((re.escape(word) for word, _ in pairs), key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", re.IGNORECASE)
    return lambda text: pattern.sub(lambda found: table.get(found[0].casefold(), found[0]), text)


def respelled(text: str, routine: Routine) -> str:
    """A text as the voice is to read it, by the `pronounce:` of the file it stands in."""
    return _respeller(routine.pronounce)(text) if routine.pronounce else text


def spoken(text: str, routine: Routine, rate: int) -> Words:
    """Words for the voice."""
    return Words(text, Utterance(respelled(text, routine), rate))
