"""Work that takes longer than the sound can wait, done in a background thread while the session plays.

It makes spoken feedback, the session at another speed, and the routines that were added.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from voicecoach.compiler.phrases import Phrases
from voicecoach.errors import ExternalError, VoicecoachError
from voicecoach.player.command import QueueItem
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Source, Timeline, Utterance

T = TypeVar("T")


class Coach(Protocol):
    """Makes what is not in the session. All methods are called in one background thread and may block.

    A `VoicecoachError` or `OSError` costs only the result that was wanted; the session continues.
    """

    phrases: Phrases
    keeps_speed: bool
    """Whether the session cannot be compiled at another speed."""

    def clip(self, source: Source) -> Clip:
        """Speak or load a source."""

    def recompile(self, speed: int, added: tuple[QueueItem, ...]) -> Timeline:
        """Compile the session at a speed (percent) with the routines `added` to it, and speak every cue."""

    def compile_item(self, item: QueueItem, speed: int) -> Timeline:
        """Compile an added routine without its spoken opening, and speak every cue."""


class BackgroundExecutor(ThreadPoolExecutor):
    """One thread that works through its tasks in order; it starts with the first one."""

    def __init__(self) -> None:
        super().__init__(max_workers=1, thread_name_prefix="voicecoach-background")

    def submit(self, task: Callable[..., T], /, *arguments: Any, **options: Any) -> Future[T]:
        """Queue a task. Its future raises `ExternalError` if the thread cannot be started."""
        try:
            return super().submit(task, *arguments, **options)
        except RuntimeError as error:
            future: Future[T] = Future()
            future.set_exception(ExternalError(str(error)))
            return future

    def close(self) -> None:
        """Drop the tasks that have not begun and wait for the running one: it may hold processes."""
        self.shutdown(cancel_futures=True)


class BackgroundTasks:
    """Gives work to the coach and collects the results. No method blocks."""

    def __init__(self, coach: Coach, executor: Executor) -> None:
        self.phrases, self.keeps_speed = coach.phrases, coach.keeps_speed
        self._coach, self._executor = coach, executor
        self._clips: dict[Source, Future[Clip]] = {}
        self._session: Future[Timeline] | None = None
        self._session_request: tuple[int, tuple[QueueItem, ...]] = (100, ())
        """The speed and the added routines of `_session`."""
        self._additions: deque[Future[Timeline]] = deque()

    def prepare(self, texts: Iterable[str], speed: int) -> None:
        """Have texts spoken, unless they are already."""
        for source in (Utterance(text, speed) for text in texts):
            if source not in self._clips:
                self._clips[source] = self._executor.submit(self._coach.clip, source)

    def clips(self, texts: Iterable[str], speed: int) -> list[Clip] | None:
        """The texts as sound; None until all are spoken. Texts that the voice cannot speak are left out."""
        self.prepare(texts, speed)
        futures = [self._clips[Utterance(text, speed)] for text in texts]
        if not all(future.done() for future in futures):
            return None
        return [future.result() for future in futures if not _failed(future)]

    def recompile(self, speed: int, added: tuple[QueueItem, ...]) -> None:
        """Have the session made at a speed; an earlier request is dropped."""
        if self._session is not None:
            self._session.cancel()
        self._session_request = speed, added
        self._session = self._executor.submit(self._coach.recompile, speed, added)

    def session(self, added: tuple[QueueItem, ...]) -> TimelineIndex | None:
        """The session that was requested, once, as soon as it is made with everything that was `added` by now."""
        if self._session is None or not self._session.done():
            return None
        made, self._session = self._session, None
        if _failed(made):
            return None
        speed, included = self._session_request
        if included != added:
            self.recompile(speed, added)
            return None
        return TimelineIndex(made.result())

    def add(self, item: QueueItem, speed: int) -> None:
        """Have an added routine made."""
        self._additions.append(self._executor.submit(self._coach.compile_item, item, speed))

    def additions(self) -> list[Timeline | None]:
        """The added routines made since the last call, in the order of `add`; None for one that failed."""
        made = []
        while self._additions and self._additions[0].done():
            future = self._additions.popleft()
            made.append(None if _failed(future) else future.result())
        return made


def _failed(future: Future[Any]) -> bool:
    """Whether it failed with an error that the session survives."""
    return isinstance(future.exception(), VoicecoachError | OSError)
