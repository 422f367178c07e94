"""Columns of plain text that fit the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence

__all__ = ["columns"]

GAP = "  "


def columns(rows: Sequence[Sequence[str]], *, head: Sequence[str] = (), width: int | None = None) -> str:
    """The rows in aligned columns; the last column wraps below itself where the terminal is narrow."""
    width = width or shutil.get_terminal_size((100, 24)).columns
    every = [head, *rows] if head else list(rows)
    if not every:
        return ""
    widths = [max(len(row[index]) for row in every) for index in range(len(every[0]) - 1)]
    indent = sum(widths) + len(GAP) * len(widths)
    room = max(20, width - indent)
    lines: list[str] = []
    for row in every:
        start = "".join(cell.ljust(size) + GAP for cell, size in zip(row[:-1], widths, strict=True))
        first, *more = textwrap.wrap(row[-1], room) or [""]
        lines.append((start + first).rstrip())
        lines += [" " * indent + line for line in more]
    return "\n".join(lines)
