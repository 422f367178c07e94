"""Turns steps into cues, and adds the coach's own: opening, side changes, rounds and closing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from voicecoach.compiler.pacing import Pacing, PassKey, Slack, pass_key
from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.score import (
    Body,
    ChimeCue,
    Cue,
    Location,
    PromptedCue,
    SilenceCue,
    SpeechCue,
    SpokenText,
)
from voicecoach.compiler.selection import is_active
from voicecoach.compiler.step_timing import StepContext, TimedStep, prompted_cue, step_length
from voicecoach.compiler.wording import Scope, Wording, spoken_text
from voicecoach.errors import Pos
from voicecoach.routine import Breathe, Chime, Count, Hold, Pause, Range, Routine, Say, Step, Text, Wait
from voicecoach.timeline import Sound
from voicecoach.units import SECOND, Ms

SIDE_CHANGE_PAUSE = Ms(4 * SECOND)
"""Time to change sides."""


class CueMaker:
    """Makes the cues of steps. It counts the passes through each step, since `again` and slack depend on them."""

    def __init__(self, pacing: Pacing, phrases: Phrases, wording: Wording) -> None:
        self._pacing, self._phrases, self._wording = pacing, phrases, wording
        self._visits: Counter[int] = Counter()
        self._said: set[tuple[tuple[int, ...], int]] = set()
        self._silences: dict[int, tuple[Ms, Slack | None]] = {}
        self._next_timed: dict[tuple[int, frozenset[str]], Sequence[TimedStep | None]] = {}

    def step_cues(
        self, steps: Sequence[Step], index: int, scope: Scope, locate: Callable[[Scope], Location]
    ) -> Sequence[Cue]:
        """The cues of one pass through a step of a list. Asks for their location only if there are any."""
        step = steps[index]
        made: Sequence[Cue] = ()
        match step:
            case Say():
                text = self._due_text(step, scope)
                if text is not None:
                    location, length = locate(scope), self._length_ahead(text, steps, index, scope)
                    made = [self._say(step, self._wording.speak(text, scope, length), location)]
            case Pause():
                made = [self._pause(step, locate(scope))]
            case Wait():
                made = self._wait(step, scope, locate(scope))
            case Chime():
                made = [ChimeCue(Sound(step.sound, step.path), locate(scope), step.pos)]
            case Hold() | Count() | Breathe():
                made = [self._prompted(step, scope, locate(scope))]
        self._visits[id(step)] += 1
        return made

    def _due_text(self, step: Say, scope: Scope) -> Text | None:
        """The text of this pass through a step; None if it is silent."""
        if step.again is None:
            return step.text
        key = scope.uses, id(step)
        if key not in self._said:
            self._said.add(key)
            return step.text
        return step.again if step.again.parts else None

    def _length_ahead(self, text: Text, steps: Sequence[Step], index: int, scope: Scope) -> Ms | None:
        """The value of `{length}`: of the next timed step in the list. An inactive one counts if no other follows."""
        if "length" not in self._wording.names(text):
            return None
        key = id(steps), scope.options
        if key not in self._next_timed:
            self._next_timed[key] = next_timed_steps(steps, scope.options)
        step = self._next_timed[key][index]
        return self._length(step) if step else None

    def _length(self, step: TimedStep) -> Ms:
        return step_length(step, self._pacing, self._visits[id(step)])

    def _key(self, step: Step) -> PassKey:
        return pass_key(step, self._visits[id(step)])

    def _silence(self, key: PassKey, written: Range | None) -> tuple[Ms, Slack | None]:
        """The silence of a pass and its slack: the same for all passes through a step without times of their own."""
        step_id, _ = key
        if step_id not in self._silences:
            self._silences[step_id] = self._pacing.silence(None, written), self._pacing.silence_slack(written)
        silence, slack = self._silences[step_id]
        return (self._pacing.silence(key, written) if key in self._pacing.times else silence), slack

    def _say(self, step: Say, words: SpokenText, location: Location) -> SpeechCue:
        key = self._key(step)
        silence, slack = self._silence(key, step.then)
        return SpeechCue(words, silence, location, step.pos, slack, key)

    def _pause(self, step: Pause, location: Location) -> SilenceCue:
        key = self._key(step)
        silence, slack = self._silence(key, step.length)
        return SilenceCue("pause", silence, location, step.pos, slack, key)

    def _wait(self, step: Wait, scope: Scope, location: Location) -> list[Cue]:
        length = self._length(step)
        slack = self._pacing.range_slack(step.length, paced=True)
        silence = SilenceCue("wait", length, location, step.pos, slack, self._key(step))
        if step.say is None:
            return [silence]
        return [SpeechCue(self._wording.speak(step.say, scope, length), Ms(0), location, step.pos), silence]

    def _prompted(self, step: Hold | Count | Breathe, scope: Scope, location: Location) -> PromptedCue:
        visit, length = self._visits[id(step)], self._length(step)
        context = StepContext(self._pacing, self._phrases, self._wording, scope, location, visit, length)
        return prompted_cue(step, context)

    def side_change(self, scope: Scope, location: Location, pos: Pos) -> list[Cue]:
        """The side chime, the name of the new side, and time to get there."""
        side = self._phrases.side(scope.side) if scope.side else ""
        words = self._wording.coach(self._phrases.say("change_sides", side=side), scope.routine)
        pause = self._pacing.paced(SIDE_CHANGE_PAUSE)
        return [ChimeCue(Sound("side"), location, pos), SpeechCue(words, pause, location, pos)]

    def round(self, scope: Scope, location: Location, pos: Pos) -> SpeechCue:
        """The announcement of a round."""
        number, rounds = scope.round or (1, 1)
        say = self._phrases.say
        text = say("last_round") if number == rounds else say("round", round=number, rounds=rounds)
        return SpeechCue(self._wording.coach(text, scope.routine), self._pacing.settle(), location, pos)


def next_timed_steps(steps: Sequence[Step], options: frozenset[str]) -> Sequence[TimedStep | None]:
    """For each step of a list, the timed step that follows: an active one if there is any."""
    active: TimedStep | None = None
    inactive: TimedStep | None = None
    found: list[TimedStep | None] = []
    for step in reversed(steps):
        found.append(active or inactive)
        if isinstance(step, TimedStep):
            if is_active(step, options):
                active = step
            else:
                inactive = step
    return found[::-1]


def opening_cues(
    body: Body, routine: Routine, phrases: Phrases, pacing: Pacing, minutes: int, *, intro: bool
) -> tuple[Cue, ...]:
    """The opening of a session of some `minutes`. Without `intro`, it has only the cautions."""
    texts = _intro_texts(body, routine, phrases, minutes) if intro else []
    spoken = [spoken_text(text, routine, pacing.speed) for text in texts]
    return _framing_cues("open", [*spoken, *body.cautions], pacing)


def closing_cues(routine: Routine, phrases: Phrases, pacing: Pacing) -> tuple[Cue, ...]:
    """The closing of a session."""
    return _framing_cues("done", [spoken_text(phrases.say("closing"), routine, pacing.speed)], pacing)


def _framing_cues(chime: str, texts: Iterable[SpokenText], pacing: Pacing) -> tuple[Cue, ...]:
    nowhere = Location()
    speech = (SpeechCue(words, pacing.settle(), nowhere) for words in texts)
    return (ChimeCue(Sound(chime), nowhere), *speech)


def _intro_texts(body: Body, routine: Routine, phrases: Phrases, minutes: int) -> list[str]:
    """The title, the length and the things that are needed."""
    texts = [routine.title, phrases.opening_length(minutes)]
    if body.needs:
        texts.append(phrases.say("opening_needs", things=phrases.things(body.needs)))
    return texts
