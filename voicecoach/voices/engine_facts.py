"""Facts that are slow to find out, remembered between sessions: the voices of an engine, a model's digest.

Only ever a short cut: a note that is missing, damaged or cannot be written costs time, nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from voicecoach.voices.folder import cache_folder

__all__ = ["Notes", "stamp"]


class Notes:
    """One small file a fact, beside the clips."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = (folder or cache_folder()) / "notes"

    def recall(self, about: str) -> Any:
        """What was noted about this, or None."""
        with contextlib.suppress(OSError, ValueError):
            return json.loads(self._path(about).read_bytes())
        return None

    def note(self, about: str, fact: object) -> None:
        """Remember a JSON value, where the folder lets us."""
        path = self._path(about)
        half = path.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            half.write_text(json.dumps(fact), "utf-8")
            half.replace(path)

    def _path(self, about: str) -> Path:
        return self._folder / f"{hashlib.blake2b(about.encode(), digest_size=16).hexdigest()}.json"


def stamp(path: Path) -> str:
    """What tells a file from a later one in its place; raises OSError."""
    seen = path.stat()
    return f"{path.resolve()} {seen.st_size} {seen.st_mtime_ns}"
