"""Fills the placeholders of a text; those about the whole session are left open until everything after it is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from voicecoach.routine import BySide, Placeholder, Side, Text

_SENTENCE_ENDS = (".", "!", "?")
_OPENING_MARKS = " ¿¡\"'«„“‘(–—"
"""Characters that may stand between the end of one sentence and the first letter of the next."""
OPEN_NAMES = frozenset({"left", "total", "next"})


class SessionFacts(NamedTuple):
    """The values of the placeholders about the whole session, at one place in it."""

    left: int = 1
    """Whole minutes from here to the end."""
    total: int = 1
    """Whole minutes of the session."""
    next_title: str = ""
    """Of the next pass through a move."""


class OpenText:
    """A text that names facts about the whole session, with everything else filled in."""

    def __init__(self, text: Text, known: Mapping[str, Value], side: Side | None) -> None:
        """Take the values of the other placeholders; that of `{move}` may be open itself."""
        self._text, self._known, self._side = text, known, side
        inner = (value.names for value in known.values() if isinstance(value, OpenText))
        self.names: frozenset[str] = (placeholder_names(text) & OPEN_NAMES).union(*inner)
        """The open placeholders, also those of a title inside."""

    def fill(self, facts: SessionFacts) -> str:
        """The words with these facts."""
        values = {name: value if isinstance(value, str) else value.fill(facts) for name, value in self._known.items()}
        values |= {"left": str(facts.left), "total": str(facts.total), "next": facts.next_title}
        return fill_text(self._text, values, self._side)


Value: TypeAlias = str | OpenText


def placeholder_names(text: Text) -> frozenset[str]:
    """The names of the placeholders in a text; `{A|B}` counts as `side`."""
    return frozenset(
        part.name if isinstance(part, Placeholder) else "side" for part in text.parts if not isinstance(part, str)
    )


def fill_text(text: Text, values: Mapping[str, str], side: Side | None) -> str:
    """Replace every placeholder. At the start of a sentence the value gets a capital letter."""
    pieces: list[str] = []
    last = ""  # the last character that ends a sentence or does not
    for part in text.parts:
        match part:
            case Placeholder(name):
                piece = _at_start(values[name], last)
            case BySide(left, right):
                piece = _at_start(right if side == "right" else left, last)
            case _:
                piece = part
        pieces.append(piece)
        last = piece.rstrip(_OPENING_MARKS)[-1:] or last
    return " ".join("".join(pieces).split())


def _at_start(value: str, last: str) -> str:
    return value[:1].upper() + value[1:] if last in ("", *_SENTENCE_ENDS) else value
