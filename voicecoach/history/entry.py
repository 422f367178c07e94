"""Sessions as the log records them: to be logged, logged, and unfinished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from voicecoach.timeline import Timeline
from voicecoach.units import MINUTE, Frames, Ms

__all__ = ["Ending", "LogEntry", "LoggedSession", "UnfinishedSession"]

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
