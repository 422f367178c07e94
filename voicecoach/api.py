"""The library in a few calls: load, compile, render, export.

import voicecoach

routine = voicecoach.load("side-stretch")
with voicecoach.studio(routine) as studio:
    session = voicecoach.compile(routine, studio, level=100)
    voicecoach.export(session, studio, "side-stretch.mp3")
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach import compiler
from voicecoach.compiler import Choices, SideChoice
from voicecoach.errors import VoicecoachError
from voicecoach.routine import Routine
from voicecoach.script.library import Library
from voicecoach.timeline import Timeline
from voicecoach.units import MINUTE, Ms
from voicecoach.voices.clip_cache import ClipCache
from voicecoach.voices.registry import choose_voice
from voicecoach.voices.synthesizer import Synthesizer

if TYPE_CHECKING:
    from voicecoach.sound.clip import Samples

__all__ = [
    "Routine",
    "Synthesizer",
    "Timeline",
    "VoicecoachError",
    "compile",
    "export",
    "load",
    "render",
    "studio",
]


def load(name: str) -> Routine:
    """The routine of a name or path, with all that it uses.

    Raises `ScriptError` with every problem in it, `ChoiceError` where there is none of that name.
    """
    return Library().load(name)


def studio(routine: Routine, voice: str = "auto") -> Synthesizer:
    """Where a routine's cues are spoken, by any voice that `voicecoach voices` prints. Use it as a context.

    Raises `ChoiceError` for an unknown voice, `VoiceError` where none speaks the routine's language.
    """
    return Synthesizer(choose_voice(voice, routine.language), ClipCache())


def compile(  # noqa: A001 the word for it
    routine: Routine,
    studio: Synthesizer,
    *,
    level: int | None = None,
    minutes: float | None = None,
    options: str | Iterable[str] = (),
    only: str | Iterable[str] = (),
    skip: str | Iterable[str] = (),
    side: SideChoice = "both",
    speed: float = 1.0,
    intro: bool = True,
) -> Timeline:
    """The session for one listener, who may choose all that the command line lets choose.

    `level` goes from 0 (gentle) to 100 (deep), and `minutes` finds it instead; `only` and `skip` are titles
    of moves; `speed` goes from 0.5 to 2.0. Speaks the cues that were never spoken before. Raises `ChoiceError` for
    what this routine cannot do, ValueError for what none can.
    """
    choices = Choices(
        level=level,
        length=None if minutes is None else Ms(round(minutes * MINUTE)),
        options=frozenset(_names(options)),
        only=_names(only),
        skip=_names(skip),
        side=side,
        speed=round(100 * speed),
        intro=intro,
    )
    return compiler.compile_session(routine, choices, studio.lengths)


def _names(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def render(timeline: Timeline, studio: Synthesizer, size: int = 4800) -> Iterator[Samples]:
    """The session's samples: float32 of one channel at 48 kHz, −1..1, in blocks of `size`, the last one shorter."""
    from voicecoach.sound.mix import Mix

    return Mix(timeline, studio.clip).blocks(size)


def export(timeline: Timeline, studio: Synthesizer, path: str | Path, *, force: bool = False) -> None:
    """Write the session to a .wav, .flac, .mp3, .m4a, .m4b or .opus file, whole or not at all.

    Raises `ChoiceError` for another ending, and for a file that is there unless `force`; `FileError` where the disk
    does not take it.
    """
    from voicecoach.exporter import ExportOptions, tags_of
    from voicecoach.exporter import export as write

    tags = tags_of(timeline, voice=studio.voice.public_name)
    write(timeline, studio.clip, Path(path), ExportOptions(force=force), tags=tags, memo=studio.kept)
