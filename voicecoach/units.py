"""Time as whole numbers, and the only place that rounds.

Scripts count milliseconds, audio counts frames; one millisecond is exactly 48 frames, so milliseconds convert to
frames without loss. Seconds are never added up as floats.
"""

from __future__ import annotations

from typing import NewType

Ms = NewType("Ms", int)
"""Milliseconds."""
Frames = NewType("Frames", int)
"""Samples of one channel at `SAMPLE_RATE`."""

SAMPLE_RATE = 48_000
"""Frames per second, throughout."""
FRAMES_PER_MS = SAMPLE_RATE // 1000
SECOND = Ms(1_000)
MINUTE = Ms(60_000)
HOUR = Ms(3_600_000)
DAY = Ms(24 * HOUR)
"""The longest session, and the longest time in one."""


def round_half_up(numerator: int, denominator: int) -> int:
    """Divide and round to the nearest whole number, halves upwards."""
    return (2 * numerator + denominator) // (2 * denominator)


def frames(time: Ms) -> Frames:
    """Convert milliseconds to frames, exactly."""
    return Frames(time * FRAMES_PER_MS)


def ms(count: Frames) -> Ms:
    """Convert frames to the nearest millisecond."""
    return Ms(round_half_up(count, FRAMES_PER_MS))


def format_time(time: Ms) -> str:
    """Format a time to the nearest second: `0:07`, `12:30`, `1:02:03`."""
    seconds = round_half_up(time, SECOND)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def format_count(count: int, noun: str) -> str:
    """Format a count with its noun: `1 file`, `2 files`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
