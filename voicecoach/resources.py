"""Finds folders: the bundled routines and chimes, and the user's cache."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled_folder(name: str) -> Path:
    """The folder `scripts` or `audio`: in the installed package, or at the top of the checkout."""
    packaged = _PACKAGE / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def cache_folder() -> Path:
    """`VOICECOACH_CACHE`, or the user's cache folder as the system defines it."""
    if folder := os.environ.get("VOICECOACH_CACHE"):
        return Path(folder)
    import platformdirs  # 15 ms, needed here only

    return Path(platformdirs.user_cache_dir("voicecoach", appauthor=False))
