"""Letters as large as a screen allows, for who looks up from the floor at two metres."""

from __future__ import annotations

from itertools import product

__all__ = ["big"]

_HIGH = 5
_GLYPHS = {
    "0": "### #.# #.# #.# ###",
    "1": ".#. ##. .#. .#. ###",
    "2": "### ..# ### #.. ###",
    "3": "### ..# ### ..# ###",
    "4": "#.# #.# ### ..# ..#",
    "5": "### #.. ### ..# ###",
    "6": "### #.. ### #.# ###",
    "7": "### ..# ..# .#. .#.",
    "8": "### #.# ### #.# ###",
    "9": "### #.# ### ..# ###",
    ":": ". # . # .",
    " ": ". . . . .",
    "A": ".#. #.# ### #.# #.#",
    "D": "##. #.# #.# #.# ##.",
    "E": "### #.. ### #.. ###",
    "F": "### #.. ### #.. #..",
    "G": "### #.. #.# #.# ###",
    "H": "#.# #.# ### #.# #.#",
    "I": "### .#. .#. .#. ###",
    "L": "#.. #.. #.. #.. ###",
    "N": "##. #.# #.# #.# #.#",
    "O": "### #.# #.# #.# ###",
    "P": "### #.# ### #.. #..",
    "R": "##. #.# ##. #.# #.#",
    "S": "### #.. ### ..# ###",
    "T": "### .#. .#. .#. .#.",
    "U": "#.# #.# #.# #.# ###",
}
"""Five rows each. Only what is ever written large."""


def big(text: str, columns: int, rows: int) -> tuple[str, ...]:
    """`text` in blocks (`█`), as high and then as wide as `columns` by `rows` allow; nothing where it does not fit.

    A row of a terminal is about as high as two columns: letters are never narrower than that makes a square.
    """
    glyphs = [_GLYPHS[letter].split() for letter in text]
    lines = [".".join(glyph[row] for glyph in glyphs) for row in range(_HIGH)] if glyphs else []
    width = len(lines[0]) if lines else 1
    sizes = product(range(rows // _HIGH, 0, -1), range(columns // width, 0, -1))
    for high, wide in sizes:
        if lines and high <= wide <= 3 * high:
            drawn = ["".join(("█" if dot == "#" else " ") * wide for dot in line).rstrip() for line in lines]
            return tuple(line for line in drawn for _ in range(high))
    return ()
