"""The font files for the letters of pictures: Lato, and those of the extra `letters` where it is installed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec

_NEED_NO_SHAPING = ("NotoSans[wght].ttf", "NotoSansSymbols[wght].ttf", "NotoEmoji[wght].ttf")
"""Tried in this order, after the fonts of single scripts."""
_LEFT_OUT = "Italic"


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font file."""

    file: Traversable
    variable: bool = True
    """Whether the file has all weights."""
    shaped: bool = False
    """Whether letters change with their neighbours, or run from right to left."""


def typefaces(*, bold: bool) -> tuple[Typeface, ...]:
    """All typefaces that are installed, in the order in which they are tried."""
    lato = files("font_lato") / "files" / ("Lato-Bold.ttf" if bold else "Lato-Regular.ttf")
    return (Typeface(lato, variable=False), *_noto(), *_noto_cjk())


def _noto() -> tuple[Typeface, ...]:
    if find_spec("manimgx_fonts") is None:
        return ()
    found = {file.name: file for file in files("manimgx_fonts").iterdir() if file.name.endswith(".ttf")}
    plain = [found.pop(name) for name in _NEED_NO_SHAPING if name in found]
    shaped = [found[name] for name in sorted(found) if _LEFT_OUT not in name]
    return (*map(Typeface, plain[:1]), *(Typeface(file, shaped=True) for file in shaped), *map(Typeface, plain[1:]))


def _noto_cjk() -> tuple[Typeface, ...]:
    if find_spec("manimgx_fonts_cjk") is None:
        return ()
    return tuple(Typeface(file) for file in files("manimgx_fonts_cjk").iterdir() if file.name.endswith(".ttc"))
