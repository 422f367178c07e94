"""The share of a job that is done, as one number in memory shared by the worker and its parent."""

from __future__ import annotations

import multiprocessing
from typing import Any

__all__ = ["moved", "new", "shown_on"]

_HERE: list[Any] = []
"""The gauge of this process, if it has one."""


def new() -> Any:
    """A gauge, to be given to a process as it starts; `.value` is the share that is done, 0 to 1."""
    return multiprocessing.get_context("spawn").RawValue("d", 0.0)


def shown_on(gauge: Any) -> None:
    """From now on this process shows on this gauge how far it is."""
    _HERE[:] = [gauge]


def moved(done: int, total: int) -> None:
    """So much of so much is done; nobody is told in a process without a gauge."""
    for gauge in _HERE:
        gauge.value = done / total if total else 1.0
