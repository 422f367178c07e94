"""Facts about installed speech engines, found without importing them, and a cache for facts that are slow to find.

The cache only saves time: an entry that is missing, damaged or cannot be written does no harm.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import zlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from voicecoach.files import begin_file, make_private_folder, read_regular
from voicecoach.records import parse_json, read_value
from voicecoach.resources import cache_folder

_MAX_FACT = 1_000_000
"""Bytes; the list of espeak's voices has about 10,000."""


class FactCache:
    """JSON values by key, one small file each, beside the clips. A checksum reveals damage."""

    def __init__(self) -> None:
        self._folder = cache_folder() / "notes"

    def get(self, key: str, kind: Any) -> Any:
        """The stored value if it is of this kind (see `records`), or None."""
        with contextlib.suppress(OSError, ValueError):
            checksum, value = read_value(tuple[int, Any], parse_json(read_regular(self._path(key), _MAX_FACT)))
            if checksum == _checksum(value):
                return read_value(kind, value)
        return None

    def put(self, key: str, value: object) -> None:
        """Store a value, if the folder can be written."""
        path = self._path(key)
        with contextlib.suppress(OSError):
            make_private_folder(path.parent)
            with begin_file(path, durable=False) as file:
                file.write(json.dumps([_checksum(value), value]).encode())

    def _path(self, key: str) -> Path:
        return self._folder / f"{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}.json"


def _checksum(value: object) -> int:
    return zlib.crc32(json.dumps(value).encode())


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
