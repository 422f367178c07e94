"""Finds the problems of routines: those that reading shows, and those that only a session shows."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.app.session import Warn, unusable_sounds
from voicecoach.choices import LEVELS, Choices
from voicecoach.compiler import MeasureLengths, compile_session, estimate_lengths, minutes_warning
from voicecoach.errors import ChoiceError, FileError, LanguageError, Pos, Problem, ScriptError, VoiceError
from voicecoach.script.library import SCRIPT_SUFFIXES, Library, is_file
from voicecoach.script.source_text import quote

if TYPE_CHECKING:
    from voicecoach.routine import Routine
    from voicecoach.voices.sound_files import SoundFiles


MAX_TEXTS = 20
"""Texts of one step that are reported, if they have no room: a long count has thousands of numbers."""
NO_VOICE = "none"
"""The voice that stands for estimated lengths."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a check."""

    problems: tuple[Problem, ...]
    """Errors and warnings, sorted by place."""
    routines: int
    """How many routines were checked."""

    @property
    def passed(self) -> bool:
        """Whether there is nothing but warnings."""
        return all(problem.severity != "error" for problem in self.problems)


def check_routines(names: Sequence[str] = (), *, voice: str = "auto", warn: Warn = lambda _: None) -> CheckResult:
    """Check routines by name, file or folder; without any, all that can be found by name.

    Whether words fit depends on their length in `voice`; it is estimated with `none`, or if `auto` finds no voice.
    Raises ChoiceError or VoiceError for any other voice that is missing.
    """
    library = Library()
    found = _with_folders(names) if names else [str(path) for path in library.paths().values()]
    with ExitStack() as opened:
        speech_lengths = cache(partial(_speech_lengths, voice, warn, opened))
        sounds = cache(partial(_sound_files, opened))
        problems = [problem for name in found for problem in _problems(library, name, speech_lengths, sounds)]
    return CheckResult(tuple(sorted(dict.fromkeys(problems))), len(found))


def _with_folders(names: Sequence[str]) -> list[str]:
    """Replace each folder by the scripts in it."""
    found: list[str] = []
    for name in names:
        if os.path.isdir(name):  # noqa: PTH112 never raises
            found += sorted(_scripts_below(name))
        else:
            found.append(name)
    return found


def _scripts_below(folder: str) -> Iterator[str]:
    """The scripts in a folder and in those in it; one that vanishes meanwhile, or may not be read, has none."""
    for place, _, names in os.walk(folder):
        paths = (Path(place, name) for name in names)
        yield from (str(path) for path in paths if path.suffix in SCRIPT_SUFFIXES and is_file(path))


def _sound_files(opened: ExitStack) -> SoundFiles:
    from voicecoach.voices.clip_cache import ClipCache
    from voicecoach.voices.sound_files import SoundFiles

    return opened.enter_context(SoundFiles(opened.enter_context(closing(ClipCache()))))


def _speech_lengths(voice: str, warn: Warn, opened: ExitStack, language: str) -> MeasureLengths:
    """Open a voice for a language; give its lengths. Raises as `choose_voice` does, unless it is `none` or `auto`."""
    from voicecoach.voices.clip_cache import ClipCache
    from voicecoach.voices.registry import choose_voice
    from voicecoach.voices.synthesizer import Synthesizer

    if voice == NO_VOICE:
        return estimate_lengths
    try:
        synthesizer = Synthesizer(choose_voice(voice, language), ClipCache(warn=warn))
        return opened.enter_context(synthesizer).lengths
    except (VoiceError, ChoiceError):
        if voice != "auto":
            raise
        return estimate_lengths


def _problems(
    library: Library, name: str, speech_lengths: Callable[[str], MeasureLengths], sounds: Callable[[], SoundFiles]
) -> Iterator[Problem]:
    try:
        routine = library.load_path(Path(name)) if is_file(Path(name)) else library.load(name)
    except ScriptError as error:
        yield from error.problems
    except (ChoiceError, FileError) as error:
        if name == "-":
            raise  # standard input is at fault, not a routine
        yield Problem(Pos(name), error.message, error.hint)
    else:
        yield from routine.every_warning
        yield from _session_problems(routine, speech_lengths, sounds)


def _session_problems(
    routine: Routine, speech_lengths: Callable[[str], MeasureLengths], sounds: Callable[[], SoundFiles]
) -> Iterator[Problem]:
    """Find the problems that only a session shows.

    Raises VoiceError or ChoiceError for a voice that is missing altogether: the file is not at fault.
    """
    wrong = [*unusable_sounds(routine, sounds)]
    try:
        lengths = speech_lengths(routine.language)
    except LanguageError as error:
        wrong.append(Problem(routine.place("language"), f"language: {error.message}", error.hint))
    if wrong:
        lengths = estimate_lengths
    yield from wrong
    try:
        yield from _omissions(routine, lengths)
        if routine.minutes is not None:
            usual = Choices()
            if missed := minutes_warning(routine, usual, compile_session(routine, usual, lengths)):
                yield missed
    except ScriptError as error:
        yield from error.problems
    except ChoiceError as error:
        yield Problem(routine.pos, error.message, error.hint)


def _omissions(routine: Routine, lengths: MeasureLengths) -> Iterator[Problem]:
    """Find the words without room, with no option and with all, at the named levels: one problem for all levels."""
    found: dict[Pos, dict[str, dict[str, dict[str, None]]]] = {}  # place → text → level → reasons, in order
    for options in dict.fromkeys((frozenset[str](), routine.reachable_options)):
        for name, level in LEVELS.items():
            try:
                timeline = compile_session(routine, Choices(level=level, options=options), lengths)
            except ChoiceError as error:
                yield Problem(routine.pos, error.message, error.hint, "warning")
                continue
            for left in timeline.left_out:
                levels = found.setdefault(left.pos, {}).setdefault(quote(left.text), {})
                levels.setdefault(f"{level} ({name})", {})[left.why] = None
    for pos, texts in found.items():
        yield from (_omission(pos, text, levels) for text, levels in islice(texts.items(), MAX_TEXTS))
        if len(texts) > MAX_TEXTS:
            yield Problem(pos, f"left out: {len(texts) - MAX_TEXTS:,} more texts of this step", "", "warning")


def _omission(pos: Pos, text: str, levels: Mapping[str, Collection[str]]) -> Problem:
    why, *others = max(levels.values(), key=len)
    often = f", {len(others) + 1:,} times" if others else ""
    message = f"left out at level{'s' if len(levels) > 1 else ''} {', '.join(levels)}: {text} ({why}{often})"
    return Problem(pos, message, "make room, or shorten the words", "warning")
