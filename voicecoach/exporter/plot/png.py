"""Shapes → PNG, by Pillow and the typeface that comes with it."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from voicecoach.exporter.plot.shapes import Box, Label, Mark, Picture, Shape

__all__ = ["painted"]

_FINER = 2
"""Drawn at twice the size and made smaller, so that slanted edges are smooth."""
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def painted(picture: Picture) -> bytes:
    """The picture as a PNG file."""
    size = (picture.width * _FINER, picture.height * _FINER)
    image = Image.new("RGB", size, picture.ground)
    pen = ImageDraw.Draw(image)
    for shape in picture.shapes:
        _paint(pen, shape)
    small = image.resize((picture.width, picture.height), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    small.save(file, "PNG", optimize=True)
    return file.getvalue()


def _paint(pen: ImageDraw.ImageDraw, shape: Shape) -> None:
    match shape:
        case Box(x, y, width, height, colour, radius):
            corners = [x * _FINER, y * _FINER, (x + width) * _FINER - 1, (y + height) * _FINER - 1]
            pen.rounded_rectangle(corners, min(radius, width / 2) * _FINER, colour)
        case Mark(x, y, size, colour):
            diamond = [(x, y - size), (x + size, y), (x, y + size), (x - size, y)]
            pen.polygon([(a * _FINER, b * _FINER) for a, b in diamond], colour)
        case Label(x, y, text, size, colour, anchor, bold):
            stroke = 1 if bold else 0
            place = (x * _FINER, y * _FINER)
            pen.text(place, text, colour, _font(size * _FINER), _ANCHORS[anchor], stroke_width=stroke)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
