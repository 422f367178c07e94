"""The listener's choices for a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from voicecoach.units import Ms

__all__ = ["LEVELS", "Choices", "SideChoice"]

SideChoice: TypeAlias = Literal["left", "right", "both"]

LEVELS = {"gentle": 0, "standard": 50, "deep": 100}
"""The levels that have names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How a routine is to be fitted to a listener. Nothing chosen is the routine as its writer meant it."""

    level: int | None = None
    """0 to 100: how far along its way every range is; None where nobody said."""
    length: Ms | None = None
    """How long the whole session is to be; not together with `level`."""
    options: frozenset[str] = frozenset()
    only: tuple[str, ...] = ()
    """Titles of moves, in any case; empty means all."""
    skip: tuple[str, ...] = ()
    side: SideChoice = "both"
    speed: int = 100
    """Of speech and pauses, in percent: 50 to 200."""
    intro: bool = True
    """Whether the opening is spoken; its caution always is."""

    def __post_init__(self) -> None:
        if self.level is not None and self.length is not None:
            raise ValueError("a level and a length together")
        if self.level is not None and not 0 <= self.level <= 100:
            raise ValueError(f"a level of {self.level}, 0 to 100 is allowed")
        if self.side not in get_args(SideChoice):
            raise ValueError(f"a side of {self.side!r}, left, right and both are allowed")
        if not 50 <= self.speed <= 200:
            raise ValueError(f"a speed of {self.speed} %, 50 to 200 is allowed")

    @property
    def whole(self) -> bool:
        """Whether all moves and both sides are played."""
        return not self.only and not self.skip and self.side == "both"
