"""Covers of a podcast and of its episodes: squares as Apple takes them, made from a picture or from a title.

Pictures come from files that may be damaged or hostile, so they are read inside a `Sandbox`, and none is decoded before
its header has told its size.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from voicecoach.errors import FileError
from voicecoach.exporter.caption_track import wrap_lines
from voicecoach.exporter.plot import png
from voicecoach.exporter.plot.charts import BANDS
from voicecoach.exporter.plot.lettering import drawable
from voicecoach.exporter.plot.shapes import Box, Label, Mark, Picture, Shape
from voicecoach.files import open_regular

_SIDE, _MAX_SIDE = 1400, 3000
"""Pixels; the smallest and the largest cover that Apple takes."""
_COLOURS = 64
_MARGIN = 110
_MAX_UPSCALE = 4 / 3
"""A picture that would grow by less stays as it is, and sharp."""
_BACKGROUND, _INK = "#0b3d6e", "#ffffff"
_LINE_WIDTH = 14
"""Characters in a line of the title, so that it is legible on the smallest cover."""
_MAX_LINES = 5
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
"""All that Pillow may try: other formats start programs."""
_KINDS = "PNG, JPEG, WebP, GIF or BMP"
_MAX_PIXELS = 40_000_000
"""Of a picture inside a sound file; 6,300 pixels square, twice what Apple takes."""


def is_accepted_cover(path: Path) -> bool:
    """Whether directories accept the picture. Raises FileError if it is none."""
    try:
        with open_regular(path) as file:
            picture = _open(path, file)
    except OSError as fault:
        raise FileError.of(path, fault) from fault
    return picture.width == picture.height and _SIDE <= picture.width <= _MAX_SIDE


def square_cover(path: Path, cover: bytes) -> bytes:
    """The picture inside the sound file at `path`, whole, on a white square as PNG. Raises FileError."""
    picture = _open(path, io.BytesIO(cover))
    if picture.width * picture.height > _MAX_PIXELS:
        raise _too_large(path)
    try:
        return _to_square(picture.convert("RGB"))
    except (OSError, SyntaxError, ValueError) as fault:
        raise FileError(f"{path}: its cover is left out: it is damaged ({fault})") from fault


def _open(path: Path, file: BinaryIO) -> Image.Image:
    """Read the header of a picture."""
    try:
        return Image.open(file, formats=_FORMATS)
    except Image.DecompressionBombError as fault:
        raise _too_large(path) from fault
    except (OSError, SyntaxError, ValueError) as fault:
        raise FileError(f"{path}: its cover is left out: it is not a {_KINDS} picture") from fault


def _too_large(path: Path) -> FileError:
    return FileError(f"{path}: its cover is left out: it has more than {_MAX_PIXELS // 1_000_000} million pixels")


def _to_square(picture: Image.Image) -> bytes:
    room = _SIDE - _MARGIN
    scale = min(room / picture.width, room / picture.height)
    if not 1 <= scale <= _MAX_UPSCALE:
        size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    square = Image.new("RGB", (_SIDE, _SIDE), "#ffffff")
    square.paste(picture, ((_SIDE - picture.width) // 2, (_SIDE - picture.height) // 2))
    file = io.BytesIO()
    square.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE).convert("RGB").save(file, "PNG")
    return file.getvalue()


def title_cover(title: str) -> bytes:
    """The title over the bands of a session chart as PNG, without the letters that no typeface has."""
    lines = wrap_lines(drawable(title), _LINE_WIDTH)[:_MAX_LINES]
    labels = [Label(_MARGIN, 270 + 165 * number, line, 150, _INK, bold=True) for number, line in enumerate(lines)]
    return png.render(Picture(_SIDE, _SIDE, _BACKGROUND, title, (*_bands(), *labels)), oversampling=1)


def _bands() -> Iterator[Shape]:
    room = _SIDE - 2 * _MARGIN
    x = float(_MARGIN)
    for share, colour in zip((3, 2, 4, 2, 3, 1, 2, 3), BANDS, strict=True):
        yield Box(x, 1130, share * room / 20 - 8, 130, colour, 14)
        x += share * room / 20
    yield Mark(_MARGIN + 18, 1070, 18, _INK)
