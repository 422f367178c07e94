"""Characters that look like those on a keyboard, or like nothing at all: their names, and the characters to type."""

from __future__ import annotations

import re

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
COLONS = "\u2236\ua789\ufe55\uff1a"
SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
INVISIBLE = "\u00ad\u180e\u200b\u200e\u200f\u2060\ufeff"
"""Without the two joiners, which some alphabets and emoji need."""
_DOUBLE_QUOTES = "“”„‟«»＂"
_SINGLE_QUOTES = "‘’‚‛‹›＇"
_QUOTES = _DOUBLE_QUOTES + _SINGLE_QUOTES
_FULL_WIDTH = re.compile(r"[\uff01-\uff5e]")
_FROM_FULL_WIDTH = 0xFF01 - ord("!")
_NAMES = {
    "\u00ad": "soft hyphen",
    "\u2010": "typographic hyphen",
    "\u200b": "zero-width space",
    "\ufeff": "byte order mark",
    "“": "curly quote",
    "”": "curly quote",
    "„": "low quote",
    "‘": "curly single quote",
    "’": "curly single quote",
    "‚": "low single quote",
    "«": "angle quote",
    "»": "angle quote",
}
"""Plainer than Unicode's own."""
_DIGITS = "plain digits (0-9)"
_SHOWN = 3
"""Characters that a hint names."""


def name(char: str) -> str:
    """The name and code of a character: `no-break space (U+00A0)`."""
    return f"{_name(char)} ({_code(char)})"


def to_plain(text: str) -> str:
    """The text with every look-alike replaced by the character on a keyboard; invisible ones are left out."""
    return text if text.isascii() else "".join(map(_plain_char, text))


def retype_hint(text: str, allowed: str = "") -> str:
    """A hint that names the look-alikes in a text, but for those that are `allowed`; empty if there is none.

    For example: `type a hyphen (-) instead of the figure dash (U+2012)`.
    """
    if text.isascii():
        return ""
    odd = [char for char in dict.fromkeys(text) if char not in allowed and _plain_char(char) != char][:_SHOWN]
    wanted: dict[str, list[str]] = {}
    for char in odd:
        if not char.isdecimal() or _DIGITS not in wanted:  # one digit stands for all
            wanted.setdefault(_label(char), []).append(char)
    return ", and ".join(_request(label, chars) for label, chars in wanted.items())


def is_in_typographic_quotes(text: str) -> bool:
    """Whether a whole text is in quotes that are not those of a keyboard, and has no others inside."""
    inner = text[1:-1]
    return (
        len(inner) > 0
        and all(each in _QUOTES for each in (text[0], text[-1]))
        and not any(char in _QUOTES for char in inner if char not in "’‘")
    )


def look_the_same(text: str, other: str) -> bool:
    """Whether two different texts look the same, or nearly: look-alikes, letters of another alphabet, spaces."""
    import unicodedata

    text, other = (" ".join(unicodedata.normalize("NFC", to_plain(each)).split()) for each in (text, other))
    return text == other or (len(text) == len(other) and bool(_foreign_letters(text, other)))


def same_look_hint(text: str, other: str) -> str:
    """How to make a text that only looks like the `other` one the same."""
    if hint := retype_hint(text, allowed=other):
        return hint
    if foreign := _foreign_letters(text, other):
        return f"type {foreign[0][1]} instead of the {name(foreign[0][0])}"
    if text.split() == other.split():
        return "spaces count: leave out those that do not belong there"
    return "its characters only look the same: copy the name"


def _foreign_letters(text: str, other: str) -> list[tuple[str, str]]:
    """Where `other` differs only in plain letters for letters of another alphabet: the pairs; otherwise nothing."""
    import unicodedata

    different = [(char, plain) for char, plain in zip(text, other, strict=False) if char != plain]
    foreign = all(
        plain.isascii() and char.isalpha() and not unicodedata.name(char, "").startswith("LATIN")
        for char, plain in different
    )
    return different if foreign else []


def _plain_char(char: str) -> str:
    if char.isascii():
        return char
    for group, plain in ((INVISIBLE, ""), (SPACES, " "), (DASHES, "-"), (COLONS, ":")):
        if char in group:
            return plain
    if char in _DOUBLE_QUOTES:
        return '"'
    if char in _SINGLE_QUOTES:
        return "'"
    if char.isdecimal():
        return str(int(char))
    return chr(ord(char) - _FROM_FULL_WIDTH) if _FULL_WIDTH.match(char) else char


def _label(char: str) -> str:
    plain = _plain_char(char)
    if plain.isdecimal():
        return _DIGITS
    labels = {"": "", " ": "a space", "-": "a hyphen (-)", ":": "a colon (:)"}
    labels |= {'"': 'straight quotes (")', "'": "straight quotes (')"}
    return labels.get(plain, plain)


def _request(label: str, chars: list[str]) -> str:
    codes: dict[str, list[str]] = {}
    for char in chars:
        codes.setdefault(_name(char), []).append(_code(char))
    names = [f"the {name}{'s' * (len(each) > 1)} ({', '.join(each)})" for name, each in codes.items()]
    return f"type {label} instead of {' and '.join(names)}" if label else f"delete {' and '.join(names)}"


def _name(char: str) -> str:
    import unicodedata

    known = unicodedata.name(char, "character").lower().replace("fullwidth", "full-width")
    foreign = char.isalnum() and not known.startswith("full-width")
    return _NAMES.get(char) or (known.capitalize() if foreign else known)


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"
