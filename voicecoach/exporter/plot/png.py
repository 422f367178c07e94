"""Renders shapes as PNG with Pillow."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from voicecoach.exporter.plot.lettering import draw_line
from voicecoach.exporter.plot.shapes import Box, Label, Mark, Picture, Shape

_OVERSAMPLING = 2
"""Drawn at twice the size and scaled down, slanted edges are smooth."""
_COLOURS = 64
_STRIP = 400
"""Rows of pixels that are drawn at a time, so that a high picture takes little memory."""
_BESIDE = 8
"""More rows than a Lanczos filter reaches."""


def render(picture: Picture, oversampling: int = _OVERSAMPLING) -> bytes:
    """Render a PNG. With an oversampling of 1, slanted edges are jagged."""
    image = Image.new("RGB", (picture.width, picture.height))
    for top in range(0, picture.height, _STRIP):
        image.paste(_strip(picture, top, min(_STRIP, picture.height - top), oversampling), (0, top))
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _strip(picture: Picture, top: int, height: int, oversampling: int) -> Image.Image:
    """Draw some rows of pixels and the rows beside them, which the filter reads as well."""
    before, after = min(top, _BESIDE), min(picture.height - top - height, _BESIDE)
    drawn = _draw(picture, oversampling, top - before, before + height + after)
    if oversampling > 1:
        drawn = drawn.resize((picture.width, before + height + after), Image.Resampling.LANCZOS)
    return drawn.crop((0, before, picture.width, before + height))


def render_small(picture: Picture) -> bytes:
    """Render a PNG with few colours and jagged edges, in a fifth of the size, the time and the memory."""
    palette = _draw(picture, 1 / 3).quantize(_COLOURS, method=Image.Quantize.FASTOCTREE)
    image = palette.resize((picture.width, picture.height))
    for top in range(0, picture.height, _STRIP):
        strip = _draw(picture, 1, top, min(_STRIP, picture.height - top))
        image.paste(strip.quantize(palette=palette, dither=Image.Dither.NONE), (0, top))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _draw(picture: Picture, scale: float, top: int = 0, height: int | None = None) -> Image.Image:
    """Draw `height` rows of pixels from `top` on; by default all."""
    height = picture.height if height is None else height
    image = Image.new("RGB", (round(picture.width * scale), round(height * scale)), picture.background)
    pen = ImageDraw.Draw(image)
    for shape in picture.shapes:
        if top - _extent(shape) <= shape.y < top + height + _extent(shape):
            _paint(pen, shape, scale, top)
    return image


def _extent(shape: Shape) -> float:
    """The most that a shape extends above or below its `y`."""
    return shape.height if isinstance(shape, Box) else shape.size


def _paint(pen: ImageDraw.ImageDraw, shape: Shape, scale: float, top: int) -> None:
    match shape:
        case Box(x, y, width, height, colour, radius):
            left, upper = x * scale, (y - top) * scale
            corners = [left, upper, max(left, left + width * scale - 1), max(upper, upper + height * scale - 1)]
            pen.rounded_rectangle(corners, min(radius, width / 2) * scale, colour)
        case Mark(x, y, size, colour):
            diamond = [(x, y - size), (x + size, y), (x, y + size), (x - size, y)]
            pen.polygon([(a * scale, (b - top) * scale) for a, b in diamond], colour)
        case Label(x, y, text, size, colour, anchor, bold):
            draw_line(pen, (x * scale, (y - top) * scale), text, size * scale, colour, anchor, bold=bold)
