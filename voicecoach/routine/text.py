"""The words of a routine, every placeholder still open."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.errors import Pos

__all__ = ["BySide", "Slot", "Text"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A placeholder such as `{side}` or `{length}`, to be filled by the compiler."""

    name: str


@dataclass(frozen=True, slots=True)
class BySide:
    """`{A|B}`: `left` while the side is left, `right` while it is right."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words to say or show, cut at their placeholders."""

    raw: str
    """As written, placeholders and all."""
    parts: tuple[str | Slot | BySide, ...]
    pos: Pos

    @property
    def plain(self) -> bool:
        """Whether there is nothing to fill in: the words are those of `raw`."""
        return len(self.parts) == 1 and self.parts[0] == self.raw

    def uses(self, name: str) -> bool:
        """Whether `{name}` stands in the text."""
        return any(isinstance(part, Slot) and part.name == name for part in self.parts)
