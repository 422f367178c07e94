"""Titles as parts of file names, on every system's disks."""

from __future__ import annotations

import unicodedata

__all__ = ["safe"]

_FORBIDDEN = frozenset('<>:"/\\|?*')
"""By Windows' file systems; the slash by all."""
_MOST = 80
"""Bytes: a name may have 255, and what stands before and behind, and a part file's own, need their room."""


def safe(title: str) -> str:
    """The title without what no file name may have, cut to 80 bytes; empty where nothing is left.

    Letters of all scripts stay; signs that steer, such as those that turn the direction of writing, do not. Two
    titles may become one name, so a number belongs before it.
    """
    composed = unicodedata.normalize("NFC", title)
    plain = "".join(" " if sign in _FORBIDDEN or not sign.isprintable() else sign for sign in composed)
    cut = " ".join(plain.split()).encode()[:_MOST].decode(errors="ignore")
    return cut.strip(" .")
