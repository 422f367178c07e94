"""How far a long piece of work is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int], None]
"""Called with how much is done, and of how much."""


def ignore_progress(done: int, total: int) -> None:
    """Do nothing: a `Progress` for callers that show none."""
