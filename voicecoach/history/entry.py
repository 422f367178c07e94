"""Sessions as the log records them, and the days of practice that they make up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeAlias

from voicecoach.timeline import Timeline
from voicecoach.units import MINUTE, Frames, Ms

Ending: TypeAlias = Literal["finished", "stopped", "interrupted", "resumed", "killed", "playing"]
"""Finished: heard to its end. Stopped: by the listener. Interrupted: by a signal, a closed terminal or an error.
Resumed: continued in a later entry. Killed: together with its player. Playing: not ended yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedSession:
    """A session, as it is handed to the log."""

    routine: str
    """Its name."""
    voice: str
    """The voice's full name."""
    timeline: Timeline
    choices: Mapping[str, Any] = field(default_factory=dict)
    """As plain values."""
    start: Frames = Frames(0)
    """Later than 0 where it resumes an earlier session."""
    resumes: int | None = None
    """The entry that it continues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """A row of the log."""

    id: int
    routine: str
    title: str
    voice: str
    choices: Mapping[str, Any]
    started: datetime
    """In local time, with its offset from UTC."""
    length: Ms
    start: Ms
    """Where in the session it began."""
    at: Ms
    """Where in the session it ended."""
    heard: Ms
    """How much of it was heard, without pauses."""
    ending: Ending
    resumes: int | None

    @property
    def is_practice(self) -> bool:
        """Whether it counts as practice: at least a minute, or heard to its end."""
        return self.ending == "finished" or self.heard >= MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedSession:
    """A session that can be resumed."""

    entry: LogEntry
    timeline: Timeline
    at: Frames
    """Its position when it was last logged."""


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
