"""The session as a list of atomic things to do: loops unrolled, words filled in, still no lengths of speech."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, TypeAlias

from voicecoach.compiler.ranges import Key
from voicecoach.errors import Pos
from voicecoach.routine import Side
from voicecoach.timeline import Sound, Utterance
from voicecoach.units import Ms

__all__ = [
    "Beat",
    "Body",
    "Clock",
    "Cue",
    "Give",
    "Passage",
    "Rank",
    "Rest",
    "Ring",
    "Score",
    "Speak",
    "Where",
    "Words",
]

NO_TIME = Ms(0)


class Rank(IntEnum):
    """Who gives way when words on a clock have no room: the higher number."""

    COUNTDOWN = 0
    OWN = 1
    HALFWAY = 2
    EVERY = 3


@dataclass(frozen=True, slots=True)
class Words:
    """What is said, as it is spelled and as the voice reads it."""

    text: str
    utterance: Utterance
    tells_left: int | None = None
    """Which of the texts that name the time left this is, in order; None for all others."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where in the session a cue lies."""

    move: int | None = None
    side: Side | None = None
    round: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Give:
    """How far one pass's silence or hold may be stretched from what the level made of it, to reach a length."""

    key: Key
    down: Ms
    up: Ms
    ranged: bool = False
    """A hold, pause or wait that the writer gave a range: stretched first, and within it."""


@dataclass(frozen=True, slots=True)
class Speak:
    """Words, then silence."""

    words: Words
    then: Ms
    where: Where
    pos: Pos | None = None
    give: Give | None = None


@dataclass(frozen=True, slots=True)
class Ring:
    """A sound, whole."""

    sound: Sound
    where: Where
    pos: Pos | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """Silence."""

    kind: Literal["pause", "wait"]
    length: Ms
    where: Where
    pos: Pos | None = None
    give: Give | None = None


@dataclass(frozen=True, slots=True)
class Beat:
    """Something that sounds at a moment of a clock."""

    at: Ms
    content: Words | Sound
    rank: Rank = Rank.COUNTDOWN
    late: Ms = NO_TIME
    """How much later it may come; what may be late also keeps its distance from the next voice."""
    pos: Pos | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A stretch of time that lasts exactly `length`, whatever is said in it."""

    kind: Literal["hold", "count", "breathe"]
    length: Ms
    beats: tuple[Beat, ...]
    where: Where
    pos: Pos | None = None
    first: Sound | None = None
    """The chime on its first sample."""
    last: Sound | None = None
    """The chime that starts where the clock ends."""
    give: Give | None = None


Cue: TypeAlias = Speak | Ring | Rest | Clock


@dataclass(frozen=True, slots=True)
class Passage:
    """One pass through a move: from the cue of index `first` on."""

    title: str
    first: int
    position: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What lies between the opening and the closing, and what the opening has to tell of it."""

    cues: tuple[Cue, ...]
    moves: tuple[Passage, ...]
    needs: tuple[str, ...]
    cautions: tuple[Words, ...]
    lefts: int
    """How many texts name the time left."""
    guessed: bool
    """Whether any word hangs on the guess: where none does, another guess makes the same body."""


@dataclass(frozen=True, slots=True)
class Score:
    """Everything that happens, in order."""

    cues: tuple[Cue, ...]
    moves: tuple[Passage, ...]
    closing: int
    """Index of the first cue of the closing."""
