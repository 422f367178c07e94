"""Facts about installed speech engines, found without importing them, and a cache for facts that are slow to find.

The cache only ever saves time: an entry that is missing, damaged or cannot be written costs nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from voicecoach.files import WholeFile

__all__ = ["FactCache", "cache_folder", "file_stamp", "installed_version", "package_folder"]


def cache_folder() -> Path:
    """`VOICECOACH_CACHE`, else the user's own cache folder as the system has it."""
    if told := os.environ.get("VOICECOACH_CACHE"):
        return Path(told)
    import platformdirs  # 15 ms that only this path needs

    return Path(platformdirs.user_cache_dir("voicecoach", appauthor=False))


def package_folder(package: str) -> Path | None:
    """The folder of a package, or None where it is not installed; nothing of it runs."""
    spec = find_spec(package)
    places = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(places))) if places else None


def installed_version(package: str, distribution: str) -> str | None:
    """The version of the distribution that brought a package, or None where that is not installed.

    Wheels leave it in the name of a folder beside the package; `importlib.metadata` would tell the same and
    costs 40 ms of every start.
    """
    folder = package_folder(package)
    if folder is None:
        return None
    name = distribution.replace("-", "_")
    for beside in folder.parent.glob(f"{name}-*.dist-info"):
        return beside.name.removeprefix(f"{name}-").removesuffix(".dist-info")
    from importlib import metadata  # a distribution's own packaging, with other file names

    return metadata.version(distribution)


class FactCache:
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
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with WholeFile(path, durable=False) as file:
                file.write(json.dumps(fact).encode())

    def _path(self, about: str) -> Path:
        return self._folder / f"{hashlib.blake2b(about.encode(), digest_size=16).hexdigest()}.json"


def file_stamp(path: Path) -> str:
    """What tells a file from a later one in its place; raises OSError."""
    seen = path.stat()
    return f"{path.resolve()} {seen.st_size} {seen.st_mtime_ns}"
