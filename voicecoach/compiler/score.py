"""The score: a session as a flat list of cues, with loops unrolled and texts filled in.

It becomes a timeline once the length of each clip is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate
from typing import Literal, TypeAlias

from voicecoach.compiler.ranges import PassKey
from voicecoach.errors import Pos
from voicecoach.routine import Side
from voicecoach.timeline import Sound, Source, Utterance
from voicecoach.units import Frames, Ms, frames

__all__ = [
    "Body",
    "ChimeCue",
    "Cue",
    "Location",
    "MovePass",
    "Priority",
    "Prompt",
    "Score",
    "SilenceCue",
    "Slack",
    "SpeechCue",
    "SpokenText",
    "TimedCue",
    "cue_starts",
    "source_of",
    "sources",
    "time_left_starts",
]

NO_TIME = Ms(0)


class Priority(IntEnum):
    """Who gives way when words on a clock have no room: the higher number."""

    COUNTDOWN = 0
    OWN = 1
    HALFWAY = 2
    EVERY = 3


@dataclass(frozen=True, slots=True)
class SpokenText:
    """What is said, as it is spelled and as the voice reads it."""

    text: str
    utterance: Utterance
    tells_left: int | None = None
    """Which of the texts that name the time left this is, in order; None for all others."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where in the session a cue lies."""

    move: int | None = None
    side: Side | None = None
    round: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Slack:
    """How far one pass's silence or hold may be stretched from what the level made of it, to reach a length."""

    key: PassKey
    down: Ms
    up: Ms
    ranged: bool = False
    """A hold, pause or wait that the writer gave a range: stretched first, and within it."""


@dataclass(frozen=True, slots=True)
class SpeechCue:
    """Words, then silence."""

    words: SpokenText
    then: Ms
    where: Location
    pos: Pos | None = None
    give: Slack | None = None


@dataclass(frozen=True, slots=True)
class ChimeCue:
    """A sound, whole."""

    sound: Sound
    where: Location
    pos: Pos | None = None


@dataclass(frozen=True, slots=True)
class SilenceCue:
    """Silence."""

    kind: Literal["pause", "wait"]
    length: Ms
    where: Location
    pos: Pos | None = None
    give: Slack | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something that sounds at a moment of a clock."""

    at: Ms
    content: SpokenText | Sound
    rank: Priority = Priority.COUNTDOWN
    late: Ms = NO_TIME
    """How much later it may come; what may be late also keeps its distance from the next voice."""
    pos: Pos | None = None


@dataclass(frozen=True, slots=True)
class TimedCue:
    """A stretch of time that lasts exactly `length`, whatever is said in it."""

    kind: Literal["hold", "count", "breathe"]
    length: Ms
    beats: tuple[Prompt, ...]
    where: Location
    pos: Pos | None = None
    first: Sound | None = None
    """The chime on its first sample."""
    last: Sound | None = None
    """The chime that starts where the clock ends."""
    give: Slack | None = None


Cue: TypeAlias = SpeechCue | ChimeCue | SilenceCue | TimedCue


@dataclass(frozen=True, slots=True)
class MovePass:
    """One pass through a move: from the cue of index `first` on."""

    title: str
    first: int
    position: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What lies between the opening and the closing, and what the opening has to tell of it."""

    cues: tuple[Cue, ...]
    moves: tuple[MovePass, ...]
    needs: tuple[str, ...]
    cautions: tuple[SpokenText, ...]
    lefts: int
    """How many texts name the time left."""
    guessed: bool
    """Whether any word hangs on the guess: where none does, another guess makes the same body."""


@dataclass(frozen=True, slots=True)
class Score:
    """Everything that happens, in order."""

    cues: tuple[Cue, ...]
    moves: tuple[MovePass, ...]
    closing: int
    """Index of the first cue of the closing."""


def source_of(beat: Prompt) -> Source:
    """What a beat sounds like."""
    return beat.content.utterance if isinstance(beat.content, SpokenText) else beat.content


def sources(score: Score) -> set[Source]:
    """Every sound that a score needs."""
    found: set[Source] = set()
    for cue in score.cues:
        match cue:
            case SpeechCue():
                found.add(cue.words.utterance)
            case ChimeCue():
                found.add(cue.sound)
            case TimedCue():
                found.update(map(source_of, cue.beats))
                found.update(sound for sound in (cue.first, cue.last) if sound)
    return found


def cue_starts(score: Score, lengths: Mapping[Source, Frames]) -> list[int]:
    """The frame at which each cue starts, and, as the last, the one at which the session is over."""
    return list(accumulate((_duration(cue, lengths) for cue in score.cues), initial=0))


def _duration(cue: Cue, lengths: Mapping[Source, Frames]) -> int:
    match cue:
        case SpeechCue():
            return lengths[cue.words.utterance] + frames(cue.then)
        case ChimeCue():
            return lengths[cue.sound]
        case SilenceCue():
            return frames(cue.length)
        case TimedCue():
            end = frames(cue.length) + (lengths[cue.last] if cue.last else 0)
            # A tone may ring on past a beat that is shorter than it, and no voice starts over it.
            return max(end, max(_sound_ends(cue, lengths), default=0))


def _sound_ends(clock: TimedCue, lengths: Mapping[Source, Frames]) -> Iterator[int]:
    return (frames(beat.at) + lengths[beat.content] for beat in clock.beats if isinstance(beat.content, Sound))


def time_left_starts(score: Score, begins: Sequence[int]) -> dict[int, int]:
    """Where each text that names the time left stands, by its number."""
    found: dict[int, int] = {}
    for cue, start in zip(score.cues, begins, strict=False):
        if isinstance(cue, SpeechCue):
            said = [(cue.words, start)]
        elif isinstance(cue, TimedCue):
            said = [
                (beat.content, start + frames(beat.at)) for beat in cue.beats if isinstance(beat.content, SpokenText)
            ]
        else:
            continue
        for words, at in said:
            if words.tells_left is not None:
                found.setdefault(words.tells_left, at)
    return found
