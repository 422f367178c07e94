"""Columns of plain text that fit the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence

GAP = "  "
_LEAST = 20
"""Columns that the last cell needs to stay beside the others."""
_BELOW = "    "
"""Indents text that moved below its row."""


def columns(rows: Sequence[Sequence[str]], *, head: Sequence[str] = (), width: int | None = None) -> str:
    """The rows in aligned columns, the last one wrapped; it moves below the others if there is no room."""
    width = width or shutil.get_terminal_size((100, 24)).columns
    all_rows = [head, *rows] if head else list(rows)
    if not all_rows:
        return ""
    widths = [max(len(row[index]) for row in all_rows) for index in range(len(all_rows[0]) - 1)]
    beside = width - sum(widths) - len(GAP) * len(widths) >= _LEAST
    lines = (line for row in all_rows for line in (_beside if beside else _below)(row, widths, width))
    return "\n".join(lines)


def _beside(row: Sequence[str], widths: Sequence[int], width: int) -> Iterator[str]:
    start = "".join(cell.ljust(size) + GAP for cell, size in zip(row[:-1], widths, strict=True))
    first, *more = textwrap.wrap(row[-1], width - len(start)) or [""]
    yield (start + first).rstrip()
    yield from (" " * len(start) + line for line in more)


def _below(row: Sequence[str], widths: Sequence[int], width: int) -> Iterator[str]:
    line = ""
    for cell, size in zip(row[:-1], widths, strict=True):
        if line and len(line + cell) > width:
            yield line.rstrip()
            line = _BELOW
        line += cell.ljust(size) + GAP
    if len(line + row[-1]) <= width:
        yield (line + row[-1]).rstrip()
        return
    yield line.rstrip()
    yield from textwrap.wrap(row[-1], width, initial_indent=_BELOW, subsequent_indent=_BELOW)
