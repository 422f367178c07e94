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

_SENTENCE_ENDS = (".", "!", "?")
_OPENING_MARKS = " ¿¡\"'«„“‘(–—"
"""Characters that may stand between the end of one sentence and the first letter of the next."""
_OTHER_SIDE: Mapping[Side, Side] = {"left": "right", "right": "left"}


@dataclass(frozen=True, slots=True)
class Guess:
    """Facts about the whole session that texts need before it is laid out. Compiling again makes them true."""

    total: int = 1
    """Whole minutes."""
    left: tuple[int, ...] = ()
    """Whole minutes left at each text that says how much time is left."""
    titles: tuple[str, ...] = ()
    """Of all passes through moves, in order."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The surroundings of a list of steps."""

    routine: Routine
    """The file that contains the steps."""
    options: frozenset[str]
    """The chosen options, and those that the surrounding `use` steps add."""
    included: bool = True
    """Whether loose steps are played: without `--only`, or inside a move that it names."""
    uses: tuple[int, ...] = ()
    """The surrounding `use` steps, by `id`."""
    side: Side | None = None
    round: tuple[int, int] | None = None
    """Number of the round, from 1, and how many there are."""
    move: str | None = None
    """Title of the move that contains the steps."""
    position: str | None = None
    """Of the nearest surrounding move that has one."""

    def in_use(self, step: Use) -> Scope:
        """The scope inside the routine that a step uses."""
        options = self.options.union(step.options)
        return replace(self, routine=step.routine, options=options, uses=(*self.uses, id(step)), move=None)

    def in_move(self, title: str, position: str | None, *, named: bool) -> Scope:
        """The scope inside a move; `named`: whether `--only` names it."""
        return replace(self, move=title, position=position or self.position, included=self.included or named)


class Wording:
    """Turns the author's texts into words for the voice, and notes which of them depend on the guess."""

    def __init__(self, phrases: Phrases, speed: int, guess: Guess) -> None:
        self._phrases, self._speed, self._guess = phrases, speed, guess
        self.begun: list[str] = []
        """Titles of the move passes that have begun."""
        self.uses_guess = False
        self.time_left_count = 0

    def coach(self, text: str, routine: Routine) -> SpokenText:
        """The coach's own words, respelled by the file of `routine`."""
        return spoken_text(text, routine, self._speed)

    def speak(self, text: Text, scope: Scope, length: Ms | None = None) -> SpokenText:
        """The author's words; `length` is the value of `{length}`."""
        words = self.coach(self.fill(text, scope, length), scope.routine)
        if text.uses("left"):
            words = replace(words, time_left_index=self.time_left_count)
            self.time_left_count += 1
        return words

    def fill(self, text: Text, scope: Scope, length: Ms | None = None) -> str:
        """Replace every placeholder. At the start of a sentence the value gets a capital letter."""
        if text.plain:
            return text.raw
        self.uses_guess = self.uses_guess or any(map(text.uses, ("next", "left", "total")))
        values = self._values(scope, length)
        words = ""
        for part in text.parts:
            match part:
                case Placeholder(name):
                    value = values[name]
                case BySide(left, right):
                    value = right if scope.side == "right" else left
                case _:
                    words += part
                    continue
            starts_sentence = words.rstrip(_OPENING_MARKS)[-1:] in ("", *_SENTENCE_ENDS)
            words += value[:1].upper() + value[1:] if starts_sentence else value
        return " ".join(words.split())

    def _values(self, scope: Scope, length: Ms | None) -> Mapping[str, str]:
        phrases, guess, begun, side = self._phrases, self._guess, self.begun, scope.side
        number, rounds = scope.round or ("", "")
        left = guess.left[self.time_left_count] if self.time_left_count < len(guess.left) else guess.total
        return {
            "side": phrases.side(side) if side else "",
            "other": phrases.side(_OTHER_SIDE[side]) if side else "",
            "round": str(number),
            "rounds": str(rounds),
            "length": "" if length is None else phrases.time(length),
            "move": scope.move or (begun[-1] if begun else scope.routine.title),
            "next": guess.titles[len(begun)] if len(begun) < len(guess.titles) else phrases.say("the_end"),
            "total": str(guess.total),
            "left": str(left),
        }


def spoken_text(text: str, routine: Routine, rate: int) -> SpokenText:
    """A text with its utterance, respelled by the `pronounce:` of the file of `routine`."""
    spelled = _respeller(routine.pronounce)(text) if routine.pronounce else text
    return SpokenText(text, Utterance(spelled, rate))


@lru_cache(maxsize=64)
def _respeller(pairs: tuple[tuple[str, str], ...]) -> Callable[[str], str]:
    table = {word.casefold(): respelling for word, respelling in pairs}
    longest_first = sorted((re.escape(word) for word, _ in pairs), key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", re.IGNORECASE)
    return lambda text: pattern.sub(lambda found: table.get(found[0].casefold(), found[0]), text)
