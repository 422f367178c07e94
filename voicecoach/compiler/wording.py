"""Fills the placeholders of a text and respells it for the voice."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from typing import NamedTuple

from voicecoach.compiler.open_text import (
    OPEN_NAMES,
    OpenText,
    SessionFacts,
    Value,
    fill_text,
    placeholder_names,
)
from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.score import OpenWords, SpokenText
from voicecoach.routine import Routine, Side, Text, Use
from voicecoach.timeline import Utterance
from voicecoach.units import Ms

_STAND_IN = Utterance("")
_OTHER_SIDE: Mapping[Side, Side] = {"left": "right", "right": "left"}


class Scope(NamedTuple):
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
    move: Value | None = None
    """Title of the move that contains the steps."""
    position: str | None = None
    """Of the nearest surrounding move that has one."""

    def in_use(self, step: Use) -> Scope:
        """The scope inside the routine that a step uses."""
        options = self.options.union(step.options)
        return self._replace(routine=step.routine, options=options, uses=(*self.uses, id(step)), move=None)

    def in_move(self, title: Value, position: str | None, *, named: bool) -> Scope:
        """The scope inside a move; `named`: whether `--only` names it."""
        return self._replace(move=title, position=position or self.position, included=self.included or named)


class _Speller:
    """Turns words into what the voice reads. Equal words are one object, which saves memory."""

    def __init__(self, speed: int) -> None:
        self._speed = speed
        self._spoken: dict[tuple[str, int, int], SpokenText] = {}

    def spell(self, words: str, routine: Routine, *, brisk: bool) -> SpokenText:
        rate = max(100, self._speed) if brisk else self._speed
        key = words, rate, id(routine)
        if key not in self._spoken:
            self._spoken[key] = spoken_text(words, routine, rate)
        return self._spoken[key]


class Wording:
    """Turns the author's texts into words for the voice."""

    def __init__(self, phrases: Phrases, speed: int) -> None:
        self._phrases, self._speller = phrases, _Speller(speed)
        self.begun: list[Value] = []
        """Titles of the move passes that have begun."""
        self._names: dict[int, frozenset[str]] = {}
        self._open: dict[tuple[object, ...], OpenText] = {}
        self._stand_ins: dict[tuple[OpenText, int, bool], SpokenText] = {}

    def coach(self, words: str, routine: Routine, *, brisk: bool = False) -> SpokenText:
        """Words, respelled by the file of `routine`; `brisk` ones keep time, so they are never slowed down."""
        return self._speller.spell(words, routine, brisk=brisk)

    def speak(self, text: Text, scope: Scope, length: Ms | None = None, *, brisk: bool = False) -> SpokenText:
        """The author's words; `length` is the value of `{length}`."""
        filled = self.fill(text, scope, length)
        if isinstance(filled, str):
            return self.coach(filled, scope.routine, brisk=brisk)
        begun = len(self.begun) if "next" in filled.names else 0
        key = filled, begun, brisk
        if key not in self._stand_ins:
            # Without a reference to this object: the words would keep it, and it keeps them.
            spoken = partial(self._speller.spell, routine=scope.routine, brisk=brisk)
            self._stand_ins[key] = SpokenText(text.raw, _STAND_IN, OpenWords(filled, begun, spoken))
        return self._stand_ins[key]

    def number(self, number: int, name: SpokenText, routine: Routine) -> SpokenText:
        """The number of a repetition before the brisk name of its first phase."""
        spell, say = self._speller.spell, self._phrases.say

        def spoken(words: str) -> SpokenText:
            return spell(say("number_and_phase", number=number, phase=words), routine, brisk=True)

        return replace(name, open=replace(name.open, spoken=spoken)) if name.open else spoken(name.text)

    def fill(self, text: Text, scope: Scope, length: Ms | None = None) -> Value:
        """Replace every placeholder that can be; the text stays open if others remain."""
        if text.plain:
            return text.raw
        names = self.names(text)
        values = {name: self._value(name, scope, length) for name in names if name not in OPEN_NAMES}
        closed = {name: value for name, value in values.items() if isinstance(value, str)}
        if len(closed) == len(names):
            return fill_text(text, closed, scope.side)
        key = id(text), *values.values()
        if key not in self._open:
            self._open[key] = OpenText(text, values, scope.side)
        return self._open[key]

    def names(self, text: Text) -> frozenset[str]:
        """The names of the placeholders in a text that is kept."""
        if id(text) not in self._names:
            self._names[id(text)] = placeholder_names(text)
        return self._names[id(text)]

    def stand_in(self, text: Text, scope: Scope) -> str:
        """A filled text, with stand-ins for what is known of the whole session only later."""
        filled = self.fill(text, scope)
        return filled if isinstance(filled, str) else filled.fill(SessionFacts())

    def _value(self, name: str, scope: Scope, length: Ms | None) -> Value:
        phrases, side = self._phrases, scope.side
        match name:
            case "side":
                return phrases.side(side) if side else ""
            case "other":
                return phrases.side(_OTHER_SIDE[side]) if side else ""
            case "round" | "rounds":
                return str(scope.round[name == "rounds"]) if scope.round else ""
            case "length":
                return "" if length is None else phrases.time(length)
            case _:
                return scope.move or (self.begun[-1] if self.begun else scope.routine.title)


def spoken_text(text: str, routine: Routine, rate: int) -> SpokenText:
    """A text with its utterance, respelled by the `pronounce:` of the file of `routine`."""
    spelled = _respeller(routine.pronounce)(text) if routine.pronounce else text
    return SpokenText(text, Utterance(spelled, rate))


@lru_cache(maxsize=64)
def _respeller(pairs: tuple[tuple[str, str], ...]) -> Callable[[str], str]:
    table = {word.casefold(): respelling for word, respelling in pairs}
    pattern = re.compile(rf"(?<!\w){_any_of({_fold(word) for word, _ in pairs})}(?!\w)", re.IGNORECASE)
    return lambda text: pattern.sub(lambda found: table.get(found[0].casefold(), found[0]), text)


def _fold(word: str) -> str:
    """A word without regard to case, letter by letter."""
    return "".join(folded if len(folded := letter.casefold()) == 1 else letter for letter in word)


def _any_of(words: Collection[str]) -> str:
    """A pattern for any of the words, longer ones first. It branches at each letter, so that a text is read once."""
    first, last = min(words), max(words)
    shared = next((at for at, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    rests: dict[str, list[str]] = {}
    for word in sorted(words):
        rests.setdefault(word[shared : shared + 1], []).append(word[shared:])
    ends_here = rests.pop("", None)
    branches = [_any_of(group) for group in rests.values()] + ([""] if ends_here else [])
    return re.escape(first[:shared]) + (f"(?:{'|'.join(branches)})" if rests else "")
