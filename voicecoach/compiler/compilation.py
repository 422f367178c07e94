"""Compiles a routine into a timeline: unroll, measure the clips, lay out.

Repeats until what is said about the whole session ("10 minutes left") is true of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

from voicecoach.choices import LEVELS, Choices
from voicecoach.compiler.cues import add_opening_and_closing
from voicecoach.compiler.fitting import fit_length
from voicecoach.compiler.layout import lay_out, move_spans
from voicecoach.compiler.pacing import Pacing, shared_ranges
from voicecoach.compiler.phrases import Phrases, languages, load_phrases
from voicecoach.compiler.score import Body, Draft, cue_starts, time_left_starts
from voicecoach.compiler.selection import move_titles, unknown_titles
from voicecoach.compiler.unroll import unroll
from voicecoach.compiler.wording import Guess
from voicecoach.errors import ChoiceError, Problem, ScriptError, did_you_mean
from voicecoach.gc_pause import pause_gc
from voicecoach.routine import Routine
from voicecoach.timeline import Source, Timeline, Utterance
from voicecoach.units import DAY, HOUR, MINUTE, SECOND, Frames, Ms, format_time, frames, ms, round_half_up

MeasureLengths: TypeAlias = Callable[[Collection[Source]], Mapping[Source, Frames]]
"""Gives the length of each sound; it may have to speak those that have no clip yet."""

MAX_PASSES = 6
"""Compilations with measured lengths, until the guess is true."""
TIME_PER_CHARACTER = Ms(57)
"""Of calm speech, pauses between sentences included: espeak and Piper speak 17 to 18 characters a second."""
SHORTEST_SPEECH = Ms(350)
TYPICAL_CHIME = Ms(700)
"""Chimes are between 0.1 and 1.5 s long."""


@pause_gc()
def compile_session(routine: Routine, choices: Choices, lengths: MeasureLengths) -> Timeline:
    """Compile a routine for one listener.

    Raises `ChoiceError` if the routine does not have what was chosen, `ScriptError` if its language has no phrases.
    """
    phrases = _phrases(routine)
    _check_names(routine, choices)
    make_draft = _Drafter(routine, choices, phrases, lengths).draft
    start = Pacing(LEVELS["standard"] if choices.level is None else choices.level, choices.speed)
    target = routine.minutes if _uses_own_length(choices) else choices.length
    if target is None:
        draft = make_draft(start)
    else:
        shared = shared_ranges(routine.steps)
        draft = fit_length(make_draft, start, target, shared, nearest=choices.length is None)
    return _timeline(routine, phrases, draft)


def minutes_warning(routine: Routine, choices: Choices, timeline: Timeline) -> Problem | None:
    """The warning that no level reaches the script's own `minutes:`, if they apply."""
    length = ms(timeline.length)
    if routine.minutes is None or not _uses_own_length(choices) or abs(length - routine.minutes) <= SECOND:
        return None
    message = f"minutes: out of reach ({format_time(routine.minutes)}), the nearest is {format_time(length)}"
    return Problem(routine.place("minutes"), message, "", "warning")


def estimate_lengths(sources: Collection[Source]) -> Mapping[Source, Frames]:
    """Estimate the length of each sound from its text alone, whatever voice and cache there are."""
    return {source: frames(_estimate(source)) for source in sources}


def _estimate(source: Source) -> Ms:
    if isinstance(source, Utterance):
        speech = max(SHORTEST_SPEECH, len(source.text) * TIME_PER_CHARACTER)
        return Ms(round_half_up(speech * 100, source.rate))
    return TYPICAL_CHIME


def _phrases(routine: Routine) -> Phrases:
    try:
        return load_phrases(routine.language)
    except KeyError:
        message = f"language: the coach has no phrases in it ({routine.language}), allowed: {', '.join(languages())}"
        hint = "CONTRIBUTING.md says how to add one"
        raise ScriptError([Problem(routine.place("language"), message, hint)]) from None


def _check_names(routine: Routine, choices: Choices) -> None:
    """Refuse options and titles that the routine does not have."""
    options = routine.reachable_options
    for option in sorted(choices.options - options):
        allowed = ", ".join(sorted(options)) or "none"
        message = f"--with: {routine.title} has no option ({option}), allowed: {allowed}"
        raise ChoiceError(message, did_you_mean(option, options))
    for flag, chosen in (("--only", choices.only), ("--skip", choices.skip)):
        for title in unknown_titles(routine, chosen):
            titles = move_titles(routine)
            message = f"{flag}: {routine.title} has no move ({title}), allowed: {', '.join(titles)}"
            raise ChoiceError(message, did_you_mean(title, titles))


def _uses_own_length(choices: Choices) -> bool:
    """Whether the script's own `minutes:` apply: the whole routine is played, without a chosen level or length."""
    return choices.level is None and choices.length is None and choices.whole


class _Drafter:
    """Makes drafts of one routine for one listener. Equal pacing always gives an equal draft."""

    def __init__(self, routine: Routine, choices: Choices, phrases: Phrases, lengths: MeasureLengths) -> None:
        self._routine, self._choices, self._phrases, self._lengths = routine, choices, phrases, lengths

    def draft(self, pacing: Pacing) -> Draft:
        """Compile until the guess is true.

        The first pass estimates lengths, so that texts which name a time are nearly always right when they are spoken.
        """
        guess = Guess()
        body = self._body(pacing, guess)
        for number, lengths in enumerate((estimate_lengths, *[self._lengths] * MAX_PASSES)):
            if number and body.uses_guess:
                body = self._body(pacing, guess)
            draft = self._measure(pacing, body, guess, lengths)
            truth = _true_guess(draft)
            if number and truth == guess:
                break
            guess = truth
        return draft

    def _body(self, pacing: Pacing, guess: Guess) -> Body:
        body = unroll(self._routine, self._choices, pacing, self._phrases, guess)
        if not body.cues:
            raise ChoiceError("nothing is left to do", "leave out less: --only, --skip, --side and --with decide")
        return body

    def _measure(self, pacing: Pacing, body: Body, guess: Guess, lengths: MeasureLengths) -> Draft:
        intro = self._choices.intro
        score = add_opening_and_closing(body, self._routine, self._phrases, pacing, guess.total, intro=intro)
        measured = lengths(score.sources)
        draft = Draft(pacing, body, score, measured, *cue_starts(score, measured))
        if draft.length > DAY:
            message = f"a session of more than 24 h ({draft.length / HOUR:.1f} h)"
            raise ScriptError([Problem(self._routine.pos, message)])
        return draft


def _true_guess(draft: Draft) -> Guess:
    """The guess that a draft would have needed."""
    end, count = draft.end, draft.body.time_left_count
    starts = time_left_starts(draft) if count else {}
    left = tuple(_whole_minutes(end - starts.get(index, 0)) for index in range(count))
    return Guess(_whole_minutes(end), left, tuple(move.title for move in draft.score.moves))


def _whole_minutes(length: int) -> int:
    """Frames as minutes, to the nearest, but at least one."""
    return max(1, round_half_up(length, frames(MINUTE)))


def _timeline(routine: Routine, phrases: Phrases, draft: Draft) -> Timeline:
    layout = lay_out(draft)
    return Timeline(
        title=routine.title,
        about=routine.about,
        tags=routine.tags,
        needs=draft.body.needs,
        cautions=tuple(words.text for words in draft.body.cautions),
        language=routine.language,
        level=draft.pacing.level,
        length=draft.end,
        placements=layout.placements,
        events=layout.events,
        moves=tuple(move_spans(draft, phrases)),
        left_out=layout.omissions,
    )
