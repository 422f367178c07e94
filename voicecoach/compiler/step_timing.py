"""Decides how long each timed step lasts, and which prompts sound when in a hold, a count or breathing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from voicecoach.compiler.pacing import Pacing, pass_key
from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.score import Location, Priority, Prompt, PromptedCue, SpokenText
from voicecoach.compiler.wording import Scope, Wording
from voicecoach.routine import Breathe, Count, Hold, HoldCue, Pause, Text, Wait
from voicecoach.timeline import Sound
from voicecoach.units import SECOND, Ms

TimedStep: TypeAlias = Pause | Wait | Hold | Count | Breathe

LONG_HOLD = Ms(20 * SECOND)
"""A hold of this length or more gets a halfway prompt and a countdown by default."""
DEFAULT_COUNTDOWN = 3
MAX_DELAY = Ms(2 * SECOND)
"""Of halfway prompts and of the author's own."""
NAMED_ROUNDS = 2
"""Rounds of breathing whose phases are named; later rounds have tones."""


def step_length(step: TimedStep, pacing: Pacing, visit: int) -> Ms:
    """The length of the `visit`-th pass through a step."""
    match step:
        case Pause() | Wait():
            return pacing.silence(pass_key(step, visit), step.length)
        case Hold():
            return pacing.pass_time(pass_key(step, visit), step.length)
        case Count():
            each = pacing.time(step.each) if step.each else sum(pacing.time(phase.length) for phase in step.phases)
            return Ms(pacing.repetitions(step.number) * each)
        case Breathe():
            rounds = Ms(_rounds(step, pacing, visit) * _breath_length(step, pacing))
            return max(rounds, pacing.pass_time(pass_key(step, visit), step.time)) if step.time else rounds


@dataclass(frozen=True, slots=True)
class StepContext:
    """The surroundings of a hold, a count or breathing."""

    pacing: Pacing
    phrases: Phrases
    wording: Wording
    scope: Scope
    location: Location
    visit: int
    """Number of the pass through the step, from 0."""
    length: Ms
    """Of this pass."""

    def coach(self, words: str, *, brisk: bool = False) -> SpokenText:
        """The coach's words at the chosen speed; `brisk` ones are never slowed down, since they have to keep time."""
        return self.wording.coach(words, self.scope.routine, brisk=brisk)

    def speak(self, text: Text, *, brisk: bool = False) -> SpokenText:
        """The author's words."""
        return self.wording.speak(text, self.scope, self.length, brisk=brisk)


def prompted_cue(step: Hold | Count | Breathe, context: StepContext) -> PromptedCue:
    """A step with all its prompts."""
    match step:
        case Hold():
            return _hold(step, context.length, context)
        case Count():
            return PromptedCue(
                "count", context.length, tuple(_count_prompts(step, context)), context.location, step.pos
            )
        case Breathe():
            return _breathing(step, context)


def _hold(step: Hold, length: Ms, context: StepContext) -> PromptedCue:
    prompts = (
        *_countdown(step, length, context),
        *_author_prompts(step, length, context),
        *_halfway(step, length, context),
        *_every(step, length, context),
    )
    start, end = (None, None) if step.quiet else (Sound("start"), Sound("end"))
    slack, key = context.pacing.range_slack(step.length, paced=False), pass_key(step, context.visit)
    return PromptedCue("hold", length, prompts, context.location, step.pos, start, end, slack, key)


def _countdown(step: Hold, length: Ms, context: StepContext) -> Iterator[Prompt]:
    count = step.countdown
    if count is None:
        count = DEFAULT_COUNTDOWN if length >= LONG_HOLD and not step.quiet else 0
    for number in range(count, 0, -1):
        if number * SECOND <= length:
            at = Ms(length - number * SECOND)
            yield Prompt(at, context.coach(str(number), brisk=True), Priority.COUNTDOWN, pos=step.pos)


def _author_prompts(step: Hold, length: Ms, context: StepContext) -> Iterator[Prompt]:
    for cue in step.cues or ():
        at = _cue_time(cue, length)
        if at is not None:
            yield Prompt(at, context.speak(cue.text), Priority.AUTHOR, MAX_DELAY, cue.pos)


def _cue_time(cue: HoldCue, length: Ms) -> Ms | None:
    """The time of a cue; None if the hold is too short to reach it at this level."""
    if cue.moment == "halfway":
        return Ms(length // 2)
    if cue.time >= length:
        return None
    return cue.time if cue.moment == "at" else Ms(length - cue.time)


def _halfway(step: Hold, length: Ms, context: StepContext) -> Iterator[Prompt]:
    if step.cues is None and not step.quiet and length >= LONG_HOLD:
        words = context.coach(context.phrases.say("halfway"))
        yield Prompt(Ms(length // 2), words, Priority.HALFWAY, MAX_DELAY, step.pos)


def _every(step: Hold, length: Ms, context: StepContext) -> Iterator[Prompt]:
    if step.every is None:
        return
    every = context.pacing.time(step.every)
    for left in range(every, length, every):
        words = context.coach(context.phrases.left(Ms(left)), brisk=True)
        yield Prompt(Ms(length - left), words, Priority.EVERY, pos=step.pos)


def _count_prompts(step: Count, context: StepContext) -> Iterator[Prompt]:
    time, repetitions = context.pacing.time, context.pacing.repetitions(step.number)
    if step.each:
        for index, _, at in _phase_starts(repetitions, [time(step.each)]):
            content = context.coach(str(index + 1), brisk=True) if step.aloud else Sound("tick")
            yield Prompt(at, content, pos=step.pos)
        return
    names = [context.speak(phase.name, brisk=True) for phase in step.phases]
    for index, phase, at in _phase_starts(repetitions, [time(phase.length) for phase in step.phases]):
        words = names[phase]
        if step.aloud and phase == 0:
            words = context.wording.number(index + 1, words, context.scope.routine)
        yield Prompt(at, words, pos=step.pos)


def _breathing(step: Breathe, context: StepContext) -> PromptedCue:
    slack, key = None, pass_key(step, context.visit)
    if step.time:
        least = _breath_length(step, context.pacing)
        slack = context.pacing.range_slack(step.time, paced=False, least=least)
    prompts = tuple(_breath_prompts(step, context))
    return PromptedCue("breathe", context.length, prompts, context.location, step.pos, slack=slack, key=key)


def _breath_prompts(step: Breathe, context: StepContext) -> Iterator[Prompt]:
    names = [context.coach(context.phrases.say(f"breathe_{name}"), brisk=True) for name, _ in step.phases]
    tones = [Sound(name) for name, _ in step.phases]
    lengths = [context.pacing.time(length) for _, length in step.phases]
    for index, phase, at in _phase_starts(_rounds(step, context.pacing, context.visit), lengths):
        yield Prompt(at, names[phase] if index < NAMED_ROUNDS else tones[phase], pos=step.pos)


def _phase_starts(repetitions: int, lengths: Sequence[Ms]) -> Iterator[tuple[int, int, Ms]]:
    """Each phase of each repetition: index of the repetition, index of the phase, start."""
    at = 0
    for index in range(repetitions):
        for phase, length in enumerate(lengths):
            yield index, phase, Ms(at)
            at += length


def _rounds(step: Breathe, pacing: Pacing, visit: int) -> int:
    """Whole rounds, at least one; breathing `for` a time takes as many as fit."""
    if step.time:
        return max(1, pacing.pass_time(pass_key(step, visit), step.time) // _breath_length(step, pacing))
    return pacing.repetitions(step.rounds) if step.rounds else 1


def _breath_length(step: Breathe, pacing: Pacing) -> Ms:
    return Ms(sum(pacing.time(length) for _, length in step.phases))
