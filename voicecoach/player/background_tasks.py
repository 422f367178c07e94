"""What is made while a session plays: the coach's answers, the session at another speed, what is to follow it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

from voicecoach.compiler.phrases import Phrases
from voicecoach.errors import VoicecoachError
from voicecoach.player.background import Work
from voicecoach.player.queue import Wish
from voicecoach.player.timeline_index import Landmarks
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Source, Timeline, Utterance

__all__ = ["Backstage", "Coach"]


class Coach(Protocol):
    """Whom to ask for what a session does not hold. Asked in one thread, which may wait, but for `wish`; its errors
    cost no more than the answer.
    """

    phrases: Phrases
    keeps_speed: bool
    """Whether the session cannot be had at another one."""

    def clip(self, source: Source) -> Clip:
        """The sound of a source."""

    def recompiled(self, speed: int, added: tuple[Wish, ...]) -> Timeline:
        """The session at a speed (percent) with what was added to it, every cue of it spoken."""

    def wish(self, words: Sequence[str]) -> Wish:
        """What is asked for in words, read; raises what is wrong with it. May be asked in any thread."""

    def part(self, wish: Wish, speed: int) -> Timeline:
        """That as a session of its own without the spoken opening, every cue of it spoken."""


class Backstage:
    """Asks the coach, and knows what has come of it. Nothing here waits."""

    def __init__(self, coach: Coach, work: Work) -> None:
        self.phrases, self.wish, self.keeps_speed = coach.phrases, coach.wish, coach.keeps_speed
        self._coach, self._work = coach, work
        self._clips: dict[Source, Future[Clip]] = {}
        self._session: Future[Timeline] | None = None
        self._asked: tuple[int, tuple[Wish, ...]] = (100, ())
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

    def change(self, speed: int, added: tuple[Wish, ...]) -> None:
        """Have the session made at a speed; only the last one asked for comes."""
        if self._session is not None:
            self._session.cancel()
        self._asked = speed, added
        self._session = self._work.start(lambda: self._coach.recompiled(speed, added))

    def session(self, added: tuple[Wish, ...]) -> Landmarks | None:
        """The session that was asked for, once, as soon as it is there, with all that was `added` by now."""
        if self._session is None or not self._session.done():
            return None
        made, self._session = self._session, None
        if _failed(made):
            return None
        if self._asked[1] != added:
            self.change(self._asked[0], added)
            return None
        return Landmarks(made.result())

    def add(self, wish: Wish, speed: int) -> None:
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
