"""Sessions that are ready to be heard: opened from a request, or resumed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from voicecoach.app.choosing import requested_routine
from voicecoach.app.recipe import choices_from_recipe, queue_from_recipe, routine_from_recipe
from voicecoach.choices import Choices
from voicecoach.errors import ChoiceError, Problem, ScriptError, SoundFileError, VoiceError
from voicecoach.progress import Progress, ignore_progress
from voicecoach.routine import Chime, Routine, walk_steps
from voicecoach.script.source_text import quote
from voicecoach.units import Frames

if TYPE_CHECKING:
    from voicecoach.app.request import SessionRequest
    from voicecoach.history.entry import UnfinishedSession
    from voicecoach.player.command import QueueItem
    from voicecoach.timeline import Timeline
    from voicecoach.voices.sound_files import SoundFiles
    from voicecoach.voices.synthesizer import Synthesizer
    from voicecoach.voices.voice import Voice

Warn: TypeAlias = Callable[[str], None]
"""Takes one line about something that does not stop a session."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session that is ready to play."""

    timeline: Timeline
    synthesizer: Synthesizer
    voice: Voice
    name: str
    """Of the routine."""
    routine: Routine | None = None
    """None if only the compiled session is left."""
    routines: tuple[str, ...] = ()
    """The names or paths that the routine was loaded from."""
    choices: Choices = Choices()  # noqa: RUF009 frozen
    recipe: Mapping[str, Any] | None = None
    """Of a resumed session, as the log has it; see `voicecoach.app.recipe`."""
    start: Frames = Frames(0)
    """Where it begins: later than 0 if it is resumed."""
    resumes: int | None = None
    """The log entry that it resumes."""
    queue: tuple[QueueItem, ...] = ()
    """The routines that had been added to it."""


@contextmanager
def open_session(
    request: SessionRequest, *, warn: Warn = lambda _: None, progress: Progress = ignore_progress
) -> Iterator[Session]:
    """Open the session that a request asks for. `progress` follows the speaking of new cues.

    Raises ChoiceError, ScriptError, VoiceError or FileError; leaving the context ends the voice's processes.
    """
    from voicecoach.voices.clip_cache import ClipCache
    from voicecoach.voices.registry import choose_voice
    from voicecoach.voices.synthesizer import Synthesizer

    routine, choices = requested_routine(request), request.choices
    voice = choose_voice(request.voice, routine.language)
    with Synthesizer(voice, ClipCache(warn=warn), progress=progress) as synthesizer:
        timeline = compile_timeline(routine, choices, synthesizer, warn)
        synthesizer.cache.disable_warnings()  # the screen belongs to the session from now on
        names = request.routines or (routine.name,)
        yield Session(timeline, synthesizer, voice, routine.name, routine, names, choices)


def compile_timeline(routine: Routine, choices: Choices, synthesizer: Synthesizer, warn: Warn) -> Timeline:
    """Compile the timeline of a routine. Warns where playback will differ from what its script suggests.

    Raises ScriptError for a sound file that cannot be used, with the line that names it.
    """
    from voicecoach.compiler import compile_session, minutes_warning

    try:
        timeline = compile_session(routine, choices, synthesizer.lengths)
    except SoundFileError:
        if problems := [*unusable_sounds(routine, lambda: synthesizer.sounds)]:
            raise ScriptError(problems) from None
        raise
    missed = minutes_warning(routine, choices, timeline)
    for problem in (*routine.every_warning, *([missed] if missed else [])):
        warn(str(problem))
    return timeline


def unusable_sounds(routine: Routine, sounds: Callable[[], SoundFiles]) -> Iterator[Problem]:
    """Find the unusable sound files of a routine and of all that it uses. `sounds` is called if it has any."""
    for step in walk_steps(routine.steps, into_used=True):
        if isinstance(step, Chime) and step.path is not None:
            try:
                sounds().length(step.path)
            except SoundFileError as error:
                what = error.message.removeprefix(f"{step.path}: ")
                yield Problem(step.pos, f"chime: {what} ({quote(step.sound)})", error.hint)


@contextmanager
def unfinished_session(warn: Warn = lambda _: None) -> Iterator[UnfinishedSession]:
    """Claim the session to resume, until the context ends. Raises ChoiceError if there is none."""
    from voicecoach.history.session_log import SessionLog

    with SessionLog(warn=warn) as log:
        last = log.unfinished()
        if last is None:
            raise ChoiceError("there is no unfinished session", "`voicecoach history` shows what was done")
        yield last


@contextmanager
def resume_session(
    last: UnfinishedSession, *, warn: Warn = lambda _: None, progress: Progress = ignore_progress
) -> Iterator[Session]:
    """Open the rest of a session as it was compiled, even if its routine has changed, in its own voice if possible."""
    from voicecoach.player.timeline_index import TimelineIndex
    from voicecoach.timeline import Utterance
    from voicecoach.voices.clip_cache import ClipCache
    from voicecoach.voices.synthesizer import Synthesizer

    timeline, entry = last.timeline, last.entry
    start = TimelineIndex(timeline).resume_point(last.at)
    voice = _voice(entry.voice, timeline.language, warn)
    with Synthesizer(voice, ClipCache(warn=warn), progress=progress) as synthesizer:
        ahead = [placed.source for placed in timeline.placements if placed.start + placed.length > start]
        synthesizer.lengths([source for source in ahead if isinstance(source, Utterance)])
        queue = queue_from_recipe(entry.choices, timeline.language)
        routine = None if queue is None else routine_from_recipe(entry.choices)
        synthesizer.cache.disable_warnings()  # the screen belongs to the session from now on
        yield Session(
            timeline,
            synthesizer,
            voice,
            entry.routine,
            routine,
            choices=choices_from_recipe(entry.choices),
            recipe=entry.choices,
            start=start,
            resumes=entry.id,
            queue=queue or (),
        )


def _voice(name: str, language: str, warn: Warn) -> Voice:
    """Choose the voice of that name, or else another one that speaks the language."""
    from voicecoach.voices.registry import choose_voice

    try:
        return choose_voice(name, language)
    except (ChoiceError, VoiceError):
        voice = choose_voice("auto", language)
        warn(f"The voice of this session ({name}) is gone: {voice.name} speaks instead.")
        return voice
