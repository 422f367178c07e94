"""The score: a session as a flat list of cues, with loops unrolled and texts filled in.

Once the length of each clip is known, the score becomes a draft: every cue has its start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal, TypeAlias

from voicecoach.compiler.open_text import OpenText, SessionFacts
from voicecoach.compiler.pacing import Pacing, PassKey, Slack
from voicecoach.errors import Pos
from voicecoach.routine import Side
from voicecoach.timeline import Sound, Source, Utterance
from voicecoach.units import Frames, Ms, frames, ms


@dataclass(frozen=True, slots=True)
class SpokenText:
    """Words as they are spelled and as the voice reads them."""

    text: str
    utterance: Utterance
    open: OpenWords | None = None
    """Fills the words anew if they depend on the whole session: until then they are stand-ins."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenWords:
    """Words that depend on the whole session."""

    text: OpenText
    begun: int
    """How many passes through moves have begun: the index of the next one."""
    spoken: Callable[[str], SpokenText]
    """Turns the filled text into words for the voice."""
    _known: dict[SessionFacts, SpokenText] = field(default_factory=dict, init=False, repr=False)

    def words(self, facts: SessionFacts) -> SpokenText:
        """The words with these facts. They are kept, since the facts are often the same."""
        words = self._known.get(facts)
        if words is None:
            words = self._known[facts] = self.spoken(self.text.fill(facts))
        return words


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
    key: PassKey | None = None
    """Of the pass that may use the slack."""


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
    key: PassKey | None = None
    """Of the pass that may use the slack."""


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
    def open(self) -> OpenWords | None:
        """Fills its words, if they depend on the whole session."""
        return self.content.open if isinstance(self.content, SpokenText) else None

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
    key: PassKey | None = None
    """Of the pass that may use the slack."""


Cue: TypeAlias = SpeechCue | ChimeCue | SilenceCue | PromptedCue


@dataclass(frozen=True, slots=True)
class MovePass:
    """One pass through a move."""

    title: str
    first_cue: int
    """Index into the cues."""
    position: str | None = None
    open: OpenText | None = None
    """Fills the title anew if it depends on the whole session: until then it is a stand-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The session without its opening and closing, and what the opening says about it.

    Words and titles that depend on the whole session are still open.
    """

    cues: tuple[Cue, ...]
    moves: tuple[MovePass, ...]
    needs: tuple[str, ...]
    cautions: tuple[SpokenText, ...]


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
    needs: tuple[str, ...]
    cautions: tuple[SpokenText, ...]
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


def open_words(cue: Cue) -> list[OpenWords]:
    """The words of a cue that depend on the whole session."""
    match cue:
        case SpeechCue():
            return [cue.words.open] if cue.words.open else []
        case PromptedCue():
            return [open_ for prompt in cue.prompts if (open_ := prompt.open)]
        case _:
            return []


def cue_duration(cue: Cue, length: Callable[[Source], Frames]) -> Frames:
    """How long a cue lasts, given the lengths of sounds. Open words count nothing."""
    match cue:
        case SpeechCue():
            speech = length(cue.words.utterance) if cue.words.open is None else 0
            return Frames(speech + frames(cue.pause))
        case ChimeCue():
            return length(cue.sound)
        case SilenceCue():
            return frames(cue.length)
        case PromptedCue():
            end = frames(cue.length) + (length(cue.end_chime) if cue.end_chime else 0)
            # The last tone may outlast the cue, and no voice starts over a tone.
            tones = ((prompt.at, prompt.content) for prompt in cue.prompts if isinstance(prompt.content, Sound))
            return Frames(max(end, max((frames(at) + length(tone) for at, tone in tones), default=0)))
