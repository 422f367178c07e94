"""Turns steps into cues, and adds the coach's own: opening, side changes, rounds and closing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from voicecoach.compiler import timed_cues
from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.ranges import Pacing, PassKey, pass_key
from voicecoach.compiler.score import (
    Body,
    ChimeCue,
    Cue,
    Location,
    Score,
    SilenceCue,
    Slack,
    SpeechCue,
    SpokenText,
    TimedCue,
)
from voicecoach.compiler.selection import is_active
from voicecoach.compiler.wording import Scope, Wording, spoken_text
from voicecoach.errors import Pos
from voicecoach.routine import Breathe, Chime, Count, Hold, Pause, Range, Routine, Say, Step, Text, Wait
from voicecoach.timeline import Sound
from voicecoach.units import SECOND, Ms

__all__ = ["CueMaker", "add_opening_and_closing", "round_cue", "side_change_cues"]

SIDE_CHANGE_PAUSE = Ms(4 * SECOND)
"""In which to change sides."""
_NO_LOCATION = Location()


def add_opening_and_closing(
    body: Body, routine: Routine, phrases: Phrases, numbers: Pacing, minutes: int, *, intro: bool
) -> Score:
    """The body between an opening and a closing; without the `intro` only the cautions are spoken before it."""
    said = [*(_opening_texts(body, routine, phrases, numbers, minutes) if intro else ()), *body.cautions]
    opening: list[Cue] = [
        ChimeCue(Sound("open"), _NO_LOCATION),
        *(_speech_cue(words, numbers, _NO_LOCATION) for words in said),
    ]
    last = spoken_text(phrases.say("closing"), routine, numbers.speed)
    closing: list[Cue] = [ChimeCue(Sound("done"), _NO_LOCATION), _speech_cue(last, numbers, _NO_LOCATION)]
    moves = tuple(replace(move, first=move.first + len(opening)) for move in body.moves)
    return Score((*opening, *body.cues, *closing), moves, len(opening) + len(body.cues))


def _opening_texts(body: Body, routine: Routine, phrases: Phrases, numbers: Pacing, minutes: int) -> list[SpokenText]:
    """The title, how long it takes, what is needed."""
    texts = [routine.title, phrases.opening_length(minutes)]
    if body.needs:
        texts.append(phrases.say("opening_needs", things=phrases.things(body.needs)))
    return [spoken_text(text, routine, numbers.speed) for text in texts]


def _speech_cue(words: SpokenText, numbers: Pacing, where: Location, pos: Pos | None = None) -> SpeechCue:
    return SpeechCue(words, numbers.settle(), where, pos)


def side_change_cues(phrases: Phrases, numbers: Pacing, frame: Scope, where: Location, pos: Pos) -> tuple[Cue, ...]:
    """The side chime, the side to come, and time to get there."""
    side = phrases.side(frame.side) if frame.side else ""
    words = spoken_text(phrases.say("change_sides", side=side), frame.routine, numbers.speed)
    return ChimeCue(Sound("side"), where, pos), SpeechCue(words, numbers.paced(SIDE_CHANGE_PAUSE), where, pos)


def round_cue(phrases: Phrases, numbers: Pacing, frame: Scope, where: Location, pos: Pos) -> SpeechCue:
    """Which round it is; that the last is the last."""
    number, rounds = frame.round or (1, 1)
    said = phrases.say("last_round") if number == rounds else phrases.say("round", round=number, rounds=rounds)
    return _speech_cue(spoken_text(said, frame.routine, numbers.speed), numbers, where, pos)


MAX_STRETCH = Ms(5 * SECOND)
"""How far `then`, `pause` and settle pauses may be stretched or shortened to reach a length."""


class CueMaker:
    """Makes the cues of steps, and remembers which have been reached how often."""

    def __init__(self, numbers: Pacing, phrases: Phrases, wording: Wording) -> None:
        self._numbers, self._phrases, self._wording = numbers, phrases, wording
        self._visits: Counter[int] = Counter()
        self._reached: set[tuple[tuple[int, ...], int]] = set()

    def done(self, step: Step) -> None:
        """A step has been passed through once more."""
        self._visits[id(step)] += 1

    def due(self, step: Say, frame: Scope) -> Text | None:
        """What a step says this time; None where it is silent."""
        if step.again is None:
            return step.text
        key = frame.uses, id(step)
        if key not in self._reached:
            self._reached.add(key)
            return step.text
        return step.again if step.again.parts else None

    def ahead(self, text: Text, steps: Sequence[Step], index: int, frame: Scope) -> Ms | None:
        """What `{length}` says in a step: the next timed step in the list; one left out only where no other is."""
        if not text.uses("length"):
            return None
        timed = (step for step in islice(steps, index + 1, None) if isinstance(step, timed_cues.TimedStep))
        left_out = None
        for step in timed:
            if is_active(step, frame.options):
                return self._length(step)
            left_out = left_out or step
        return self._length(left_out) if left_out else None

    def _length(self, step: timed_cues.TimedStep) -> Ms:
        return timed_cues.step_length(step, self._numbers, self._visits[id(step)])

    def say(self, step: Say, text: Text, frame: Scope, where: Location, length: Ms | None) -> SpeechCue:
        """Words, then silence."""
        words = self._wording.words(text, frame, length)
        key = pass_key(step, self._visits[id(step)])
        if step.then is None:
            base, give = self._numbers.settle(), Slack(key, Ms(0), MAX_STRETCH)
        else:
            base = self._numbers.paced(self._numbers.time(step.then))
            give = self._silence(key, base, step.then)
        return SpeechCue(words, self._numbers.adjust(key, base), where, step.pos, give)

    def pause(self, step: Pause, where: Location) -> SilenceCue:
        """Silence."""
        key = pass_key(step, self._visits[id(step)])
        give = self._within(key, step.length)
        if give is None:
            give = self._silence(key, self._numbers.paced(step.length.low), step.length)
        return SilenceCue("pause", self._length(step), where, step.pos, give)

    def wait(self, step: Wait, frame: Scope, where: Location) -> list[SpeechCue | SilenceCue]:
        """The text, and the time in which to get ready."""
        length, key = self._length(step), pass_key(step, self._visits[id(step)])
        said = [SpeechCue(self._wording.words(step.say, frame, length), Ms(0), where, step.pos)] if step.say else []
        return [*said, SilenceCue("wait", length, where, step.pos, self._within(key, step.length))]

    def _within(self, key: PassKey, written: Range) -> Slack | None:
        """How far a silence that was given a range may be stretched within it."""
        if written.low == written.high:
            return None
        low, base, high = (
            self._numbers.paced(each) for each in (written.low, self._numbers.time(written), written.high)
        )
        return Slack(key, Ms(base - low), Ms(high - base), ranged=True)

    def _silence(self, key: PassKey, base: Ms, written: Range) -> Slack:
        """The same for any other: within its range by some seconds; else never below its half, never from nothing."""
        within = self._within(key, written)
        if within:
            return Slack(key, min(MAX_STRETCH, within.down), min(MAX_STRETCH, within.up))
        return Slack(key, min(MAX_STRETCH, Ms(base // 2)), MAX_STRETCH if base else Ms(0))

    def chime(self, step: Chime, where: Location) -> ChimeCue:
        """A sound, whole."""
        return ChimeCue(Sound(step.sound, step.path), where, step.pos)

    def clock(self, step: Hold | Count | Breathe, frame: Scope, where: Location) -> TimedCue:
        """A timed effort."""
        visit = self._visits[id(step)]
        length = timed_cues.step_length(step, self._numbers, visit)

        def write(text: Text) -> SpokenText:
            return self._wording.words(text, frame, length)

        return timed_cues.timed_cue(
            step, timed_cues.StepContext(self._numbers, self._phrases, frame.routine, where, visit, write)
        )
