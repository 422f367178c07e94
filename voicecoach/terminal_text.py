"""Text for a terminal: control characters made visible, and widths in columns.

Titles, texts and file names come from anywhere. Raw, they could steer the terminal, reorder what is shown, or begin a
line that looks like one of ours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

UNSAFE = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""C0 and C1 controls, line separators, embeddings, overrides and isolates of the writing direction, surrogates."""
_UNSAFE_OR_BYTES = re.compile(f"[\udc80-\udcff]+|{UNSAFE.pattern}")
_NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_CHUNK = re.compile(r"[^\s-]+-+(?=\w)|\S+")
"""What a line is not broken within, as long as it fits on one."""
_ZERO_WIDTH = {"Mn", "Me", "Cf"}
_TAKES_A_COLUMN = {"\xad", "\ufe0f"}
"""Of the zero-width categories: the soft hyphen, and the selector that turns the symbol before it into an emoji."""


def visible(text: str, *, keep_bytes: bool = False) -> str:
    r"""Escape everything that a terminal would obey instead of show, such as `\x1b`; the result is one line.

    Bytes of a name that is not UTF-8 are escaped too; `keep_bytes` leaves them as surrogates, for other programs.
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE_OR_BYTES.sub(_escape_hidden, text) if keep_bytes else UNSAFE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return "".join(_NAMED.get(sign) or _code(ord(sign)) for sign in found[0])


def _code(number: int) -> str:
    if 0xDC80 <= number <= 0xDCFF:
        number -= 0xDC00  # the byte
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


def _escape_hidden(found: re.Match[str]) -> str:
    """Keep bytes that are not UTF-8; those in which a character is hidden come from no file name."""
    run = found[0]
    if not "\udc80" <= run[0] <= "\udcff":
        return _escape(found)
    hidden = run.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape") != run
    return _escape(found) if hidden else run


def width(text: str) -> int:
    """Columns that a visible text takes; rather too many than too few where terminals disagree."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(sign: str) -> int:
    if unicodedata.category(sign) in _ZERO_WIDTH and sign not in _TAKES_A_COLUMN:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def pad(text: str, columns: int) -> str:
    """The text with spaces after it, up to a width."""
    return text + " " * (columns - width(text))


def clip(text: str, columns: int) -> str:
    """As much of the text as fits, with an ellipsis if that is not all."""
    return text if width(text) <= columns else _split(text, columns - 1)[0].rstrip() + "…"


def wrap(text: str, columns: int, *, most: int | None = None) -> list[str]:
    """Break a text into lines, at most so many (one or more); an ellipsis ends the last one if that is not all."""
    columns = max(2, columns)  # the widest character has two
    lines: list[str] = []
    line = ""
    for chunk, space in _chunks(text):
        if line and width(line + space + chunk) > columns:
            lines.append(line)
            line = chunk
        else:
            line += (space if line else "") + chunk
        while width(line) > columns:
            head, line = _split(line, columns)
            lines.append(head)
    lines += [line] if line else []
    if most is None or len(lines) <= most:
        return lines
    return [*lines[: most - 1], _split(lines[most - 1], columns - 1)[0].rstrip() + "…"]


def _chunks(text: str) -> Iterator[tuple[str, str]]:
    """Each part that stays together, and the space before it."""
    end = 0
    for found in _CHUNK.finditer(text):
        yield found[0], text[end : found.start()]
        end = found.end()


def _split(text: str, columns: int) -> tuple[str, str]:
    """Divide the text where it fills the columns."""
    used = 0
    for index, sign in enumerate(text):
        used += _columns(sign)
        if used > columns:
            return text[:index], text[index:]
    return text, ""
