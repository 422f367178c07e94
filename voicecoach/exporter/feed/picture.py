"""Pictures as directories ask for them: square, 1400 pixels, PNG."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image

from voicecoach.exporter.lines import lines
from voicecoach.exporter.plot import png
from voicecoach.exporter.plot.session_chart import BANDS
from voicecoach.exporter.plot.shapes import Box, Label, Mark, Picture, Shape

__all__ = ["right_size", "squared", "title_picture"]

SIDE = 1400
"""The least that Apple takes; 3000 is the most."""
MOST = 3000
_COLOURS = 64
_MARGIN = 110
_LARGE_ENOUGH = 4 / 3
"""How much larger a picture could be that is left as sharp as it is."""
_GROUND, _INK = "#0b3d6e", "#ffffff"
_LETTERS = 14
"""In a line of the title, which is legible at the size of a stamp then."""
_LINES = 5


def title_picture(title: str) -> bytes:
    """A title over the bands of a session. Without words, where the typeface lacks letters of it."""
    shown = lines(title, _LETTERS)[:_LINES] if png.writes(title) else []
    shapes: list[Shape] = [*_bands(), *(_label(number, line) for number, line in enumerate(shown))]
    return png.painted(Picture(SIDE, SIDE, _GROUND, title, tuple(shapes)), finer=1)


def _label(number: int, line: str) -> Label:
    return Label(_MARGIN, 270 + 165 * number, line, 150, _INK, bold=True)


def _bands() -> Iterator[Shape]:
    room = SIDE - 2 * _MARGIN
    x = float(_MARGIN)
    for share, colour in zip((3, 2, 4, 2, 3, 1, 2, 3), BANDS, strict=True):
        yield Box(x, 1130, share * room / 20 - 8, 130, colour, 14)
        x += share * room / 20
    yield Mark(_MARGIN + 18, 1070, 18, _INK)


def squared(cover: bytes) -> bytes:
    """The picture that a file bears, whole on a white square; empty for what is no picture."""
    try:
        picture = Image.open(io.BytesIO(cover)).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return b""
    room = SIDE - _MARGIN
    scale = min(room / picture.width, room / picture.height)
    if 1 <= scale <= _LARGE_ENOUGH:
        scale = 1
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    square = Image.new("RGB", (SIDE, SIDE), "#ffffff")
    fitting = picture if scale == 1 else picture.resize(size, Image.Resampling.LANCZOS)
    square.paste(fitting, ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    file = io.BytesIO()
    square.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE).convert("RGB").save(file, "PNG")
    return file.getvalue()


def right_size(path: object) -> bool:
    """Whether directories take the picture there. Raises OSError."""
    with Image.open(str(path)) as picture:
        return picture.width == picture.height and SIDE <= picture.width <= MOST
