"""What is made while a session plays: the coach's answers, and the session at another speed."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any, Protocol

from voicecoach.compiler.phrases import Phrases
from voicecoach.errors import VoicecoachError
from voicecoach.player.background import Work
from voicecoach.player.landmarks import Landmarks
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Source, Timeline, Utterance

__all__ = ["Backstage", "Coach"]


class Coach(Protocol):
    """Whom to ask for what a session does not hold. Asked in one thread, which may wait; its errors cost no more
    than the answer.
    """

    phrases: Phrases

    def clip(self, source: Source) -> Clip:
        """The sound of a source."""

    def recompiled(self, speed: int) -> Timeline:
        """The session at a speed (percent), every cue of it spoken."""


class Backstage:
    """Asks the coach, and knows what has come of it. Nothing here waits."""

    def __init__(self, coach: Coach, work: Work) -> None:
        self.phrases = coach.phrases
        self._coach, self._work = coach, work
        self._clips: dict[Source, Future[Clip]] = {}
        self._session: Future[Timeline] | None = None

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

    def change(self, speed: int) -> None:
        """Have the session made at a speed; only the last one asked for comes."""
        if self._session is not None:
            self._session.cancel()
        self._session = self._work.start(lambda: self._coach.recompiled(speed))

    def session(self) -> Landmarks | None:
        """The session that was asked for, once, as soon as it is there."""
        if self._session is None or not self._session.done():
            return None
        made, self._session = self._session, None
        return None if _failed(made) else Landmarks(made.result())


def _failed(future: Future[Any]) -> bool:
    """Whether it came to nothing, for a reason that a session survives."""
    return isinstance(future.exception(), VoicecoachError)
