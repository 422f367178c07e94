"""Speaks the clips that jobs lack: on this machine, each one once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial

from voicecoach.progress import Progress, ignore_progress
from voicecoach.timeline import Source
from voicecoach.voices.clip_cache import ClipCache
from voicecoach.voices.speech_pool import UtteranceError
from voicecoach.voices.synthesizer import Synthesizer
from voicecoach.voices.voice import Voice

_MAX_DEATHS = 3
"""Texts in a row over which a voice may die or hang before it is given up: each may take a minute to fail."""


class BatchSynthesizer:
    """A synthesizer for each voice, opened when it is first needed. `warn` is called with warnings for the user.

    A text that a voice could not speak is not tried again: many sessions may need it.
    """

    def __init__(self, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._synthesizers: dict[Voice, Synthesizer] = {}
        self._failed: dict[tuple[Voice, Source], UtteranceError] = {}
        self._deaths: dict[Voice, list[UtteranceError]] = {}
        self._open = ExitStack()
        self._progress: Progress = ignore_progress

    def close(self) -> None:
        """End the voices' processes."""
        self._open.close()

    def clips(self, voice: Voice, sources: Sequence[Source], progress: Progress) -> dict[str, bytes]:
        """The samples of each source, by its cache key.

        Raises VoiceError if the voice fails, FileError for a sound file that cannot be used.
        """
        deaths = self._deaths.setdefault(voice, [])
        earlier = [error for source in sources if (error := self._failed.get((voice, source)))]
        if len(deaths) >= _MAX_DEATHS:
            earlier.append(deaths[-1])
        if earlier:
            raise earlier[0].with_traceback(None)  # the traceback would keep every job that met it
        synthesizer = self._synthesizer(voice)
        self._progress = progress
        try:
            synthesizer.lengths(sources)
            return {synthesizer.key(source): synthesizer.pcm(source) for source in sources}
        except UtteranceError as error:
            self._failed[voice, error.utterance] = error
            if not error.alive:
                deaths.append(error)
            raise

    def _synthesizer(self, voice: Voice) -> Synthesizer:
        if voice not in self._synthesizers:
            synthesizer = Synthesizer(voice, ClipCache(warn=self._warn), progress=partial(self._report, voice))
            self._synthesizers[voice] = self._open.enter_context(synthesizer)
        return self._synthesizers[voice]

    def _report(self, voice: Voice, done: int, total: int) -> None:
        self._deaths[voice].clear()
        self._progress(done, total)
