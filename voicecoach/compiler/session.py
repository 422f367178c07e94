"""The compiler's way from a routine to a timeline: unroll, learn the lengths, lay out, and again until it is true."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from voicecoach.compiler import phrases as phrases_
from voicecoach.compiler.choices import LEVELS, Choices
from voicecoach.compiler.estimate import estimated
from voicecoach.compiler.layout import Layout, sources
from voicecoach.compiler.length import fit_length
from voicecoach.compiler.numbers import Numbers
from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.score import Score
from voicecoach.compiler.selection import titles, unknown_titles
from voicecoach.compiler.unroll import Guess, unroll
from voicecoach.errors import ChoiceError, Problem, ScriptError, nearest
from voicecoach.routine import Routine
from voicecoach.timeline import Source, Timeline
from voicecoach.units import MINUTE, Frames, Ms, frames, half_up, ms

__all__ = ["Lengths", "compile_session"]

Lengths: TypeAlias = Callable[[Collection[Source]], Mapping[Source, Frames]]
"""How long sounds are; may speak those that nobody has spoken yet."""

ROUNDS = 6
"""Of compiling until what words say of the session is true of it."""
DAY = Ms(24 * 60 * MINUTE)


@dataclass(frozen=True, slots=True)
class Draft:
    """One outcome of a level: what is to be done, and when."""

    numbers: Numbers
    score: Score
    layout: Layout
    guess: Guess

    @property
    def length(self) -> Ms:
        """Of the whole session."""
        return ms(self.layout.length)


class Drafter:
    """Makes drafts of one routine for one listener. The same level and adjustments give the same draft, always."""

    def __init__(self, routine: Routine, choices: Choices, phrases: Phrases, lengths: Lengths) -> None:
        self._routine, self._choices, self._phrases, self._lengths = routine, choices, phrases, lengths

    def draft(self, numbers: Numbers) -> Draft:
        """The session at these numbers, its words true of it.

        Estimated lengths come first, so that words which name the time are right before they are spoken.
        """
        guess = Guess()
        for lengths in (estimated, *[self._lengths] * ROUNDS):
            made = self._once(numbers, guess, lengths)
            settled = made.guess == guess and lengths is not estimated
            guess = made.guess
            if settled:
                break
        return made

    def _once(self, numbers: Numbers, guess: Guess, lengths: Lengths) -> Draft:
        score = unroll(self._routine, self._choices, numbers, self._phrases, guess)
        if not score.moves:
            raise ChoiceError("nothing is left to do", "leave out less: --only, --skip, --side and --with decide")
        layout = Layout(score, lengths(sources(score)), self._phrases)
        if layout.length > frames(DAY):
            message = f"a session of more than 24 h ({ms(layout.length) / 3_600_000:.1f} h)"
            raise ScriptError([Problem(self._routine.pos, message)])
        left = tuple(_minutes(Frames(layout.length - layout.left.get(index, 0))) for index in _indices(layout.left))
        found = Guess(_minutes(layout.length), left, tuple(move.title for move in score.moves))
        return Draft(numbers, score, layout, found)


def _indices(left: Mapping[int, Frames]) -> range:
    return range(max(left, default=-1) + 1)


def _minutes(length: Frames) -> int:
    """Whole minutes, to the nearest, at least one."""
    return max(1, half_up(ms(length), MINUTE))


def compile_session(routine: Routine, choices: Choices, lengths: Lengths) -> Timeline:
    """The timeline of a routine for one listener.

    Raises `ChoiceError` for what cannot be had of this routine, `ScriptError` where its language has no phrases.
    """
    phrases = _phrases(routine)
    _check(routine, choices)
    drafter = Drafter(routine, choices, phrases, lengths)
    start = Numbers(LEVELS["standard"] if choices.level is None else choices.level, choices.speed)
    if choices.length is not None:
        draft = fit_length(drafter.draft, start, choices.length)
    elif routine.minutes is not None and choices.level is None and choices.whole:
        draft = fit_length(drafter.draft, start, routine.minutes, nearest=True)
    else:
        draft = drafter.draft(start)
    return _timeline(routine, draft)


def _timeline(routine: Routine, draft: Draft) -> Timeline:
    layout = draft.layout
    events = layout.events
    return Timeline(
        title=routine.title,
        about=routine.about,
        tags=routine.tags,
        language=routine.language,
        level=draft.numbers.level,
        length=layout.length,
        placements=layout.placements(events),
        events=events,
        moves=layout.moves,
        left_out=tuple(layout.left_out),
    )


def _phrases(routine: Routine) -> Phrases:
    try:
        return phrases_.load(routine.language)
    except KeyError:
        allowed = ", ".join(phrases_.languages())
        message = f"language: the coach has no words of its own in it ({routine.language}), allowed: {allowed}"
        raise ScriptError([Problem(routine.pos, message, "docs/language.md says how to add one")]) from None


def _check(routine: Routine, choices: Choices) -> None:
    """Refuse names that the routine does not have."""
    known = routine.reachable_options
    for option in sorted(choices.options - known):
        allowed = ", ".join(sorted(known)) or "none"
        raise ChoiceError(
            f"--with: {routine.title} has no option ({option}), allowed: {allowed}", nearest(option, known)
        )
    for flag, asked in (("--only", choices.only), ("--skip", choices.skip)):
        for title in unknown_titles(routine, asked):
            have = titles(routine)
            allowed = ", ".join(have)
            raise ChoiceError(
                f"{flag}: {routine.title} has no move ({title}), allowed: {allowed}", nearest(title, have)
            )
