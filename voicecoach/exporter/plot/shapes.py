"""The shapes of a picture, independent of the format that it is drawn in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Box", "Label", "Mark", "Picture", "Shape"]

Colour: TypeAlias = str
"""`#rrggbb`."""


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour
    radius: float = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A diamond around a point."""

    x: float
    y: float
    size: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text; `y` is its baseline."""

    x: float
    y: float
    text: str
    size: int
    colour: Colour
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False


Shape: TypeAlias = Box | Mark | Label


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes from back to front on a plain background; in pixels, x to the right, y down."""

    width: int
    height: int
    background: Colour
    title: str
    shapes: tuple[Shape, ...]
