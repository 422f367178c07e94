"""How a format's packets divide time."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Grid"]


@dataclass(frozen=True, slots=True)
class Grid:
    """The facts of a codec and its file that weaving needs; all in frames."""

    frame: int
    """In a packet."""
    lag: int
    """By which sound comes out later than its packet, in players that heed what the file says of that."""
    skipped: int = 0
    """Of the first packets, what the file tells players to leave out."""
    warmth: int = 0
    """Packets (not frames) of silence that an encoder is to hear before it is at its best; they are left out."""
    lean: int = 0
    """Bits a second up to which two channels need what the silence before them saves, and are not woven."""

    @property
    def first(self) -> int:
        """The first packet with which sound can begin: a lag needs packets before to be made up in."""
        return -(-self.lag // self.frame)
