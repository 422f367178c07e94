"""Holds, counts and breaths → clocks: what sounds at which moment of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from voicecoach.compiler.fill import spoken
from voicecoach.compiler.numbers import Numbers, key_of
from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.score import Beat, Clock, Give, Rank, Where, Words
from voicecoach.routine import Breathe, Count, Hold, HoldCue, Pause, Routine, Text, Wait
from voicecoach.timeline import Sound
from voicecoach.units import SECOND, Ms

__all__ = ["Place", "Timed", "clock", "length"]

Timed: TypeAlias = Pause | Wait | Hold | Count | Breathe

LONG = Ms(20 * SECOND)
"""From here on a hold has a halfway word and a countdown by itself."""
COUNTDOWN = 3
LATE = Ms(2 * SECOND)
"""How much later halfway and own texts may come."""
NAMED_ROUNDS = 2
"""Of breathing, before the names give way to tones."""


def length(step: Timed, numbers: Numbers, visit: int) -> Ms:
    """How long the `visit`-th pass through a step lasts."""
    match step:
        case Pause():
            return numbers.adjust(key_of(step, visit), numbers.paced(numbers.time(step.length)))
        case Wait():
            return numbers.paced(numbers.time(step.length))
        case Hold():
            return numbers.adjust(key_of(step, visit), numbers.time(step.length))
        case Count():
            return Ms(numbers.repetitions(step.number) * _repetition(step, numbers))
        case Breathe():
            return _breathing(step, numbers)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a clock stands in the session, and how its words are made."""

    numbers: Numbers
    phrases: Phrases
    routine: Routine
    where: Where
    visit: int
    write: Callable[[Text], Words]
    """Fills a writer's text in at this place."""

    def freely(self, text: str) -> Words:
        """Words of the coach's at the chosen speed."""
        return spoken(text, self.routine, self.numbers.speed)

    def on_beat(self, text: str) -> Words:
        """Words of the coach's that are never slowed."""
        return spoken(text, self.routine, max(100, self.numbers.speed))


def clock(step: Hold | Count | Breathe, place: Place) -> Clock:
    """A step as a clock, with all that sounds on it."""
    time = length(step, place.numbers, place.visit)
    match step:
        case Hold():
            return _hold(step, time, place)
        case Count():
            return Clock("count", time, tuple(_counted(step, place)), place.where, step.pos)
        case Breathe():
            return Clock("breathe", time, tuple(_breaths(step, time, place)), place.where, step.pos)


def _hold(step: Hold, time: Ms, place: Place) -> Clock:
    beats = (
        *_countdown(step, time, place),
        *_own(step, time, place),
        *_halfway(step, time, place),
        *_every(step, time, place),
    )
    first, last = (None, None) if step.quiet else (Sound("start"), Sound("end"))
    give = None
    if step.length.low != step.length.high:
        down, up = Ms(time - step.length.low), Ms(step.length.high - time)
        give = Give(key_of(step, place.visit), down, up, ranged=True)
    return Clock("hold", time, beats, place.where, step.pos, first, last, give)


def _countdown(step: Hold, time: Ms, place: Place) -> Iterator[Beat]:
    count = step.countdown
    if count is None:
        count = COUNTDOWN if time >= LONG and not step.quiet else 0
    for number in range(count, 0, -1):
        if number * SECOND < time:
            yield Beat(Ms(time - number * SECOND), place.on_beat(str(number)), Rank.COUNTDOWN, pos=step.pos)


def _own(step: Hold, time: Ms, place: Place) -> Iterator[Beat]:
    for cue in step.cues or ():
        at = _moment(cue, time)
        if at is not None:
            yield Beat(at, place.write(cue.text), Rank.OWN, LATE, cue.pos)


def _moment(cue: HoldCue, time: Ms) -> Ms | None:
    """When a cue comes; None where this level's hold is too short to have that moment."""
    match cue.moment:
        case "halfway":
            return Ms(time // 2)
        case "left":
            return Ms(time - cue.time) if cue.time < time else None
        case "at":
            return cue.time if cue.time < time else None


def _halfway(step: Hold, time: Ms, place: Place) -> Iterator[Beat]:
    if step.cues is None and not step.quiet and time >= LONG:
        yield Beat(Ms(time // 2), place.freely(place.phrases.say("halfway")), Rank.HALFWAY, LATE, step.pos)


def _every(step: Hold, time: Ms, place: Place) -> Iterator[Beat]:
    if step.every is None:
        return
    every = place.numbers.time(step.every)
    for left in range(every, time, every):
        said = place.phrases.say("time_left", time=place.phrases.time(Ms(left)))
        yield Beat(Ms(time - left), place.on_beat(said), Rank.EVERY, pos=step.pos)


def _repetition(step: Count, numbers: Numbers) -> Ms:
    if step.each:
        return numbers.time(step.each)
    return Ms(sum(numbers.time(phase.length) for phase in step.phases))


def _counted(step: Count, place: Place) -> Iterator[Beat]:
    names = [(place.write(phase.name).text, place.numbers.time(phase.length)) for phase in step.phases]
    at = Ms(0)
    for number in range(1, place.numbers.repetitions(step.number) + 1):
        if step.each:
            yield Beat(at, place.on_beat(str(number)) if step.aloud else Sound("tick"), pos=step.pos)
            at = Ms(at + place.numbers.time(step.each))
        for index, (name, time) in enumerate(names):
            with_number = step.aloud and index == 0
            said = place.phrases.say("number_and_phase", number=number, phase=name) if with_number else name
            yield Beat(at, place.on_beat(said), pos=step.pos)
            at = Ms(at + time)


def _breathing(step: Breathe, numbers: Numbers) -> Ms:
    if step.time:
        return max(numbers.time(step.time), _breath(step, numbers))
    return Ms(_rounds(step, numbers) * _breath(step, numbers))


def _breath(step: Breathe, numbers: Numbers) -> Ms:
    return Ms(sum(numbers.time(time) for _, time in step.phases))


def _rounds(step: Breathe, numbers: Numbers) -> int:
    if step.time:
        return max(1, numbers.time(step.time) // _breath(step, numbers))
    return numbers.repetitions(step.rounds) if step.rounds else 1


def _breaths(step: Breathe, time: Ms, place: Place) -> Iterator[Beat]:
    at = Ms(0)
    for round_ in range(_rounds(step, place.numbers)):
        for phase, length_ in step.phases:
            named = round_ < NAMED_ROUNDS
            yield Beat(
                at, place.on_beat(place.phrases.say(f"breathe_{phase}")) if named else Sound(phase), pos=step.pos
            )
            at = Ms(at + place.numbers.time(length_))
    assert at <= time
