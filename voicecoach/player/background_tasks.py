"""Work that takes longer than the sound can wait, done in a background thread while the session plays.

It makes spoken feedback, the session at another speed, and the routines that were added.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Any, Protocol, TypeVar

from voicecoach.compiler.phrases import Phrases
from voicecoach.errors import VoicecoachError
from voicecoach.player.queue import QueueItem
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Source, Timeline, Utterance

__all__ = ["BackgroundExecutor", "BackgroundTasks", "Coach", "ImmediateExecutor", "TaskExecutor"]

Result = TypeVar("Result")


class TaskExecutor(Protocol):
    """Where work is done."""

    def start(self, work: Callable[[], Result]) -> Future[Result]:
        """Have it done some time; never waits. What it raises lies in the future."""


class ImmediateExecutor:
    """Does it before it answers: for outputs that wait for nobody, and for tests."""

    def start(self, work: Callable[[], Result]) -> Future[Result]:
        """Do it now."""
        future: Future[Result] = Future()
        _run_task(work, future)
        return future


class BackgroundExecutor:
    """One thread, one piece of work after the other; started when there is some."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._closing = False

    def start(self, work: Callable[[], Result]) -> Future[Result]:
        """Queue it."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="voicecoach-background", daemon=True)
            self._thread.start()
        future: Future[Result] = Future()
        self._queue.put((work, future))
        return future

    def close(self) -> None:
        """Begin nothing more, and wait for what runs: it may hold processes, which only it can let go of."""
        self._closing = True
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        while (each := self._queue.get()) is not None:
            work, future = each
            if self._closing:
                future.cancel()
            else:
                _run_task(work, future)


def _run_task(work: Callable[[], Any], future: Future[Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work())
    except BaseException as fault:  # noqa: BLE001 handed to whoever asks for the result
        future.set_exception(fault)


class Coach(Protocol):
    """Whom to ask for what a session does not hold. Asked in one thread, which may wait, but for `wish`; its errors
    cost no more than the answer.
    """

    phrases: Phrases
    keeps_speed: bool
    """Whether the session cannot be had at another one."""

    def clip(self, source: Source) -> Clip:
        """The sound of a source."""

    def recompiled(self, speed: int, added: tuple[QueueItem, ...]) -> Timeline:
        """The session at a speed (percent) with what was added to it, every cue of it spoken."""

    def wish(self, words: Sequence[str]) -> QueueItem:
        """What is asked for in words, read; raises what is wrong with it. May be asked in any thread."""

    def part(self, wish: QueueItem, speed: int) -> Timeline:
        """That as a session of its own without the spoken opening, every cue of it spoken."""


class BackgroundTasks:
    """Asks the coach, and knows what has come of it. Nothing here waits."""

    def __init__(self, coach: Coach, work: TaskExecutor) -> None:
        self.phrases, self.wish, self.keeps_speed = coach.phrases, coach.wish, coach.keeps_speed
        self._coach, self._work = coach, work
        self._clips: dict[Source, Future[Clip]] = {}
        self._session: Future[Timeline] | None = None
        self._asked: tuple[int, tuple[QueueItem, ...]] = (100, ())
        """How that is to be made."""
        self._parts: deque[Future[Timeline]] = deque()

    def prepare(self, texts: Iterable[str], speed: int) -> None:
        """Have texts spoken that are not yet."""
        for source in (Utterance(text, speed) for text in texts):
            if source not in self._clips:
                self._clips[source] = self._work.start(lambda source=source: self._coach.clip(source))  # type: ignore[misc]

    def clips(self, texts: Iterable[str], speed: int) -> list[Clip] | None:
        """Their sound; None as long as it is being made. What the voice fails at is left out."""
        self.prepare(texts, speed)
        asked = [self._clips[Utterance(text, speed)] for text in texts]
        if not all(future.done() for future in asked):
            return None
        return [future.result() for future in asked if not _failed(future)]

    def change(self, speed: int, added: tuple[QueueItem, ...]) -> None:
        """Have the session made at a speed; only the last one asked for comes."""
        if self._session is not None:
            self._session.cancel()
        self._asked = speed, added
        self._session = self._work.start(lambda: self._coach.recompiled(speed, added))

    def session(self, added: tuple[QueueItem, ...]) -> TimelineIndex | None:
        """The session that was asked for, once, as soon as it is there, with all that was `added` by now."""
        if self._session is None or not self._session.done():
            return None
        made, self._session = self._session, None
        if _failed(made):
            return None
        if self._asked[1] != added:
            self.change(self._asked[0], added)
            return None
        return TimelineIndex(made.result())

    def add(self, wish: QueueItem, speed: int) -> None:
        """Have made what is to follow."""
        self._parts.append(self._work.start(lambda: self._coach.part(wish, speed)))

    def parts(self) -> list[Timeline | None]:
        """What has been made since, in the order in which it was asked for; None for what cannot be had."""
        made = []
        while self._parts and self._parts[0].done():
            future = self._parts.popleft()
            made.append(None if _failed(future) else future.result())
        return made


def _failed(future: Future[Any]) -> bool:
    """Whether it came to nothing, for a reason that a session survives."""
    return isinstance(future.exception(), VoicecoachError | OSError)
