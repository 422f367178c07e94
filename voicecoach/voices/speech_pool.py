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

_TEXTS_PER_WORKER = 4
"""Starting a worker takes about as long as speaking this many."""
_MAX_WORKERS = 8
"""A neural voice takes 250 MB in each."""


class UtteranceError(VoiceError):
    """A text that a voice failed to speak twice. `alive` is true if the engine itself refused it and still runs."""

    def __init__(self, voice: Voice, text: Utterance, error: WorkerError) -> None:
        self.text = text
        self.alive = isinstance(error, WorkerRaised) and not isinstance(error, WorkerSetUpError)
        super().__init__(
            f"the voice {voice.name} could not speak {_shorten(text.text)!r}: {error}",
            "try another with --voice; voicecoach voices lists them",
        )


class SpeechPool:
    """The workers of one voice. They start when there is something to speak, and run until `end`.

    `seconds` gives the time limit for a text.
    """

    def __init__(self, voice: Voice, seconds: Callable[[str], float]) -> None:
        self._voice, self._seconds = voice, seconds
        self._workers: list[Worker] = []

    def speak(self, texts: Sequence[Utterance]) -> Iterator[tuple[Utterance, bytes]]:
        """Yield each text with its sound, in the order in which they are ready. Raises VoiceError at the first failure.

        Leaving early, by an error or Ctrl-C, ends the workers at once.
        """
        if not texts:
            return
        with WorkerPool(self._start_workers(len(texts))) as pool:
            spoken = {pool.submit((text.text, text.rate), self._seconds(text.text)): text for text in texts}
            for future in as_completed(spoken):
                try:
                    sound: bytes = future.result()
                except WorkerError as error:
                    raise UtteranceError(self._voice, spoken[future], error) from error
                yield spoken[future], sound

    def end(self) -> None:
        """End every worker."""
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def _start_workers(self, texts: int) -> Sequence[Worker]:
        wanted = min(-(-texts // _TEXTS_PER_WORKER), os.cpu_count() or 1, _MAX_WORKERS)
        while len(self._workers) < wanted:
            self._workers.append(
                Worker("voicecoach.voices.speech_worker:open_speech_worker", self._voice.loader, self._voice.id)
            )
        return self._workers[:wanted]


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
