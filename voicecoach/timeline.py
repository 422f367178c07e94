"""A session worked out to the frame: what the player plays and the exporter writes.

It is complete and pure: it refers to no voice, file or clock. Each placement names its `Source`; the renderer
fetches the clip.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from voicecoach.errors import Pos
from voicecoach.routine import Side
from voicecoach.units import Frames

EventKind: TypeAlias = Literal["say", "chime", "pause", "wait", "hold", "count", "breathe"]


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words for the voice. Equal utterances sound the same, so each is spoken only once."""

    text: str
    """As the voice reads it, respelled by `pronounce`."""
    rate: int = 100
    """Percent of the voice's own speed: 50 to 200."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A bundled chime, or a sound file."""

    name: str
    path: str | None = None
    """The file, absolute; None for a bundled chime."""


Source: TypeAlias = Utterance | Sound


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens in the session, to be shown or captioned, or to navigate by."""

    kind: EventKind
    start: Frames
    end: Frames
    """One past the last frame: of the sound for `say` and `chime`, of the timed step for all others."""
    text: str | None = None
    """The words, as the author spelled them."""
    sound: str | None = None
    move: int | None = None
    """Index into `Timeline.moves`; None in the opening and the closing."""
    side: Side | None = None
    round: tuple[int, int] | None = None
    """Of the innermost `repeat`: number of the round, from 1, and how many there are."""
    pos: Pos | None = None
    """The step in the script; None in the opening and the closing."""
    more: Frames = Frames(0)
    """Of a timed step: time that the listener added to it."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A clip in its place. Voices never overlap, and every clip is played whole."""

    start: Frames
    length: Frames
    source: Source
    event: int
    """Index into `Timeline.events`."""
    gain: float = 1.0
    """A linear factor."""


@dataclass(frozen=True, slots=True)
class Span:
    """One pass through a move: a chapter, and the unit of the commands next, back and again."""

    title: str
    """With "(2 of 3)" if the move is played more than once."""
    start: Frames
    end: Frames
    position: str | None = None


@dataclass(frozen=True, slots=True)
class Omission:
    """Words that are not said because they found no room."""

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
    """Things that the listener needs for what is played."""
    cautions: tuple[str, ...] = ()
    """Warnings to hear before it begins, as the authors spelled them."""
