"""Where clips and remembered facts are kept between sessions."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cache_folder"]


def cache_folder() -> Path:
    """`VOICECOACH_CACHE`, else the user's own cache folder as the system has it."""
    if told := os.environ.get("VOICECOACH_CACHE"):
        return Path(told)
    import platformdirs  # 15 ms that only this path needs

    return Path(platformdirs.user_cache_dir("voicecoach", appauthor=False))
