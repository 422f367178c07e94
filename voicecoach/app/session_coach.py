"""The coach of a playing session: answers in its voice, and recompiles the session at another speed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from voicecoach.app import recipe
from voicecoach.cli.session_options import Session
from voicecoach.compiler import compile_session
from voicecoach.compiler.phrases import load_phrases
from voicecoach.errors import ChoiceError, VoiceError
from voicecoach.player.timeline_edits import append_session
from voicecoach.timeline import Source, Timeline
from voicecoach.units import Frames
from voicecoach.voices.synthesizer import Synthesizer

if TYPE_CHECKING:
    from voicecoach.player.queue import QueueItem
    from voicecoach.sound.clip import Clip

__all__ = ["SessionCoach"]


class SessionCoach:
    """A `Coach` with a studio of its own, as it is asked in another thread; nothing starts before it is asked."""

    def __init__(self, session: Session) -> None:
        self.phrases = load_phrases(session.timeline.language)
        self._session = session
        self._kept = {one.source: one.length for one in session.timeline.placements} if session.resumes else {}
        self.keeps_speed = session.routine is None
        self._left = False
        self._studio = Synthesizer(
            session.voice, session.studio.kept, progress=self._go_on, seconds=lambda text: 10 + 0.1 * len(text)
        )

    def clip(self, source: Source) -> Clip:
        """The sound of a source, in the session's voice."""
        return self._studio.clip(source)

    def recompiled(self, speed: int, added: tuple[QueueItem, ...] = ()) -> Timeline:
        """The same routine and choices at a speed; the level that the session has, not its length, is kept."""
        routine, timeline = self._session.routine, self._session.timeline
        if routine is None:
            raise ChoiceError("this session goes on as it was compiled", "begin it anew for another speed")
        choices = replace(recipe.choices_of(self._session.choices), level=timeline.level, length=None, speed=speed)
        made = compile_session(routine, choices, self._lengths)
        for wish in added:
            made = append_session(made, self.part(wish, speed), Frames(0))
        return made

    def wish(self, words: Sequence[str]) -> QueueItem:
        """What words ask for, found right; as `play` raises what is wrong with it."""
        return recipe.wish(words, self._session.timeline.language)

    def part(self, wish: QueueItem, speed: int) -> Timeline:
        """What follows, at the session's speed; of its opening only the cautions."""
        return compile_session(wish.routine, replace(wish.choices, speed=speed), self._lengths)

    def leave(self) -> None:
        """Give up what is being made, after the text that is just being spoken: nobody waits for it any more."""
        self._left = True

    def close(self) -> None:
        """End its voice; nobody may be asking any more."""
        self._studio.__exit__(None, None, None)

    def _lengths(self, sources: Collection[Source]) -> dict[Source, Frames]:
        """What a session that goes on holds keeps the length that it had."""
        return {**self._studio.lengths(sources), **{one: self._kept[one] for one in sources if one in self._kept}}

    def _go_on(self, done: int, total: int) -> None:
        if self._left:
            raise VoiceError(f"given up after {done} of {total} texts", "nobody waits for them")
