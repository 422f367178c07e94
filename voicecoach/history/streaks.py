"""Days of practice and streaks, worked out from the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from voicecoach.history.entry import LogEntry
from voicecoach.units import Ms

__all__ = ["practice_by_day", "streak"]


def practice_by_day(entries: Iterable[LogEntry]) -> dict[date, Ms]:
    """Each day on which there was practice, and how long it sounded.

    A day is that of the clock on the wall where the session began: it stays so wherever one travels. What lasted
    less than a minute and was not finished counts on days with practice only.
    """
    heard: Counter[date] = Counter()
    days = set()
    for entry in entries:
        day = entry.started.date()
        heard[day] += entry.heard
        if entry.counts:
            days.add(day)
    return {day: Ms(heard[day]) for day in sorted(days)}


def streak(days: Collection[date], today: date) -> int:
    """How many days up to today, or up to yesterday while today has none yet, without one left out."""
    day = today if today in days else today - timedelta(days=1)
    count = 0
    while day in days:
        count += 1
        day -= timedelta(days=1)
    return count
