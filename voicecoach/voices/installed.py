"""Which version of a package is installed, without importing it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

__all__ = ["package_folder", "version_of"]


def package_folder(package: str) -> Path | None:
    """The folder of a package, or None where it is not installed; nothing of it runs."""
    spec = find_spec(package)
    places = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(places))) if places else None


def version_of(package: str, distribution: str) -> str | None:
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
