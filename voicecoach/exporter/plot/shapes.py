"""The shapes that a picture consists of, and rendering them as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Literal, TypeAlias

from voicecoach.exporter.plain_text import single_line

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


_FONTS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif"


def render_svg(picture: Picture) -> bytes:
    """Render an SVG document, with its title for screen readers."""
    title = _text(picture.title)
    size = f'viewBox="0 0 {picture.width} {picture.height}" width="{picture.width}" height="{picture.height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="{_FONTS}">',
        f"<title>{title}</title>",
        f'<rect width="{picture.width}" height="{picture.height}" fill="{picture.background}"/>',
        *map(_shape, picture.shapes),
        "</svg>",
    ]
    return "\n".join(lines).encode()


def _shape(shape: Shape) -> str:
    match shape:
        case Box(x, y, width, height, colour, radius):
            round_ = f' rx="{radius:g}"' if radius else ""
            return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"{round_} fill="{colour}"/>'
        case Mark(x, y, size, colour):
            points = f"{x:.1f},{y - size:.1f} {x + size:.1f},{y:.1f} {x:.1f},{y + size:.1f} {x - size:.1f},{y:.1f}"
            return f'<polygon points="{points}" fill="{colour}"/>'
        case Label(x, y, text, size, colour, anchor, bold):
            weight = ' font-weight="bold"' if bold else ""
            end = f' text-anchor="{anchor}"' if anchor != "start" else ""
            return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}"{weight}{end} fill="{colour}">{_text(text)}</text>'


def _text(text: str) -> str:
    return escape(single_line(text))
