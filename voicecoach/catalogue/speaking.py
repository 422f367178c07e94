"""Speaking what jobs lack: here, once each, by the voices of this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from voicecoach.errors import VoiceError
from voicecoach.timeline import Source
from voicecoach.voices.cache import ClipCache
from voicecoach.voices.studio import Progress, Studio
from voicecoach.voices.voice import Voice

__all__ = ["Speakers"]

_PATIENCE = 3
"""Faults in a row after which a voice is not asked again: each may have taken a minute to show."""


class Speakers:
    """A studio for each voice, opened when it is first needed. `warn` hears what does not stop us."""

    def __init__(self, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._studios: dict[Voice, Studio] = {}
        self._faults: dict[Voice, list[VoiceError]] = {}
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
        faults = self._faults.setdefault(voice, [])
        if len(faults) >= _PATIENCE:
            raise faults[-1]
        studio = self._studio(voice)
        self._told = told
        try:
            studio.lengths(sources)
            sounds = {studio.key(source): studio.sound(source) for source in sources}
        except VoiceError as fault:
            faults.append(fault)
            raise
        faults.clear()
        return sounds

    def _progress(self, done: int, total: int) -> None:
        self._told(done, total)

    def _studio(self, voice: Voice) -> Studio:
        if voice not in self._studios:
            studio = Studio(voice, ClipCache(tell=self._warn), progress=self._progress)
            self._studios[voice] = self._open.enter_context(studio)
        return self._studios[voice]
