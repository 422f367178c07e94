"""Quoting what the writer typed, so that a problem stays one line that can be read."""

from __future__ import annotations

__all__ = ["LONGEST", "shown"]

LONGEST = 60
"""Characters of a quoted value."""


def shown(typed: str) -> str:
    """The text on one line: cut where it is long, line ends and what cannot be seen escaped, `nothing` where empty."""
    if not typed:
        return "nothing"
    start = typed[: LONGEST + 1]
    if not start.isprintable():
        start = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in start)
    return start if len(start) <= LONGEST else start[: LONGEST - 1] + "…"
