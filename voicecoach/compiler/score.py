"""The score: a session as a flat list of cues, with loops unrolled and texts filled in.

Once the length of each clip is known, the score becomes a draft: every cue has its start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate
from typing import Literal, TypeAlias

from voicecoach.compiler.pacing import Pacing, Slack
from voicecoach.errors import Pos
from voicecoach.routine import Side
from voicecoach.timeline import Sound, Source, Utterance
from voicecoach.units import Frames, Ms, frames, ms


@dataclass(frozen=True, slots=True)
class SpokenText:
    """Words as they are spelled and as the voice reads them."""

    text: str
    utterance: Utterance
    time_left_index: int | None = None
    """Index among the texts that say how much time is left; None for all others."""


@dataclass(frozen=True, slots=True)
class Location:
    """The place of a cue in the session."""

    move: int | None = None
    """Index into the moves of the score."""
    side: Side | None = None
    round: tuple[int, int] | None = None
    """Number of the round, from 1, and how many there are."""


@dataclass(frozen=True, slots=True)
class SpeechCue:
    """Words, then silence."""

    words: SpokenText
    pause: Ms
    location: Location
    pos: Pos | None = None
    slack: Slack | None = None


@dataclass(frozen=True, slots=True)
class ChimeCue:
    """A chime or sound file, played whole."""

    sound: Sound
    location: Location
    pos: Pos | None = None


@dataclass(frozen=True, slots=True)
class SilenceCue:
    """A pause, or the time that a `wait` step gives to get ready."""

    kind: Literal["pause", "wait"]
    length: Ms
    location: Location
    pos: Pos | None = None
    slack: Slack | None = None


class Priority(IntEnum):
    """Where prompts have no room side by side, the lower number is played."""

    COUNTDOWN = 0
    AUTHOR = 1
    HALFWAY = 2
    EVERY = 3


@dataclass(frozen=True, slots=True)
class Prompt:
    """Words or a sound at a certain time of a prompted cue."""

    at: Ms
    content: SpokenText | Sound
    priority: Priority = Priority.COUNTDOWN
    max_delay: Ms = Ms(0)
    """How much later it may start. A prompt that may be late also keeps a gap to the next voice."""
    pos: Pos | None = None

    @property
    def source(self) -> Source:
        """The sound to play."""
        return self.content.utterance if isinstance(self.content, SpokenText) else self.content


@dataclass(frozen=True, slots=True)
class PromptedCue:
    """A hold, count or breathing: lasts exactly `length`, whatever its prompts say."""

    kind: Literal["hold", "count", "breathe"]
    length: Ms
    prompts: tuple[Prompt, ...]
    location: Location
    pos: Pos | None = None
    start_chime: Sound | None = None
    end_chime: Sound | None = None
    """Starts where `length` ends."""
    slack: Slack | None = None


Cue: TypeAlias = SpeechCue | ChimeCue | SilenceCue | PromptedCue


@dataclass(frozen=True, slots=True)
class MovePass:
    """One pass through a move."""

    title: str
    first_cue: int
    """Index into the cues."""
    position: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The session without its opening and closing, and what the opening says about it."""

    cues: tuple[Cue, ...]
    moves: tuple[MovePass, ...]
    needs: tuple[str, ...]
    cautions: tuple[SpokenText, ...]
    time_left_count: int
    """How many texts say how much time is left."""
    uses_guess: bool
    """Whether any text depends on the guess. If none does, every guess gives the same body."""


@dataclass(frozen=True, slots=True)
class Score:
    """Every cue of a session, in order."""

    cues: tuple[Cue, ...]
    moves: tuple[MovePass, ...]
    closing: int
    """Index of the first cue of the closing."""

    @property
    def sources(self) -> set[Source]:
        """Every sound that the session needs."""
        found: set[Source] = set()
        for cue in self.cues:
            match cue:
                case SpeechCue():
                    found.add(cue.words.utterance)
                case ChimeCue():
                    found.add(cue.sound)
                case PromptedCue():
                    found.update(prompt.source for prompt in cue.prompts)
                    found.update(chime for chime in (cue.start_chime, cue.end_chime) if chime)
        return found


@dataclass(frozen=True, slots=True)
class Draft:
    """A score with the length of every clip: each cue has its start, but prompts are not placed yet."""

    pacing: Pacing
    body: Body
    score: Score
    lengths: Mapping[Source, Frames]
    starts: Sequence[int]
    """Of each cue, in frames."""
    end: Frames
    """Of the session."""

    @property
    def length(self) -> Ms:
        """The length of the whole session."""
        return ms(self.end)


def cue_starts(score: Score, lengths: Mapping[Source, Frames]) -> tuple[list[int], Frames]:
    """The start of each cue and the end of the session, in frames."""
    *starts, end = accumulate((_duration(cue, lengths) for cue in score.cues), initial=0)
    return starts, Frames(end)


def _duration(cue: Cue, lengths: Mapping[Source, Frames]) -> int:
    match cue:
        case SpeechCue():
            return lengths[cue.words.utterance] + frames(cue.pause)
        case ChimeCue():
            return lengths[cue.sound]
        case SilenceCue():
            return frames(cue.length)
        case PromptedCue():
            end = frames(cue.length) + (lengths[cue.end_chime] if cue.end_chime else 0)
            # The last tone may outlast the cue, and no voice starts over a tone.
            tones = ((prompt.at, prompt.content) for prompt in cue.prompts if isinstance(prompt.content, Sound))
            return max(end, max((frames(at) + lengths[tone] for at, tone in tones), default=0))


def time_left_starts(draft: Draft) -> dict[int, int]:
    """The start in frames of each text that says how much time is left, by its `time_left_index`."""
    found: dict[int, int] = {}
    for cue, start in zip(draft.score.cues, draft.starts, strict=True):
        for words, at in _spoken(cue):
            if words.time_left_index is not None:
                found.setdefault(words.time_left_index, start + at)
    return found


def _spoken(cue: Cue) -> Iterator[tuple[SpokenText, Frames]]:
    """The texts of a cue, each with the frame of the cue at which it is due."""
    if isinstance(cue, SpeechCue):
        yield cue.words, Frames(0)
    elif isinstance(cue, PromptedCue):
        for prompt in cue.prompts:
            if isinstance(prompt.content, SpokenText):
                yield prompt.content, frames(prompt.at)
