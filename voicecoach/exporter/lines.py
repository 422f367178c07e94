"""A text in lines that are read at a glance: short, and broken where a speaker breathes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from math import inf

__all__ = ["WIDTH", "glances", "lines"]

WIDTH = 41
"""Letters in a line at most: under 42, as subtitlers count them (Netflix and BBC guides: 37 to 42)."""
_AT_ONCE = 2
"""Lines that are shown together, by the same guides."""
_TOKEN = re.compile(r"\S+\s*")
_CLAUSE = re.compile(r"[,;:.!?…—–、。，；：！？)][\"'“”’»)]*\s*$")
_EAST = re.compile(r"[^、。，；：！？]+[、。，；：！？]*|[、。，；：！？]+")
"""Pieces of a text that knows no spaces."""
_A_GROUP = 1.0
"""A line of words, or what is shown together."""
_INSIDE_A_CLAUSE = 0.6
"""Less than a group costs, so that none is added for a single better break."""
_RAGGED = 0.5


def lines(text: str, width: int = WIDTH) -> list[str]:
    """The text, spaces made single, in as few lines as can be; among those, the breaks at clauses and even lengths.

    A word that is longer than a line is cut.
    """
    return [line.strip() for line in _broken(" ".join(text.split()), width)]


def glances(text: str) -> list[str]:
    """The same text in parts of at most two of `lines` each: where it has more, cut where clauses end.

    A clause that has more by itself is cut where a line of it ends.
    """
    text = " ".join(text.split())
    parts = [text] if _of_a_glance([text]) <= 1 else _gathered(list(_clauses(text)), _of_a_glance)
    return [part.strip() for part in parts if part]


def _of_a_glance(pieces: list[str]) -> float:
    text = "".join(pieces).strip()
    return len(text) / (_AT_ONCE * WIDTH) if len(_broken(text, WIDTH)) <= _AT_ONCE else inf


def _clauses(text: str) -> Iterator[str]:
    begin = 0
    for token in _TOKEN.finditer(text):
        if _CLAUSE.search(token[0]) or token.end() == len(text):
            clause = text[begin : token.end()]
            yield from [clause] if _of_a_glance([clause]) <= 1 else _broken(clause, WIDTH)
            begin = token.end()


def _broken(text: str, width: int) -> list[str]:
    tokens = [piece for token in _TOKEN.findall(text) for piece in _cut(token, width)]
    return _gathered(tokens, lambda pieces: len("".join(pieces).strip()) / width)


def _gathered(pieces: list[str], filled: Callable[[list[str]], float]) -> list[str]:
    """Pieces joined in their order so that the costs are least; `filled` says how full a group is, 1 at most."""
    costs, begins = [0.0], [0]
    """For the first so many pieces: the least cost, and where its last group begins."""
    for stop in range(1, len(pieces) + 1):
        choices = []
        for start in range(stop - 1, -1, -1):
            full = filled(pieces[start:stop])
            if full > 1:
                break
            cost = _cost(full, pieces[stop - 1], last=stop == len(pieces))
            choices.append((costs[start] + cost, start))
        cost, start = min(choices)
        costs.append(cost)
        begins.append(start)
    return _read_back(pieces, begins)


def _cost(full: float, end: str, *, last: bool) -> float:
    inside = not last and _CLAUSE.search(end) is None
    return _A_GROUP + _INSIDE_A_CLAUSE * inside + _RAGGED * (1 - full) ** 2


def _read_back(pieces: list[str], begins: list[int]) -> list[str]:
    made: list[str] = []
    stop = len(pieces)
    while stop:
        made.append("".join(pieces[begins[stop] : stop]))
        stop = begins[stop]
    return made[::-1]


def _cut(token: str, width: int) -> Iterator[str]:
    if len(token.rstrip()) <= width:
        yield token
        return
    for piece in _EAST.findall(token):
        yield from (piece[at : at + width] for at in range(0, len(piece), width))
