"""Text for files: without the characters that some format could not hold, and in one line where a line is a record.

Titles and names may come from a Python program, a file name or another program's file. What is left out is the same in
every format, so that all of them show the same text.
"""

from __future__ import annotations

import re

_UNDECODABLE = re.compile("[\ud800-\udfff]+")
"""Bytes of a name that is not UTF-8, and halves of characters. No encoding holds them."""
_FORBIDDEN = re.compile("[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffe\uffff]")
"""Control characters and noncharacters: XML 1.0 forbids most, terminals obey some, NUL ends a text in ID3 and WAV."""


def single_line(text: str, limit: int | None = None) -> str:
    """Return the text in one line of at most `limit` characters, with single spaces.

    Control characters are left out. What cannot be decoded becomes U+FFFD.
    """
    plain = " ".join(_FORBIDDEN.sub("", _UNDECODABLE.sub("\N{REPLACEMENT CHARACTER}", text)).split())
    return plain if limit is None or len(plain) <= limit else plain[: limit - 1].rstrip() + "…"


def multi_line(text: str) -> str:
    """Return the text with its line breaks, else as `single_line`."""
    return "\n".join(map(single_line, text.splitlines())).strip()
