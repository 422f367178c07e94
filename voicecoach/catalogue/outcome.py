"""What becomes of a batch, and who tells people of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from voicecoach.units import Ms

__all__ = ["Failure", "Outcome", "Teller"]


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be made."""

    name: str
    words: str
    """The problem's own, one or more lines."""
    code: int
    """The exit code for it."""


@dataclass(slots=True)
class Outcome:
    """What became of a batch."""

    sessions: int = 0
    """Made."""
    files: int = 0
    """Made."""
    bytes: int = 0
    length: Ms = Ms(0)
    """Of the sessions made, heard one after the other."""
    fresh: int = 0
    """Files that were as they should be."""
    others: tuple[str, ...] = ()
    """Files of earlier batches that this one does not make; they are left alone."""
    failures: list[Failure] = field(default_factory=list)

    @property
    def code(self) -> int:
        """The worst exit code; 0 where all went well."""
        return max((failure.code for failure in self.failures), default=0)


class Teller(Protocol):
    """Who tells people how it goes."""

    def at_work(self, doing: Sequence[tuple[str, float] | None], done: int, total: int) -> None:
        """Each worker's session and share, and how many sessions of how many are done; called ten times a second."""
        ...

    def speaking(self, done: int, total: int) -> None:
        """So many new texts of so many are spoken."""
        ...

    def made(self, name: str, files: Iterable[str], done: int, total: int) -> None:
        """A session's files are there."""
        ...

    def failed(self, failure: Failure) -> None:
        """Something cannot be made; all else goes on."""
        ...
