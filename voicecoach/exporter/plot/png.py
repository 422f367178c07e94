"""Shapes → PNG, by Pillow, lettered in Lato."""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

from voicecoach.exporter.plot.shapes import Box, Label, Mark, Picture, Shape

__all__ = ["painted", "painted_small", "writes"]

_FINER = 2
"""Made smaller from twice the size, slanted edges are smooth."""
_COLOURS = 64
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def painted(picture: Picture, finer: int = _FINER) -> bytes:
    """The picture as a PNG file, drawn so many times finer first; at 1, slanted edges are as the pen leaves them."""
    image = _drawn(picture, finer)
    small = image if finer == 1 else image.resize((picture.width, picture.height), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    small.save(file, "PNG", optimize=True)
    return file.getvalue()


def painted_small(picture: Picture) -> bytes:
    """The same in a fifth of the room and of the time: few colours, and edges as the pen leaves them."""
    image = _drawn(picture, 1).quantize(_COLOURS, method=Image.Quantize.FASTOCTREE)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def writes(text: str) -> bool:
    """Whether the typeface, which has Latin letters, has every one of these."""
    font = _font(28)
    missing = bytes(font.getmask("\U0010ffff"))
    return all(sign.isspace() or bytes(font.getmask(sign)) != missing for sign in text)


def _drawn(picture: Picture, scale: int) -> Image.Image:
    image = Image.new("RGB", (picture.width * scale, picture.height * scale), picture.ground)
    pen = ImageDraw.Draw(image)
    for shape in picture.shapes:
        _paint(pen, shape, scale)
    return image


def _paint(pen: ImageDraw.ImageDraw, shape: Shape, scale: int) -> None:
    match shape:
        case Box(x, y, width, height, colour, radius):
            left, top = x * scale, y * scale
            corners = [left, top, max(left, left + width * scale - 1), max(top, top + height * scale - 1)]
            pen.rounded_rectangle(corners, min(radius, width / 2) * scale, colour)
        case Mark(x, y, size, colour):
            diamond = [(x, y - size), (x + size, y), (x, y + size), (x - size, y)]
            pen.polygon([(a * scale, b * scale) for a, b in diamond], colour)
        case Label(x, y, text, size, colour, anchor, bold):
            pen.text((x * scale, y * scale), text, colour, _font(size * scale, bold=bold), _ANCHORS[anchor])


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    # Pillow's own typeface has no letters but those of English.
    face = files("font_lato") / "files" / ("Lato-Bold.ttf" if bold else "Lato-Regular.ttf")
    return ImageFont.truetype(io.BytesIO(face.read_bytes()), size)
