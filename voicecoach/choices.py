"""The listener's choices for a session."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, TypeAlias, cast, get_args

from voicecoach.units import Ms, parse_whole

SideChoice: TypeAlias = Literal["left", "right", "both"]

LEVELS = {"gentle": 0, "standard": 50, "deep": 100}
"""The levels that have names."""


def parse_level(text: str) -> int:
    """A level from its name or number. Raises ValueError."""
    name = text.strip().lower()
    if name in LEVELS:
        return LEVELS[name]
    with suppress(ValueError):
        if 0 <= (level := parse_whole(name)) <= 100:
            return level
    raise ValueError(f"not a level ({text}), allowed are {', '.join(LEVELS)}, and 0 to 100")


def parse_side(text: str) -> SideChoice:
    """A choice of side from its name. Raises ValueError."""
    for side in get_args(SideChoice):
        if text == side:
            return cast("SideChoice", side)
    raise ValueError(f"not a side ({text}), allowed are {', '.join(get_args(SideChoice))}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How to fit a routine to a listener. The defaults are the routine as its author meant it."""

    level: int | None = None
    """0 to 100: how far along its way every range is. None: not chosen."""
    length: Ms | None = None
    """Of the whole session; not together with `level`."""
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

    def to_plain(self) -> dict[str, Any]:
        """Values that JSON can hold."""
        return {**asdict(self), "options": sorted(self.options)}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Choices:
        """Restore choices from `to_plain` after JSON held them, ignoring other keys. Raises ValueError."""
        from voicecoach.records import read_fields  # for logs only

        known = {field.name for field in fields(cls)}
        return cls(**read_fields(cls, {name: value for name, value in plain.items() if name in known}))
