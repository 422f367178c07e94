"""The page's own texts, one data file per language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["PageTexts", "languages", "load"]

_FOLDER = Path(__file__).parent
_FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class PageTexts:
    """The page's own words."""

    language: str
    """What they are written in, BCP 47: as it was asked for, or English."""
    texts: Mapping[str, str]

    def say(self, name: str, **slots: object) -> str:
        """A text with its slots filled."""
        return self.texts[name].format(**slots)


def languages() -> tuple[str, ...]:
    """The languages that the page speaks."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))


@cache
def load(language: str) -> PageTexts:
    """The words of a language, whatever its country; English where there are none."""
    primary = language.lower().partition("-")[0]
    known = primary in languages()
    path = _FOLDER / f"{primary if known else _FALLBACK}.json"
    return PageTexts(language if known else _FALLBACK, json.loads(path.read_text("utf-8")))
