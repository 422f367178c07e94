"""A text in lines that are read at a glance: short, and broken where a speaker breathes."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["WIDTH", "lines"]

WIDTH = 41
"""Letters in a line at most: under 42, as subtitlers count them (Netflix and BBC guides: 37 to 42)."""
_TOKEN = re.compile(r"\S+\s*")
_CLAUSE = re.compile(r"[,;:.!?…—–、。，；：！？)][\"'“”’»)]*\s*$")
_EAST = re.compile(r"[^、。，；：！？]+[、。，；：！？]*|[、。，；：！？]+")
"""Pieces of a text that knows no spaces."""
_A_LINE = 1.0
_INSIDE_A_CLAUSE = 0.6
"""Less than a line costs, so that no line is added for a single better break."""
_RAGGED = 0.5


def lines(text: str, width: int = WIDTH) -> list[str]:
    """The text, spaces made single, in as few lines as can be; among those, the breaks at clauses and even lengths.

    A word that is longer than a line is cut.
    """
    tokens = [piece for token in _TOKEN.findall(" ".join(text.split())) for piece in _cut(token, width)]
    costs, ends = [0.0], [0]
    """For the first so many tokens: the least cost, and where its last line begins."""
    for stop in range(1, len(tokens) + 1):
        choices = []
        length = 0
        for start in range(stop - 1, -1, -1):
            length += len(tokens[start])
            used = length - (len(tokens[stop - 1]) - len(tokens[stop - 1].rstrip()))
            if used > width:
                break
            choices.append((costs[start] + _cost(used, tokens[stop - 1], width, last=stop == len(tokens)), start))
        cost, start = min(choices)
        costs.append(cost)
        ends.append(start)
    return _read_back(tokens, ends)


def _cost(used: int, token: str, width: int, *, last: bool) -> float:
    inside = not last and _CLAUSE.search(token) is None
    return _A_LINE + _INSIDE_A_CLAUSE * inside + _RAGGED * (1 - used / width) ** 2


def _read_back(tokens: list[str], begins: list[int]) -> list[str]:
    made: list[str] = []
    stop = len(tokens)
    while stop:
        made.append("".join(tokens[begins[stop] : stop]).rstrip())
        stop = begins[stop]
    return made[::-1]


def _cut(token: str, width: int) -> Iterator[str]:
    if len(token.rstrip()) <= width:
        yield token
        return
    for piece in _EAST.findall(token):
        yield from (piece[at : at + width] for at in range(0, len(piece), width))
