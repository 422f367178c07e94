"""Lengths for Fourier transforms."""

from __future__ import annotations

__all__ = ["size_for"]

_STEP = 8192


def size_for(least: int) -> int:
    """A length that transforms quickly, having many small factors, and is one of few, so that tables can be kept."""
    return -(-least // _STEP) * _STEP
