"""Sessions as the log records them: about to play, logged, and unfinished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from voicecoach.timeline import Timeline
from voicecoach.units import MINUTE, Frames, Ms

__all__ = ["Ending", "LogEntry", "LoggedSession", "UnfinishedSession"]

Ending: TypeAlias = Literal["finished", "stopped", "interrupted", "resumed", "killed", "playing"]
"""How it ended: heard to its end; ended by the listener; by a signal, a closed terminal or a fault; gone on with in
a later entry; with its player, without a word; or not yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedSession:
    """A session that is about to be heard."""

    routine: str
    """Its name."""
    voice: str
    """The voice's full name."""
    timeline: Timeline
    choices: Mapping[str, Any] = field(default_factory=dict)
    """As plain values."""
    start: Frames = Frames(0)
    """Where it begins: later than 0 where it goes on with an earlier one."""
    resumes: int | None = None
    """The entry that it goes on with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """A row of the log."""

    id: int
    routine: str
    title: str
    voice: str
    choices: Mapping[str, Any]
    started: datetime
    """In the local time of where it was, with its offset."""
    length: Ms
    start: Ms
    """Where in the session it began."""
    at: Ms
    """Where it ended."""
    heard: Ms
    """How much of it sounded, pauses left out."""
    ending: Ending
    resumes: int | None

    @property
    def counts(self) -> bool:
        """Whether that was practice: a minute at least, or heard to the end."""
        return self.ending == "finished" or self.heard >= MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedSession:
    """A session that can go on."""

    entry: LogEntry
    timeline: Timeline
    at: Frames
    """The frame where it was when the log last heard of it."""
