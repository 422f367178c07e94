"""A session worked out to the frame: what the player plays and the exporter writes.

Complete when it exists, and pure: no voice, file or clock hangs on it. The sounds themselves are named by
`Source` and fetched by whoever renders.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from voicecoach.errors import Pos
from voicecoach.routine import Side
from voicecoach.units import Frames

__all__ = ["Event", "EventKind", "Omission", "Placement", "Sound", "Source", "Span", "Timeline", "Utterance"]

EventKind: TypeAlias = Literal["say", "chime", "pause", "wait", "hold", "count", "breathe"]


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words for the voice. Two that are equal sound the same and are spoken once."""

    text: str
    """As the voice is to read it (respelled by `pronounce`)."""
    rate: int = 100
    """Speed of speech in percent of the voice's own: 50 to 200."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A chime of ours by name, or a sound file."""

    name: str
    path: str | None = None
    """The file, absolute; None for one of our own."""


Source: TypeAlias = Utterance | Sound


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens, for people and programs that show, caption or steer the session."""

    kind: EventKind
    start: Frames
    end: Frames
    """One past the last frame: of the sound for `say` and `chime`, of the clock for all others."""
    text: str | None = None
    """What is said, as the writer spelled it."""
    sound: str | None = None
    move: int | None = None
    """Index into `Timeline.moves`; None in the opening and the closing."""
    side: Side | None = None
    round: tuple[int, int] | None = None
    """Which round of how many, of the innermost `repeat`."""
    pos: Pos | None = None
    """Where in a script the step stands; None in the opening and the closing."""
    more: Frames = Frames(0)
    """Of a clock, how much of it the listener had put in."""


@dataclass(frozen=True, slots=True)
class Placement:
    """One clip, placed. Voices never overlap; a clip is always played whole."""

    start: Frames
    length: Frames
    source: Source
    event: int
    """Index into `Timeline.events`."""
    gain: float = 1.0
    """Linear."""


@dataclass(frozen=True, slots=True)
class Span:
    """One pass through a move: a chapter, and the unit of next, back and again."""

    title: str
    """With "(2 of 3)" where the move comes more than once."""
    start: Frames
    end: Frames
    position: str | None = None


@dataclass(frozen=True, slots=True)
class Omission:
    """Words that found no room."""

    pos: Pos
    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The whole session; `placements` and `events` are sorted by start."""

    title: str
    language: str
    level: int
    length: Frames
    placements: tuple[Placement, ...]
    events: tuple[Event, ...]
    moves: tuple[Span, ...]
    left_out: tuple[Omission, ...] = ()
    about: str = ""
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    """Things that the listener must have, of what is heard."""
    cautions: tuple[str, ...] = ()
    """What is to be known before it begins, as the writers spelled it."""
