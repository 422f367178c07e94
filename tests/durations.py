"""Durations in tests, written in seconds."""

from __future__ import annotations

from voicecoach.units import Frames, Ms, frames

__all__ = ["seconds"]


def seconds(number: float) -> Frames:
    """So many seconds, as frames."""
    return frames(Ms(round(number * 1000)))
