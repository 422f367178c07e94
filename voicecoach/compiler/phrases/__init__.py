"""The coach's own phrases, one data file per language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from voicecoach.routine import Side
from voicecoach.units import SECOND, Ms, round_half_up

__all__ = ["Phrases", "languages", "load_phrases"]

_FOLDER = Path(__file__).parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def languages() -> tuple[str, ...]:
    """The codes of all languages that have phrases."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@cache
def load_phrases(language: str) -> Phrases:
    """The phrases of a BCP 47 language, or else of its primary language. Raises `KeyError`."""
    for code in (language.lower(), language.lower().partition("-")[0]):
        if code in languages():
            text = (_FOLDER / f"{code}.yaml").read_text(encoding="utf-8")
            return Phrases(yaml.load(text, Loader=_LOADER))
    raise KeyError(language)


@dataclass(frozen=True, slots=True)
class Phrases:
    """The coach's phrases in one language."""

    texts: Mapping[str, Any]
    """Format strings; a phrase that counts something has one for `one` and one for `many`."""

    def say(self, name: str, **slots: object) -> str:
        """A phrase with its slots filled."""
        return str(self.texts[name]).format(**slots)

    def side(self, side: Side) -> str:
        """The word for a side."""
        return str(self.texts[side])

    def opening_length(self, minutes: int) -> str:
        """The sentence that announces the length of the session."""
        return self._count("opening_length", minutes, "minutes")

    def things(self, names: tuple[str, ...]) -> str:
        """A list of things: `a, b and c`."""
        *others, last = names
        return f"{', '.join(others)}{self.texts['and']}{last}" if others else last

    def time(self, length: Ms) -> str:
        """A time in words, to the nearest second: `1 minute 30 seconds`, `1 hour 5 minutes 2 seconds`."""
        seconds = round_half_up(length, SECOND)
        units = {"hour": seconds // 3600, "minute": seconds // 60 % 60, "second": seconds % 60}
        parts = [self._count(unit, number) for unit, number in units.items() if number]
        *first, last = parts or [self._count("second", 0)]
        return str(self.texts["and_time"]).join((" ".join(first), last)) if first else last

    def left(self, time: Ms) -> str:
        """The sentence that says how much time is left."""
        sentence = self.say("time_left", time=self.time(time))
        return sentence[:1].upper() + sentence[1:]

    def _count(self, name: str, number: int, slot: str = "number") -> str:
        forms = self.texts[name]
        return str(forms["one" if number == 1 else "many"]).format(**{slot: number})
