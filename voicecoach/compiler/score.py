"""The score: a session as a flat list of cues, with loops unrolled and texts filled in.

It becomes a timeline once the length of each clip is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate
from typing import Literal, TypeAlias

from voicecoach.compiler.ranges import Key
from voicecoach.errors import Pos
from voicecoach.routine import Side
from voicecoach.timeline import Sound, Source, Utterance
from voicecoach.units import Frames, Ms, frames

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
    "lefts",
    "source_of",
    "sources",
    "starts",
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


def source_of(beat: Beat) -> Source:
    """What a beat sounds like."""
    return beat.content.utterance if isinstance(beat.content, Words) else beat.content


def sources(score: Score) -> set[Source]:
    """Every sound that a score needs."""
    found: set[Source] = set()
    for cue in score.cues:
        match cue:
            case Speak():
                found.add(cue.words.utterance)
            case Ring():
                found.add(cue.sound)
            case Clock():
                found.update(map(source_of, cue.beats))
                found.update(sound for sound in (cue.first, cue.last) if sound)
    return found


def starts(score: Score, lengths: Mapping[Source, Frames]) -> list[int]:
    """The frame at which each cue starts, and, as the last, the one at which the session is over."""
    return list(accumulate((_lasts(cue, lengths) for cue in score.cues), initial=0))


def _lasts(cue: Cue, lengths: Mapping[Source, Frames]) -> int:
    match cue:
        case Speak():
            return lengths[cue.words.utterance] + frames(cue.then)
        case Ring():
            return lengths[cue.sound]
        case Rest():
            return frames(cue.length)
        case Clock():
            end = frames(cue.length) + (lengths[cue.last] if cue.last else 0)
            # A tone may ring on past a beat that is shorter than it, and no voice starts over it.
            return max(end, max(_tones(cue, lengths), default=0))


def _tones(clock: Clock, lengths: Mapping[Source, Frames]) -> Iterator[int]:
    return (frames(beat.at) + lengths[beat.content] for beat in clock.beats if isinstance(beat.content, Sound))


def lefts(score: Score, begins: Sequence[int]) -> dict[int, int]:
    """Where each text that names the time left stands, by its number."""
    found: dict[int, int] = {}
    for cue, start in zip(score.cues, begins, strict=False):
        if isinstance(cue, Speak):
            said = [(cue.words, start)]
        elif isinstance(cue, Clock):
            said = [(beat.content, start + frames(beat.at)) for beat in cue.beats if isinstance(beat.content, Words)]
        else:
            continue
        for words, at in said:
            if words.tells_left is not None:
                found.setdefault(words.tells_left, at)
    return found
