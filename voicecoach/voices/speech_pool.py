"""Speaks many texts at once, in a pool of worker processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed

from voicecoach.errors import VoiceError
from voicecoach.timeline import Utterance
from voicecoach.voices.voice import Voice
from voicecoach.worker import Worker, WorkerError, WorkerRaised, WorkerSetUpError
from voicecoach.worker_pool import WorkerPool

_UTTERANCES_PER_WORKER = 4
"""Starting a worker takes about as long as speaking this many."""
_MAX_WORKERS = 8
"""A neural voice takes 250 MB in each."""


class UtteranceError(VoiceError):
    """An utterance that a voice failed to speak twice. `alive` is true if the engine refused it and still runs."""

    def __init__(self, voice: Voice, utterance: Utterance, error: WorkerError) -> None:
        self.utterance = utterance
        self.alive = isinstance(error, WorkerRaised) and not isinstance(error, WorkerSetUpError)
        super().__init__(
            f"the voice {voice.name} could not speak {_shorten(utterance.text)!r}: {error}",
            "try another with --voice; voicecoach voices lists them",
        )


class SpeechPool:
    """The workers of one voice. They start when there is something to speak, and run until `end`.

    `time_limit` gives the seconds that a text may take.
    """

    def __init__(self, voice: Voice, time_limit: Callable[[str], float]) -> None:
        self._voice, self._time_limit = voice, time_limit
        self._workers: list[Worker] = []

    def speak(self, utterances: Sequence[Utterance]) -> Iterator[tuple[Utterance, bytes]]:
        """Yield each utterance with its samples, as soon as it is ready. Raises VoiceError at the first failure.

        Leaving early, by an error or Ctrl-C, ends the workers at once.
        """
        with WorkerPool(self._start_workers(len(utterances))) as pool:
            spoken = {pool.submit((each.text, each.rate), self._time_limit(each.text)): each for each in utterances}
            for future in as_completed(spoken):
                utterance = spoken.pop(future)  # a future holds its samples as long as it lives
                try:
                    pcm: bytes = future.result()
                except WorkerError as error:
                    raise UtteranceError(self._voice, utterance, error) from error
                del future
                yield utterance, pcm

    def end(self) -> None:
        """End every worker."""
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def _start_workers(self, utterances: int) -> Sequence[Worker]:
        wanted = min(-(-utterances // _UTTERANCES_PER_WORKER), os.cpu_count() or 1, _MAX_WORKERS)
        while len(self._workers) < wanted:
            self._workers.append(
                Worker("voicecoach.voices.speech_worker:open_speech_worker", self._voice.loader, self._voice.id)
            )
        return self._workers[:wanted]


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
