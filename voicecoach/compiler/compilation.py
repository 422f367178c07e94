"""Compiles a routine into a timeline: unroll, fill in the words, measure the clips, lay out."""

from __future__ import annotations

from voicecoach.choices import LEVELS, Choices
from voicecoach.compiler.clip_lengths import ClipLengths, MeasureLengths
from voicecoach.compiler.cues import closing_cues, opening_cues
from voicecoach.compiler.filling import Frame, fill_score
from voicecoach.compiler.fitting import fit_length
from voicecoach.compiler.layout import lay_out, move_spans
from voicecoach.compiler.pacing import Pacing, shared_ranges
from voicecoach.compiler.phrases import Phrases, languages, load_phrases
from voicecoach.compiler.score import Cue, Draft
from voicecoach.compiler.selection import move_titles, unknown_titles
from voicecoach.compiler.spreading import TOLERANCE
from voicecoach.compiler.unroll import unroll
from voicecoach.errors import ChoiceError, Problem, ScriptError, did_you_mean
from voicecoach.gc_pause import pause_gc
from voicecoach.routine import Routine
from voicecoach.timeline import Timeline
from voicecoach.units import DAY, HOUR, SECOND, Ms, format_time, ms


@pause_gc()
def compile_session(routine: Routine, choices: Choices, lengths: MeasureLengths) -> Timeline:
    """Compile a routine for one listener.

    Raises `ChoiceError` if the routine does not have what was chosen, `ScriptError` if its language has no phrases.
    """
    phrases = _phrases(routine)
    _check_names(routine, choices)
    drafter = _Drafter(routine, choices, phrases, lengths)
    start = Pacing(LEVELS["standard"] if choices.level is None else choices.level, choices.speed)
    target = routine.minutes if _uses_own_length(choices) else choices.length
    if target is None:
        draft = drafter.draft(start)
    else:
        drafter.target, shared = target, shared_ranges(routine.steps)
        draft = fit_length(drafter.draft, start, target, shared, nearest=choices.length is None)
        if abs(draft.length - target) > TOLERANCE:
            drafter.target = None
            draft = drafter.draft(draft.pacing)
    return _timeline(routine, phrases, draft)


def minutes_warning(routine: Routine, choices: Choices, timeline: Timeline) -> Problem | None:
    """The warning that no level reaches the script's own `minutes:`, if they apply."""
    length = ms(timeline.length)
    if routine.minutes is None or not _uses_own_length(choices) or abs(length - routine.minutes) <= SECOND:
        return None
    message = f"minutes: out of reach ({format_time(routine.minutes)}), the nearest is {format_time(length)}"
    return Problem(routine.place("minutes"), message, "", "warning")


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
        self._routine, self._choices, self._phrases = routine, choices, phrases
        self._lengths = ClipLengths(lengths)
        self.target: Ms | None = None
        """The length that words about the session name as soon as it is near."""

    def draft(self, pacing: Pacing) -> Draft:
        """Unroll the routine, fill in the words and measure the sounds."""
        body = unroll(self._routine, self._choices, pacing, self._phrases)
        if not body.cues:
            raise ChoiceError("nothing is left to do", "leave out less: --only, --skip, --side and --with decide")

        def opening(minutes: int) -> tuple[Cue, ...]:
            return opening_cues(body, self._routine, self._phrases, pacing, minutes, intro=self._choices.intro)

        frame = Frame(opening, closing_cues(self._routine, self._phrases, pacing), self._phrases.say("the_end"))
        draft = Draft(pacing, body.needs, body.cautions, *fill_score(body, frame, self._lengths, self.target))
        if draft.length > DAY:
            message = f"a session of more than 24 h ({draft.length / HOUR:.1f} h)"
            raise ScriptError([Problem(self._routine.pos, message)])
        return draft


def _timeline(routine: Routine, phrases: Phrases, draft: Draft) -> Timeline:
    layout = lay_out(draft)
    return Timeline(
        title=routine.title,
        about=routine.about,
        tags=routine.tags,
        needs=draft.needs,
        cautions=tuple(words.text for words in draft.cautions),
        language=routine.language,
        level=draft.pacing.level,
        length=draft.end,
        placements=layout.placements,
        events=layout.events,
        moves=tuple(move_spans(draft, phrases)),
        left_out=layout.omissions,
    )
