"""Time as whole numbers, and the only rounding in the project.

Scripts speak in milliseconds, sound in frames; 1 ms is exactly 48 frames, so one becomes the other
without loss. Nothing adds up float seconds.
"""

from __future__ import annotations

from typing import NewType

__all__ = [
    "DAY",
    "FRAMES_PER_MS",
    "HOUR",
    "MINUTE",
    "SAMPLE_RATE",
    "SECOND",
    "Frames",
    "Ms",
    "format_time",
    "frames",
    "ms",
    "round_half_up",
]

Ms = NewType("Ms", int)
"""Milliseconds."""
Frames = NewType("Frames", int)
"""Samples of one channel at `RATE`."""

SAMPLE_RATE = 48_000
"""Frames in a second, throughout."""
FRAMES_PER_MS = SAMPLE_RATE // 1000
SECOND = Ms(1_000)
MINUTE = Ms(60_000)
HOUR = Ms(3_600_000)
DAY = Ms(24 * HOUR)
"""No session is longer, nor any time in one."""


def round_half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator`, rounded to the nearest whole number, halves upwards."""
    return (2 * numerator + denominator) // (2 * denominator)


def frames(time: Ms) -> Frames:
    """Milliseconds as frames, exactly."""
    return Frames(time * FRAMES_PER_MS)


def ms(count: Frames) -> Ms:
    """Frames as milliseconds, to the nearest."""
    return Ms(round_half_up(count, FRAMES_PER_MS))


def format_time(time: Ms) -> str:
    """A time as a person reads it on a clock: `0:07`, `12:30`, `1:02:03` (whole seconds, to the nearest)."""
    seconds = round_half_up(time, SECOND)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
