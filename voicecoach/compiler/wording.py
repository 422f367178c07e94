"""A writer's text at one place of one session → words for the voice."""

from __future__ import annotations

from dataclasses import dataclass, replace

from voicecoach.compiler.fill import Setting, filled, spoken
from voicecoach.compiler.frame import Frame
from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.score import Words
from voicecoach.routine import Routine, Text
from voicecoach.units import Ms

__all__ = ["Guess", "Wording"]


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

    def coach(self, text: str, routine: Routine) -> Words:
        """Words of the coach's own; `routine` is the file whose respellings hold."""
        return spoken(text, routine, self._speed)

    def words(self, text: Text, frame: Frame, length: Ms | None = None) -> Words:
        """What a writer's text says at a place; `length` is what `{length}` stands for."""
        words = spoken(self.plain(text, frame, length), frame.routine, self._speed)
        if text.uses("left"):
            words = replace(words, tells_left=self.lefts)
            self.lefts += 1
        return words

    def plain(self, text: Text, frame: Frame, length: Ms | None = None) -> str:
        """A text that is said or shown, its placeholders filled in."""
        if text.plain:
            return text.raw
        self.guessed = self.guessed or any(map(text.uses, ("next", "left", "total")))
        return filled(text, self._setting(frame, length))

    def _setting(self, frame: Frame, length: Ms | None) -> Setting:
        guess, begun = self._guess, self.begun
        return Setting(
            self._phrases,
            side=frame.side,
            round=frame.round,
            length=length,
            move=frame.move or (begun[-1] if begun else frame.routine.title),
            next=guess.titles[len(begun)] if len(begun) < len(guess.titles) else self._phrases.say("the_end"),
            total=guess.total,
            left=guess.left[self.lefts] if self.lefts < len(guess.left) else guess.total,
        )
