"""Days of practice and streaks, worked out from the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from voicecoach.history.entry import LogEntry
from voicecoach.units import Ms

__all__ = ["practice_by_day", "streak"]


def practice_by_day(entries: Iterable[LogEntry]) -> dict[date, Ms]:
    """The days of practice, each with the time heard.

    A session belongs to the local day on which it began, wherever the listener travels later. Short unfinished sessions
    make no day of practice, but add to one.
    """
    heard: Counter[date] = Counter()
    days = set()
    for entry in entries:
        day = entry.started.date()
        heard[day] += entry.heard
        if entry.is_practice:
            days.add(day)
    return {day: Ms(heard[day]) for day in sorted(days)}


def streak(days: Collection[date], today: date) -> int:
    """The number of consecutive days up to today, or up to yesterday as long as today has none."""
    day = today if today in days else today - timedelta(days=1)
    count = 0
    while day in days:
        count += 1
        day -= timedelta(days=1)
    return count
