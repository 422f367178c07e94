"""Lines of text in a picture: which typeface draws which letters. Letters that none can draw are left out."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from PIL import ImageDraw, ImageFont, features

from voicecoach.exporter.plot.typefaces import Typeface, typefaces

_SHAPES = features.check("raqm")
"""Whether Pillow can join Arabic letters, place accents and write from right to left."""
_TEST_SIZE = 28
_NO_CHARACTER = "\U0010ffff"
_JOINERS = {"\u200c", "\u200d"}
_RIGHT_TO_LEFT = {"R", "AL"}


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one typeface, by its number."""

    face: int
    text: str


def letter_runs(text: str) -> tuple[Run, ...]:
    """Divide a line into runs, from left to right, and leave out what no typeface has."""
    letters = list(_letters(unicodedata.normalize("NFC", text)))
    runs = [
        Run(face, "".join(letter for _, letter in group)) for face, group in groupby(letters, lambda letter: letter[0])
    ]
    strong = (unicodedata.bidirectional(sign) for _, letter in letters for sign in letter)
    first = next((kind for kind in strong if kind in _RIGHT_TO_LEFT | {"L"}), "L")
    return tuple(runs if first == "L" else runs[::-1])


def drawable(text: str) -> str:
    """The text without the letters that are left out, and without the space around them."""
    return " ".join("".join(letter for _, letter in _letters(unicodedata.normalize("NFC", text))).split())


def draw_line(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: float, colour: str, anchor: str, *, bold: bool
) -> None:
    """Draw one line. `at` is on its baseline: its start, middle or end, as `anchor` says."""
    runs = letter_runs(drawable(text))
    fonts = [font(run.face, size, bold=bold) for run in runs]
    lengths = [face.getlength(run.text) for face, run in zip(fonts, runs, strict=True)]
    x = at[0] - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * sum(lengths)
    for face, run, length in zip(fonts, runs, lengths, strict=True):
        pen.text((x, at[1]), run.text, colour, face, "ls")
        x += length


@cache
def font(face: int, size: float, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Load a typeface in a size, in pixels."""
    typeface = typefaces(bold=bold)[face]
    loaded = ImageFont.truetype(io.BytesIO(typeface.file.read_bytes()), size)
    if typeface.variable:
        loaded.set_variation_by_axes([700 if bold else 400])
    return loaded


def _letters(text: str) -> Iterator[tuple[int, str]]:
    """Each character that can be drawn, with its typeface; accents and joiners stay with the letter before."""
    face: int | None = None
    leftwards = False
    for sign in text:
        kind = unicodedata.category(sign)
        if kind in ("Cf", "Mn", "Me", "Mc"):
            joined = sign in _JOINERS or kind != "Cf"
            if face is not None and _SHAPES and joined and _has_glyph(face, sign):
                yield face, sign
            continue
        if not (leftwards and face is not None and kind[0] in "ZP" and _has_glyph(face, sign)):
            face = _face_of(sign)
            leftwards = unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT
        if face is not None:
            yield face, sign


@cache
def _face_of(sign: str) -> int | None:
    return next((number for number in range(len(_usable())) if _has_glyph(number, sign)), None)


@cache
def _usable() -> tuple[Typeface, ...]:
    return typefaces(bold=False)


@cache
def _has_glyph(face: int, sign: str) -> bool:
    """Whether a typeface can draw a character: not with the box that stands for all that it lacks."""
    if sign.isspace() or (face == 0 and sign.isascii() and sign.isprintable()):
        return True
    if _usable()[face].shaped and not _SHAPES:
        return False
    return bytes(font(face, _TEST_SIZE).getmask(sign)) != _box(face)


@cache
def _box(face: int) -> bytes:
    return bytes(font(face, _TEST_SIZE).getmask(_NO_CHARACTER))
