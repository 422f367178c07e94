"""Parses text with placeholders such as `{side}`.

`{{` and `}}` stand for a brace; so does a single `}`.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from voicecoach.errors import Pos, did_you_mean
from voicecoach.routine import BySide, Placeholder, Text
from voicecoach.script import limits
from voicecoach.script.source_text import quote

ANYWHERE = frozenset({"move", "next", "left", "total"})
IN_SIDES = frozenset({"side", "other"})
IN_REPEAT = frozenset({"round", "rounds"})
IN_LIST = frozenset({"length"})
PLACEHOLDERS = ANYWHERE | IN_SIDES | IN_REPEAT | IN_LIST
_WHERE = dict.fromkeys(IN_SIDES, "only inside `sides`") | dict.fromkeys(IN_REPEAT, "only inside `repeat`")
_WHERE |= {"length": "only in a timed step, or before one in the same list"}
_PIECES = re.compile(r"\{\{|\}\}|\{[^{}]*\}|\{|[^{}]+|\}")


def parse_text(raw: str, pos: Pos, allowed: Collection[str]) -> tuple[Text, list[tuple[str, str]]]:
    """Split a text at its placeholders. Also returns its mistakes, each as message and hint.

    `allowed` names the placeholders that have a meaning here; `{A|B}` needs `side`.
    """
    parts: list[str | Placeholder | BySide] = []
    mistakes: list[tuple[str, str]] = []
    for piece in _PIECES.findall(raw):
        if len(mistakes) >= limits.PROBLEMS:
            break
        if piece in ("{{", "}}"):
            parts.append(piece[0])
        elif piece == "{":
            mistakes.append(("a brace that is never closed ({)", "write {{ for a brace"))
        elif piece[0] == "{":
            part = _parse_placeholder(piece, allowed, mistakes)
            parts.extend([part] if part else [])
        else:
            parts.append(piece)
    return Text(raw, tuple(parts), pos), mistakes


def _parse_placeholder(
    piece: str, allowed: Collection[str], mistakes: list[tuple[str, str]]
) -> Placeholder | BySide | None:
    name = piece[1:-1].strip()
    if "|" in name:
        left, _, right = piece[1:-1].partition("|")
        if "|" in right:
            mistakes.append((f"more than two choices ({quote(piece)})", "write {left text|right text}"))
        elif "side" not in allowed:
            mistakes.append((f"a choice by side outside `sides` ({quote(piece)})", ""))
        return BySide(left.strip(), right.strip())
    if name in allowed:
        return Placeholder(name)
    if name in PLACEHOLDERS:
        where = _WHERE.get(name, "only in what is said in the steps")
        mistakes.append((f"a placeholder that means nothing here ({quote(piece)}), {where}", ""))
        return None
    known = ", ".join(f"{{{each}}}" for each in sorted(allowed))
    hint = did_you_mean(piece, (f"{{{each}}}" for each in PLACEHOLDERS)) or "write {{ for a brace"
    mistakes.append((f"an unknown placeholder ({quote(piece)}), allowed here: {known or 'none'}", hint))
    return None


def is_speakable(text: Text) -> bool:
    """Whether there is anything to say on both sides: a letter or digit of any alphabet, or a placeholder."""
    return any(map(_is_part_speakable, text.parts))


def _is_part_speakable(part: str | Placeholder | BySide) -> bool:
    match part:
        case str():
            return any(map(str.isalnum, part))
        case BySide():
            return _is_part_speakable(part.left) and _is_part_speakable(part.right)
        case _:
            return True
