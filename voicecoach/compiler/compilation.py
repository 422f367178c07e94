"""Compiles a routine into a timeline: unroll, measure the clips, lay out.

Repeats until what is said about the whole session ("10 minutes left") is true of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from voicecoach.choices import LEVELS, Choices
from voicecoach.compiler import phrases as phrases_
from voicecoach.compiler.cues import add_opening_and_closing
from voicecoach.compiler.layout import Layout, move_spans
from voicecoach.compiler.length import fit_length
from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.ranges import Pacing, variable_ranges
from voicecoach.compiler.score import Body, Score, cue_starts, sources, time_left_starts
from voicecoach.compiler.selection import move_titles, unknown_titles
from voicecoach.compiler.unroll import unroll
from voicecoach.compiler.wording import Guess
from voicecoach.errors import ChoiceError, Problem, ScriptError, did_you_mean
from voicecoach.gc_pause import pause_gc
from voicecoach.routine import Routine
from voicecoach.timeline import Source, Timeline, Utterance
from voicecoach.units import DAY, HOUR, MINUTE, SECOND, Frames, Ms, format_time, frames, ms, round_half_up

__all__ = ["MeasureLengths", "compile_session", "estimate_lengths", "minutes_warning"]

TIME_PER_CHARACTER = Ms(57)
"""Of calm speech, pauses between sentences included: espeak and Piper speak 17 to 18 a second."""
SHORTEST_SPEECH = Ms(350)
TYPICAL_CHIME = Ms(700)
"""Chimes are between 0.1 and 1.5 s long."""


def estimate_lengths(sources: Collection[Source]) -> Mapping[Source, Frames]:
    """A length for each source: pure, so that what is worked out from it does not hang on a cache."""
    return {source: frames(_estimate(source)) for source in sources}


def _estimate(source: Source) -> Ms:
    if isinstance(source, Utterance):
        spoken = max(SHORTEST_SPEECH, len(source.text) * TIME_PER_CHARACTER)
        return Ms(round_half_up(spoken * 100, source.rate))
    return TYPICAL_CHIME


MeasureLengths: TypeAlias = Callable[[Collection[Source]], Mapping[Source, Frames]]
"""How long sounds are; may speak those that nobody has spoken yet."""

MAX_PASSES = 6
"""Of compiling until what words say of the session is true of it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One outcome of a level: what is to be done, and when, but not yet what finds room on its clocks."""

    numbers: Pacing
    score: Score
    starts: Sequence[int]
    """In frames, of each cue, and where the session is over."""
    lengths: Mapping[Source, Frames]
    body: Body

    @property
    def length(self) -> Ms:
        """Of the whole session."""
        return ms(Frames(self.starts[-1]))


class Drafter:
    """Makes drafts of one routine for one listener. The same level and adjustments give the same draft, always."""

    def __init__(self, routine: Routine, choices: Choices, phrases: Phrases, lengths: MeasureLengths) -> None:
        self._routine, self._choices, self._phrases, self._lengths = routine, choices, phrases, lengths

    def draft(self, numbers: Pacing) -> Draft:
        """The session at these numbers, its words true of it.

        Estimated lengths come first, so that words which name the time are right before they are spoken.
        """
        guess = Guess()
        body = self._body(numbers, guess)
        for round_, lengths in enumerate((estimate_lengths, *[self._lengths] * MAX_PASSES)):
            if round_ and body.guessed:
                body = self._body(numbers, guess)
            draft = self._draft(numbers, body, guess, lengths)
            found = _guess_from(draft, body)
            if round_ and found == guess:
                break
            guess = found
        return draft

    def _body(self, numbers: Pacing, guess: Guess) -> Body:
        body = unroll(self._routine, self._choices, numbers, self._phrases, guess)
        if not body.cues:
            raise ChoiceError("nothing is left to do", "leave out less: --only, --skip, --side and --with decide")
        return body

    def _draft(self, numbers: Pacing, body: Body, guess: Guess, lengths: MeasureLengths) -> Draft:
        score = add_opening_and_closing(
            body, self._routine, self._phrases, numbers, guess.total, intro=self._choices.intro
        )
        known = lengths(sources(score))
        draft = Draft(numbers, score, cue_starts(score, known), known, body)
        if draft.length > DAY:
            message = f"a session of more than 24 h ({draft.length / HOUR:.1f} h)"
            raise ScriptError([Problem(self._routine.pos, message)])
        return draft


def _guess_from(draft: Draft, body: Body) -> Guess:
    """What is true of a draft."""
    end = draft.starts[-1]
    at = time_left_starts(draft.score, draft.starts) if body.lefts else {}
    left = tuple(_whole_minutes(end - at.get(index, 0)) for index in range(body.lefts))
    return Guess(_whole_minutes(end), left, tuple(move.title for move in draft.score.moves))


def _whole_minutes(length: int) -> int:
    """Frames as whole minutes, to the nearest, at least one."""
    return max(1, round_half_up(length, frames(MINUTE)))


@pause_gc()
def compile_session(routine: Routine, choices: Choices, lengths: MeasureLengths) -> Timeline:
    """The timeline of a routine for one listener.

    Raises `ChoiceError` for what cannot be had of this routine, `ScriptError` where its language has no phrases.
    """
    phrases = _load_phrases(routine)
    _check_names(routine, choices)
    drafter = Drafter(routine, choices, phrases, lengths)
    start = Pacing(LEVELS["standard"] if choices.level is None else choices.level, choices.speed)
    if choices.length is not None:
        draft = fit_length(drafter.draft, start, choices.length, tuple(variable_ranges(routine.steps)))
    elif routine.minutes is not None and _uses_own_length(choices):
        draft = fit_length(drafter.draft, start, routine.minutes, tuple(variable_ranges(routine.steps)), nearest=True)
    else:
        draft = drafter.draft(start)
    return _build_timeline(routine, phrases, draft)


def minutes_warning(routine: Routine, choices: Choices, timeline: Timeline) -> Problem | None:
    """A warning where the script's own `minutes:` count, but no level comes near."""
    length = ms(timeline.length)
    if routine.minutes is None or not _uses_own_length(choices) or abs(length - routine.minutes) <= SECOND:
        return None
    message = f"minutes: out of reach ({format_time(routine.minutes)}), the nearest is {format_time(length)}"
    return Problem(routine.place("minutes"), message, "", "warning")


def _uses_own_length(choices: Choices) -> bool:
    """Whether the routine says how long it is: all of it is played, and nobody said otherwise."""
    return choices.level is None and choices.length is None and choices.whole


def _build_timeline(routine: Routine, phrases: Phrases, draft: Draft) -> Timeline:
    layout = Layout(draft.score, draft.starts, draft.lengths)
    events, placements = layout.sorted()
    return Timeline(
        title=routine.title,
        about=routine.about,
        tags=routine.tags,
        needs=draft.body.needs,
        cautions=tuple(words.text for words in draft.body.cautions),
        language=routine.language,
        level=draft.numbers.level,
        length=Frames(draft.starts[-1]),
        placements=placements,
        events=events,
        moves=tuple(move_spans(draft.score, draft.starts, phrases)),
        left_out=tuple(layout.left_out),
    )


def _load_phrases(routine: Routine) -> Phrases:
    try:
        return phrases_.load_phrases(routine.language)
    except KeyError:
        allowed = ", ".join(phrases_.languages())
        message = f"language: the coach has no words of its own in it ({routine.language}), allowed: {allowed}"
        raise ScriptError(
            [Problem(routine.place("language"), message, "CONTRIBUTING.md says how to add one")]
        ) from None


def _check_names(routine: Routine, choices: Choices) -> None:
    """Refuse names that the routine does not have."""
    known = routine.reachable_options
    for option in sorted(choices.options - known):
        allowed = ", ".join(sorted(known)) or "none"
        raise ChoiceError(
            f"--with: {routine.title} has no option ({option}), allowed: {allowed}", did_you_mean(option, known)
        )
    for flag, asked in (("--only", choices.only), ("--skip", choices.skip)):
        for title in unknown_titles(routine, asked):
            have = move_titles(routine)
            allowed = ", ".join(have)
            raise ChoiceError(
                f"{flag}: {routine.title} has no move ({title}), allowed: {allowed}", did_you_mean(title, have)
            )
