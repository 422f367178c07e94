"""A pool of speech workers: speaks many texts at once, each process driven by a thread that only waits."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from queue import SimpleQueue

from voicecoach.errors import VoiceError
from voicecoach.timeline import Utterance
from voicecoach.voices.voice import Voice
from voicecoach.worker import Worker, WorkerError

__all__ = ["SpeechPool", "UtteranceError"]

_TEXTS_PER_WORKER = 4
"""Starting one takes about as long as speaking this many."""
_MAX_WORKERS = 8
"""A neural voice takes 250 MB in each."""


class UtteranceError(VoiceError):
    """What a voice could not speak, asked twice; `alive` where it answered and refused this text alone."""

    def __init__(self, voice: Voice, text: Utterance, fault: WorkerError, *, alive: bool) -> None:
        self.text, self.alive = text, alive
        super().__init__(
            f"the voice {voice.name} could not speak {_shorten(text.text)!r}: {fault}",
            "try another with --voice; voicecoach voices lists them",
        )


class SpeechPool:
    """The workers of one voice; they start when there is something to speak, and stay until `end`.

    `seconds` is how long a text may take.
    """

    def __init__(self, voice: Voice, seconds: Callable[[str], float]) -> None:
        self._voice, self._seconds = voice, seconds
        self._workers: list[Worker] = []
        self._ending = False

    def speak(self, texts: Sequence[Utterance]) -> Iterator[tuple[Utterance, bytes]]:
        """Each text with its sound, as they are ready. Raises VoiceError at the first that cannot be spoken.

        Leaving early, by an error or Ctrl-C, ends the workers at once.
        """
        if not texts:
            return
        idle = self._hire(len(texts))
        with ThreadPoolExecutor(idle.qsize()) as threads:
            waiting: set[Future[tuple[Utterance, bytes]]] = set()
            try:
                for text in texts:
                    waiting.add(threads.submit(self._one, idle, text))
                while waiting:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            finally:
                if waiting:
                    self._break_off(waiting)

    def end(self) -> None:
        """End every worker."""
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def _hire(self, texts: int) -> SimpleQueue[Worker]:
        wanted = min(-(-texts // _TEXTS_PER_WORKER), os.cpu_count() or 1, _MAX_WORKERS)
        while len(self._workers) < wanted:
            self._workers.append(
                Worker("voicecoach.voices.speech_worker:open_speech_worker", self._voice.loader, self._voice.id)
            )
        idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self._workers[:wanted]:
            idle.put(worker)
        return idle

    def _one(self, idle: SimpleQueue[Worker], text: Utterance) -> tuple[Utterance, bytes]:
        worker = idle.get()
        try:
            return text, self._insist(worker, text)
        finally:
            idle.put(worker)

    def _insist(self, worker: Worker, text: Utterance) -> bytes:
        """Twice at most, the second time with a fresh process."""
        seconds = self._seconds(text.text)
        for last in (False, True):
            try:
                sound: bytes = worker.ask((text.text, text.rate), seconds)
            except WorkerError as fault:
                alive = worker.alive
                worker.end()
                if last or self._ending:
                    raise UtteranceError(self._voice, text, fault, alive=alive) from fault
            else:
                return sound
        raise AssertionError("the second time gives or raises")

    def _break_off(self, waiting: set[Future[tuple[Utterance, bytes]]]) -> None:
        """End what is being spoken, so that no thread waits on; a worker just starting is met by the next round."""
        self._ending = True
        while waiting:
            waiting = {future for future in waiting if not future.cancel() and not future.done()}
            for worker in self._workers:
                worker.kill()
            waiting = wait(waiting, 0.05).not_done
        self.end()
        self._ending = False


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
