"""Turns steps into cues, and adds the coach's own: opening, side changes, rounds and closing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from voicecoach.compiler import timed_cues
from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.ranges import Key, Numbers, key_of
from voicecoach.compiler.score import Body, Clock, Cue, Give, Rest, Ring, Score, Speak, Where, Words
from voicecoach.compiler.selection import active
from voicecoach.compiler.wording import Frame, Wording, spoken
from voicecoach.errors import Pos
from voicecoach.routine import Breathe, Chime, Count, Hold, Pause, Range, Routine, Say, Step, Text, Wait
from voicecoach.timeline import Sound
from voicecoach.units import SECOND, Ms

__all__ = ["CueMaker", "change", "framed", "round_"]

CHANGE = Ms(4 * SECOND)
"""In which to change sides."""
_NOWHERE = Where()


def framed(body: Body, routine: Routine, phrases: Phrases, numbers: Numbers, minutes: int, *, intro: bool) -> Score:
    """The body between an opening and a closing; without the `intro` only the cautions are spoken before it."""
    said = [*(_opening(body, routine, phrases, numbers, minutes) if intro else ()), *body.cautions]
    opening: list[Cue] = [Ring(Sound("open"), _NOWHERE), *(_settled(words, numbers, _NOWHERE) for words in said)]
    last = spoken(phrases.say("closing"), routine, numbers.speed)
    closing: list[Cue] = [Ring(Sound("done"), _NOWHERE), _settled(last, numbers, _NOWHERE)]
    moves = tuple(replace(move, first=move.first + len(opening)) for move in body.moves)
    return Score((*opening, *body.cues, *closing), moves, len(opening) + len(body.cues))


def _opening(body: Body, routine: Routine, phrases: Phrases, numbers: Numbers, minutes: int) -> list[Words]:
    """The title, how long it takes, what is needed."""
    texts = [routine.title, phrases.opening_length(minutes)]
    if body.needs:
        texts.append(phrases.say("opening_needs", things=phrases.things(body.needs)))
    return [spoken(text, routine, numbers.speed) for text in texts]


def _settled(words: Words, numbers: Numbers, where: Where, pos: Pos | None = None) -> Speak:
    return Speak(words, numbers.settle(), where, pos)


def change(phrases: Phrases, numbers: Numbers, frame: Frame, where: Where, pos: Pos) -> tuple[Cue, ...]:
    """The side chime, the side to come, and time to get there."""
    side = phrases.side(frame.side) if frame.side else ""
    words = spoken(phrases.say("change_sides", side=side), frame.routine, numbers.speed)
    return Ring(Sound("side"), where, pos), Speak(words, numbers.paced(CHANGE), where, pos)


def round_(phrases: Phrases, numbers: Numbers, frame: Frame, where: Where, pos: Pos) -> Speak:
    """Which round it is; that the last is the last."""
    number, rounds = frame.round or (1, 1)
    said = phrases.say("last_round") if number == rounds else phrases.say("round", round=number, rounds=rounds)
    return _settled(spoken(said, frame.routine, numbers.speed), numbers, where, pos)


STRETCH = Ms(5 * SECOND)
"""How far `then`, `pause` and settle pauses may be stretched or shortened to reach a length."""


class CueMaker:
    """Makes the cues of steps, and remembers which have been reached how often."""

    def __init__(self, numbers: Numbers, phrases: Phrases, wording: Wording) -> None:
        self._numbers, self._phrases, self._wording = numbers, phrases, wording
        self._visits: Counter[int] = Counter()
        self._reached: set[tuple[tuple[int, ...], int]] = set()

    def done(self, step: Step) -> None:
        """A step has been passed through once more."""
        self._visits[id(step)] += 1

    def due(self, step: Say, frame: Frame) -> Text | None:
        """What a step says this time; None where it is silent."""
        if step.again is None:
            return step.text
        key = frame.uses, id(step)
        if key not in self._reached:
            self._reached.add(key)
            return step.text
        return step.again if step.again.parts else None

    def ahead(self, text: Text, steps: Sequence[Step], index: int, frame: Frame) -> Ms | None:
        """What `{length}` says in a step: the next timed step in the list; one left out only where no other is."""
        if not text.uses("length"):
            return None
        timed = (step for step in islice(steps, index + 1, None) if isinstance(step, timed_cues.Timed))
        left_out = None
        for step in timed:
            if active(step, frame.options):
                return self._length(step)
            left_out = left_out or step
        return self._length(left_out) if left_out else None

    def _length(self, step: timed_cues.Timed) -> Ms:
        return timed_cues.length(step, self._numbers, self._visits[id(step)])

    def say(self, step: Say, text: Text, frame: Frame, where: Where, length: Ms | None) -> Speak:
        """Words, then silence."""
        words = self._wording.words(text, frame, length)
        key = key_of(step, self._visits[id(step)])
        if step.then is None:
            base, give = self._numbers.settle(), Give(key, Ms(0), STRETCH)
        else:
            base = self._numbers.paced(self._numbers.time(step.then))
            give = self._silence(key, base, step.then)
        return Speak(words, self._numbers.adjust(key, base), where, step.pos, give)

    def pause(self, step: Pause, where: Where) -> Rest:
        """Silence."""
        key = key_of(step, self._visits[id(step)])
        give = self._within(key, step.length)
        if give is None:
            give = self._silence(key, self._numbers.paced(step.length.low), step.length)
        return Rest("pause", self._length(step), where, step.pos, give)

    def wait(self, step: Wait, frame: Frame, where: Where) -> list[Speak | Rest]:
        """The text, and the time in which to get ready."""
        length, key = self._length(step), key_of(step, self._visits[id(step)])
        said = [Speak(self._wording.words(step.say, frame, length), Ms(0), where, step.pos)] if step.say else []
        return [*said, Rest("wait", length, where, step.pos, self._within(key, step.length))]

    def _within(self, key: Key, written: Range) -> Give | None:
        """How far a silence that was given a range may be stretched within it."""
        if written.low == written.high:
            return None
        low, base, high = (
            self._numbers.paced(each) for each in (written.low, self._numbers.time(written), written.high)
        )
        return Give(key, Ms(base - low), Ms(high - base), ranged=True)

    def _silence(self, key: Key, base: Ms, written: Range) -> Give:
        """The same for any other: within its range by some seconds; else never below its half, never from nothing."""
        within = self._within(key, written)
        if within:
            return Give(key, min(STRETCH, within.down), min(STRETCH, within.up))
        return Give(key, min(STRETCH, Ms(base // 2)), STRETCH if base else Ms(0))

    def chime(self, step: Chime, where: Where) -> Ring:
        """A sound, whole."""
        return Ring(Sound(step.sound, step.path), where, step.pos)

    def clock(self, step: Hold | Count | Breathe, frame: Frame, where: Where) -> Clock:
        """A timed effort."""
        visit = self._visits[id(step)]
        length = timed_cues.length(step, self._numbers, visit)

        def write(text: Text) -> Words:
            return self._wording.words(text, frame, length)

        return timed_cues.clock(
            step, timed_cues.Place(self._numbers, self._phrases, frame.routine, where, visit, write)
        )
