"""Speaks the clips that jobs lack: on this machine, each one once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from types import TracebackType
from typing import Self

from voicecoach.timeline import Source
from voicecoach.voices.clip_cache import ClipCache
from voicecoach.voices.speech_pool import UtteranceError
from voicecoach.voices.synthesizer import Progress, Synthesizer
from voicecoach.voices.voice import Voice

__all__ = ["BatchSynthesizer"]

_MOST_DEATHS = 3
"""Texts in a row of which a voice dies, or over which it hangs, after which it is not asked again: each may have taken
a minute to show."""


class BatchSynthesizer:
    """A studio for each voice, opened when it is first needed. `warn` hears what does not stop us.

    What a voice could not speak it is not asked for again: many sessions may need the same text.
    """

    def __init__(self, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._studios: dict[Voice, Synthesizer] = {}
        self._unspoken: dict[tuple[Voice, Source], UtteranceError] = {}
        self._dead: dict[Voice, list[UtteranceError]] = {}
        self._open = ExitStack()
        self._told: Progress = lambda done, total: None  # noqa: ARG005

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    def sounds(self, voice: Voice, sources: Sequence[Source], told: Progress) -> dict[str, bytes]:
        """The sound of each, by its key in the cache.

        Raises VoiceError where the voice fails, FileError for a sound file that cannot be used.
        """
        dead = self._dead.setdefault(voice, [])
        known = [fault for source in sources if (fault := self._unspoken.get((voice, source)))]
        if len(dead) >= _MOST_DEATHS:
            known.append(dead[-1])
        if known:
            raise known[0].with_traceback(None)  # else it would hold on to every job that met it
        studio = self._studio(voice)
        self._told = told
        try:
            studio.lengths(sources)
            return {studio.key(source): studio.sound(source) for source in sources}
        except UtteranceError as fault:
            self._unspoken[voice, fault.text] = fault
            if not fault.alive:
                dead.append(fault)
            raise

    def _spoke(self, voice: Voice, done: int, total: int) -> None:
        self._dead[voice].clear()
        self._told(done, total)

    def _studio(self, voice: Voice) -> Synthesizer:
        if voice not in self._studios:
            studio = Synthesizer(voice, ClipCache(warn=self._warn), progress=partial(self._spoke, voice))
            self._studios[voice] = self._open.enter_context(studio)
        return self._studios[voice]
