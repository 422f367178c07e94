"""Hints for lines of a script that YAML reads in another way than they look, because of a single character."""

from __future__ import annotations

import re
from collections.abc import Sequence

from voicecoach.lookalikes import COLONS, DASHES, INVISIBLE, SPACES, is_in_typographic_quotes, retype_hint
from voicecoach.lookalikes import name as name_of

_BULLETS = "•‣◦·∙▪"
_BLANK = SPACES + INVISIBLE
_START = r" *(?:- +)*"
_STRUCTURE = re.compile(
    rf" *(?P<indentation>[{_BLANK}]+)"
    rf"|{_START}(?P<marker>[{_BULLETS}{DASHES}])(?=[ {_BLANK}])"
    rf"|{_START}-(?P<after_dash>[{_BLANK}]+)"
    rf"|{_START}[\w ]+:(?P<after_colon>[{_BLANK}]+)"
    rf"|{_START}[a-z]+ *(?P<colon>[{COLONS}])"
)
_VALUE = re.compile(rf"{_START}(?:[\w ]+: +)?(?P<value>\S.*?)\s*")
_COMMENT = re.compile(r"(?<=\S) #(?=\S)")


def structure_hint(line: str) -> str:
    """The character of a line's indentation, dash or colon that only looks right; empty if all is as it looks."""
    found = None if line.isascii() else _STRUCTURE.match(line)
    if found is None or found.lastgroup is None:
        return ""
    odd = found[found.lastgroup]
    return retype_hint(odd) or f"type a hyphen (-) instead of the {name_of(odd)}"


def value_hint(line: str) -> str:
    """The same for the quotes or brackets around the value of a line."""
    found = None if line.isascii() else _VALUE.fullmatch(line)
    if found is None or not (found["value"][0] in "［｛" or is_in_typographic_quotes(found["value"])):
        return ""
    return retype_hint(found["value"], allowed=SPACES + DASHES)


def comment_column(lines: Sequence[str], row: int) -> int | None:
    """The column, from 0, of the # in the line before `row` that may have cut a text short."""
    found = _COMMENT.search(lines[row - 1]) if 0 < row < len(lines) else None
    return found.start() + 1 if found else None
