"""Turns holds, counts and breathing into timed cues: how long they last and which prompts sound when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.ranges import Pacing, pass_key
from voicecoach.compiler.score import Location, Priority, Prompt, Slack, SpokenText, TimedCue
from voicecoach.compiler.wording import spoken_text
from voicecoach.routine import Breathe, Count, Hold, HoldCue, Pause, Routine, Text, Wait
from voicecoach.timeline import Sound
from voicecoach.units import SECOND, Ms

__all__ = ["StepContext", "TimedStep", "step_length", "timed_cue"]

TimedStep: TypeAlias = Pause | Wait | Hold | Count | Breathe

LONG_HOLD = Ms(20 * SECOND)
"""From here on a hold has a halfway word and a countdown by itself."""
DEFAULT_COUNTDOWN = 3
MAX_DELAY = Ms(2 * SECOND)
"""How much later halfway and own texts may come."""
NAMED_ROUNDS = 2
"""Of breathing, before the names give way to tones."""


def step_length(step: TimedStep, numbers: Pacing, visit: int) -> Ms:
    """How long the `visit`-th pass through a step lasts."""
    match step:
        case Pause() | Wait():
            return numbers.adjust(pass_key(step, visit), numbers.paced(numbers.time(step.length)))
        case Hold():
            return numbers.adjust(pass_key(step, visit), numbers.time(step.length))
        case Count():
            return Ms(numbers.repetitions(step.number) * _repetition(step, numbers))
        case Breathe():
            return _breathing(step, numbers)


@dataclass(frozen=True, slots=True)
class StepContext:
    """Where a clock stands in the session, and how its words are made."""

    numbers: Pacing
    phrases: Phrases
    routine: Routine
    where: Location
    visit: int
    write: Callable[[Text], SpokenText]
    """Fills a writer's text in at this place."""

    def freely(self, text: str) -> SpokenText:
        """Words of the coach's at the chosen speed."""
        return spoken_text(text, self.routine, self.numbers.speed)

    def on_beat(self, text: str, tells_left: int | None = None) -> SpokenText:
        """Words that are never slowed."""
        words = spoken_text(text, self.routine, max(100, self.numbers.speed))
        return words if tells_left is None else replace(words, tells_left=tells_left)

    def numbered(self, number: int, words: SpokenText) -> SpokenText:
        """A phase's name behind the number of its repetition, as one clip."""
        said = self.phrases.say("number_and_phase", number=number, phase=words.text)
        return self.on_beat(said, words.tells_left)


def timed_cue(step: Hold | Count | Breathe, place: StepContext) -> TimedCue:
    """A step as a clock, with all that sounds on it."""
    time = step_length(step, place.numbers, place.visit)
    match step:
        case Hold():
            return _hold(step, time, place)
        case Count():
            return TimedCue("count", time, tuple(_counted(step, place)), place.where, step.pos)
        case Breathe():
            return TimedCue("breathe", time, tuple(_breaths(step, place)), place.where, step.pos)


def _hold(step: Hold, time: Ms, place: StepContext) -> TimedCue:
    beats = (
        *_countdown(step, time, place),
        *_own(step, time, place),
        *_halfway(step, time, place),
        *_every(step, time, place),
    )
    first, last = (None, None) if step.quiet else (Sound("start"), Sound("end"))
    give = None
    if step.length.low != step.length.high:
        base = place.numbers.time(step.length)
        down, up = Ms(base - step.length.low), Ms(step.length.high - base)
        give = Slack(pass_key(step, place.visit), down, up, ranged=True)
    return TimedCue("hold", time, beats, place.where, step.pos, first, last, give)


def _countdown(step: Hold, time: Ms, place: StepContext) -> Iterator[Prompt]:
    count = step.countdown
    if count is None:
        count = DEFAULT_COUNTDOWN if time >= LONG_HOLD and not step.quiet else 0
    for number in range(count, 0, -1):
        if number * SECOND <= time:
            yield Prompt(Ms(time - number * SECOND), place.on_beat(str(number)), Priority.COUNTDOWN, pos=step.pos)


def _own(step: Hold, time: Ms, place: StepContext) -> Iterator[Prompt]:
    for cue in step.cues or ():
        at = _moment(cue, time)
        if at is not None:
            yield Prompt(at, place.write(cue.text), Priority.OWN, MAX_DELAY, cue.pos)


def _moment(cue: HoldCue, time: Ms) -> Ms | None:
    """When a cue comes; None where this level's hold is too short to have that moment."""
    match cue.moment:
        case "halfway":
            return Ms(time // 2)
        case "left":
            return Ms(time - cue.time) if cue.time < time else None
        case "at":
            return cue.time if cue.time < time else None


def _halfway(step: Hold, time: Ms, place: StepContext) -> Iterator[Prompt]:
    if step.cues is None and not step.quiet and time >= LONG_HOLD:
        yield Prompt(Ms(time // 2), place.freely(place.phrases.say("halfway")), Priority.HALFWAY, MAX_DELAY, step.pos)


def _every(step: Hold, time: Ms, place: StepContext) -> Iterator[Prompt]:
    if step.every is None:
        return
    every = place.numbers.time(step.every)
    for left in range(every, time, every):
        yield Prompt(Ms(time - left), place.on_beat(place.phrases.left(Ms(left))), Priority.EVERY, pos=step.pos)


def _repetition(step: Count, numbers: Pacing) -> Ms:
    if step.each:
        return numbers.time(step.each)
    return Ms(sum(numbers.time(phase.length) for phase in step.phases))


def _counted(step: Count, place: StepContext) -> Iterator[Prompt]:
    number = place.numbers.repetitions(step.number)
    if step.each:
        each, tick = place.numbers.time(step.each), Sound("tick")
        for index in range(number):
            yield Prompt(Ms(index * each), place.on_beat(str(index + 1)) if step.aloud else tick, pos=step.pos)
        return
    phases = [(place.write(phase.name), place.numbers.time(phase.length)) for phase in step.phases]
    named = [(place.on_beat(name.text, name.tells_left), time) for name, time in phases]
    at = Ms(0)
    for index in range(number):
        for phase, (words, time) in enumerate(named):
            counted = step.aloud and phase == 0
            yield Prompt(at, place.numbered(index + 1, words) if counted else words, pos=step.pos)
            at = Ms(at + time)


def _breathing(step: Breathe, numbers: Pacing) -> Ms:
    if step.time:
        return max(numbers.time(step.time), _breath(step, numbers))
    return Ms(_rounds(step, numbers) * _breath(step, numbers))


def _breath(step: Breathe, numbers: Pacing) -> Ms:
    return Ms(sum(numbers.time(time) for _, time in step.phases))


def _rounds(step: Breathe, numbers: Pacing) -> int:
    if step.time:
        return max(1, numbers.time(step.time) // _breath(step, numbers))
    return numbers.repetitions(step.rounds) if step.rounds else 1


def _breaths(step: Breathe, place: StepContext) -> Iterator[Prompt]:
    phases = [
        (place.on_beat(place.phrases.say(f"breathe_{phase}")), Sound(phase), place.numbers.time(time))
        for phase, time in step.phases
    ]
    at = Ms(0)
    for index in range(_rounds(step, place.numbers)):
        for name, tone, time in phases:
            yield Prompt(at, name if index < NAMED_ROUNDS else tone, pos=step.pos)
            at = Ms(at + time)
