"""Fills the placeholders of a text and respells it for the voice."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.score import SpokenText
from voicecoach.routine import BySide, Placeholder, Routine, Side, Text, Use
from voicecoach.timeline import Utterance
from voicecoach.units import Ms

__all__ = ["Guess", "Scope", "SlotValues", "Wording", "fill_slots", "respell", "spoken_text"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What surrounds a list of steps."""

    routine: Routine
    """The file that they stand in."""
    options: frozenset[str]
    """Those chosen, and those that `use` has added on the way in."""
    taken: bool = True
    """Whether loose steps are played: there is no `--only`, or a move that it names surrounds them."""
    uses: tuple[int, ...] = ()
    """The `use` steps on the way in, by identity."""
    side: Side | None = None
    round: tuple[int, int] | None = None
    move: str | None = None
    """Title of the move whose steps these are."""
    position: str | None = None
    """Of that move, or of the nearest around it that names one."""

    def used(self, step: Use) -> Scope:
        """The same place, inside the routine that a step uses."""
        options = self.options.union(step.options)
        return replace(self, routine=step.routine, options=options, uses=(*self.uses, id(step)), move=None)

    def inside(self, title: str, position: str | None, *, wanted: bool) -> Scope:
        """The same place, inside a move; `wanted` where `--only` names it."""
        position = position or self.position
        return replace(self, move=title, position=position, taken=self.taken or wanted)

    def on(self, side: Side) -> Scope:
        """The same place, on one side."""
        return replace(self, side=side)

    def in_round(self, number: int, rounds: int) -> Scope:
        """The same place, in one round of a repeat."""
        return replace(self, round=(number, rounds))


@dataclass(frozen=True, slots=True)
class SlotValues:
    """What the placeholders stand for at one place of the session."""

    phrases: Phrases
    side: Side | None = None
    round: tuple[int, int] | None = None
    length: Ms | None = None
    move: str = ""
    next: str = ""
    total: int = 0
    left: int = 0


_SENTENCE_ENDS = (".", "!", "?")
"""Behind these a sentence begins, and with it a capital letter."""
_OPENING_MARKS = " ¿¡\"'«„“‘(–—"
"""What may stand between."""
_OTHER: Mapping[Side, Side] = {"left": "right", "right": "left"}
_SLOTS: Mapping[str, Callable[[SlotValues], str]] = {
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


def fill_slots(text: Text, at: SlotValues) -> str:
    """The text with every placeholder replaced; at the head of a sentence what replaces it has a capital letter."""
    words = ""
    for part in text.parts:
        new = _fill_part(part, at)
        if not isinstance(part, str) and words.rstrip(_OPENING_MARKS)[-1:] in ("", *_SENTENCE_ENDS):
            new = new[:1].upper() + new[1:]
        words += new
    return " ".join(words.split())


def _fill_part(part: str | Placeholder | BySide, at: SlotValues) -> str:
    match part:
        case Placeholder(name):
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


def respell(text: str, routine: Routine) -> str:
    """A text as the voice is to read it, by the `pronounce:` of the file it stands in."""
    return _respeller(routine.pronounce)(text) if routine.pronounce else text


def spoken_text(text: str, routine: Routine, rate: int) -> SpokenText:
    """Words for the voice."""
    return SpokenText(text, Utterance(respell(text, routine), rate))


@dataclass(frozen=True, slots=True)
class Guess:
    """What words need to know of the whole session before it is laid out; made true by compiling again."""

    total: int = 1
    """Whole minutes."""
    left: tuple[int, ...] = ()
    """Whole minutes left at each text that names them, in order."""
    titles: tuple[str, ...] = ()
    """Of all passages."""


class Wording:
    """Fills texts in, and notes what of them hangs on the guess."""

    def __init__(self, phrases: Phrases, speed: int, guess: Guess) -> None:
        self._phrases, self._speed, self._guess = phrases, speed, guess
        self.begun: list[str] = []
        """Titles of the passages that have begun."""
        self.guessed = False
        """Whether any text named what is only guessed as yet."""
        self.lefts = 0
        """How many texts named the time left."""

    def coach(self, text: str, routine: Routine) -> SpokenText:
        """Words of the coach's own; `routine` is the file whose respellings hold."""
        return spoken_text(text, routine, self._speed)

    def words(self, text: Text, frame: Scope, length: Ms | None = None) -> SpokenText:
        """What a writer's text says at a place; `length` is what `{length}` stands for."""
        words = spoken_text(self.plain(text, frame, length), frame.routine, self._speed)
        if text.uses("left"):
            words = replace(words, tells_left=self.lefts)
            self.lefts += 1
        return words

    def plain(self, text: Text, frame: Scope, length: Ms | None = None) -> str:
        """A text that is said or shown, its placeholders filled in."""
        if text.plain:
            return text.raw
        self.guessed = self.guessed or any(map(text.uses, ("next", "left", "total")))
        return fill_slots(text, self._setting(frame, length))

    def _setting(self, frame: Scope, length: Ms | None) -> SlotValues:
        guess, begun = self._guess, self.begun
        return SlotValues(
            self._phrases,
            side=frame.side,
            round=frame.round,
            length=length,
            move=frame.move or (begun[-1] if begun else frame.routine.title),
            next=guess.titles[len(begun)] if len(begun) < len(guess.titles) else self._phrases.say("the_end"),
            total=guess.total,
            left=guess.left[self.lefts] if self.lefts < len(guess.left) else guess.total,
        )
