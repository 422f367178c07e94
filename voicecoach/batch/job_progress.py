"""The share of a job that is done, as one number in memory shared by the worker and its parent."""

from __future__ import annotations

import multiprocessing
from typing import Any

__all__ = ["allocate", "attach", "report"]

_attached: list[Any] = []
"""The gauge of this process, if it has one."""


def allocate() -> Any:
    """A gauge, to be given to a process as it starts; `.value` is the share that is done, 0 to 1."""
    return multiprocessing.get_context("spawn").RawValue("d", 0.0)


def attach(gauge: Any) -> None:
    """From now on this process shows on this gauge how far it is."""
    _attached[:] = [gauge]


def report(done: int, total: int) -> None:
    """So much of so much is done; nobody is told in a process without a gauge."""
    for gauge in _attached:
        gauge.value = done / total if total else 1.0
