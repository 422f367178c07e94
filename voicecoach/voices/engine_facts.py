"""Facts about installed speech engines, found without importing them, and a cache for facts that are slow to find.

The cache only saves time: an entry that is missing, damaged or cannot be written does no harm.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from voicecoach.files import WholeFile
from voicecoach.resources import cache_folder


class FactCache:
    """JSON values by key, one small file each, beside the clips."""

    def __init__(self) -> None:
        self._folder = cache_folder() / "notes"

    def get(self, key: str) -> Any:
        """The stored value, or None."""
        with contextlib.suppress(OSError, ValueError):
            return json.loads(self._path(key).read_bytes())
        return None

    def put(self, key: str, value: object) -> None:
        """Store a value, if the folder can be written."""
        path = self._path(key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with WholeFile(path, durable=False) as file:
                file.write(json.dumps(value).encode())

    def _path(self, key: str) -> Path:
        return self._folder / f"{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}.json"


def package_folder(package: str) -> Path | None:
    """The folder of an installed package, found without running any of it; None if it is not installed."""
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(folders))) if folders else None


def installed_version(package: str, distribution: str) -> str | None:
    """The version of the distribution that provides a package, or None if it is not installed.

    Wheels leave it in the name of a folder beside the package; `importlib.metadata` would cost 40 ms of every start.
    """
    folder = package_folder(package)
    if folder is None:
        return None
    name = distribution.replace("-", "_")
    for sibling in folder.parent.glob(f"{name}-*.dist-info"):
        return sibling.name.removeprefix(f"{name}-").removesuffix(".dist-info")
    from importlib import metadata  # for packages of Linux distributions, which name their files otherwise

    return metadata.version(distribution)
