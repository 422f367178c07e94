"""Time as whole numbers, and the only place that rounds.

Scripts count milliseconds, audio counts frames; one millisecond is exactly 48 frames, so milliseconds convert to
frames without loss. Seconds are never added up as floats.
"""

from __future__ import annotations

import re
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
_WHOLE = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"(?P<sign>[+-]?)(?=\.?[0-9])(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?")


def round_half_up(numerator: int, denominator: int) -> int:
    """Divide and round to the nearest whole number, halves upwards."""
    return (2 * numerator + denominator) // (2 * denominator)


def parse_whole(text: str) -> int:
    """Parse a whole number, with a sign or without. Raises ValueError for all else that `int` takes: `1_0`, `١`."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"not a whole number ({text})")
    return int(text)


def parse_decimal(text: str, unit: int) -> int:
    """Parse a number of units, rounded to a whole number, in integers: floats are not exact.

    Raises ValueError for all else that `float` takes: `1_0`, `١`, `1e3`, `nan`, `inf`.
    """
    found = _DECIMAL.fullmatch(text)
    if not found:
        raise ValueError(f"not a number ({text})")
    part = found["part"] or ""
    return int(found["sign"] + "1") * round_half_up(int(found["whole"] + part) * unit, 10 ** len(part))


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
