"""The coach of a playing session: answers in its voice, and recompiles the session at another speed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from voicecoach.app.session import Session
from voicecoach.compiler import compile_session
from voicecoach.compiler.phrases import load_phrases
from voicecoach.errors import ChoiceError, VoiceError
from voicecoach.player.timeline_edits import append_session
from voicecoach.timeline import Source, Timeline
from voicecoach.units import Frames
from voicecoach.voices.synthesizer import Synthesizer

if TYPE_CHECKING:
    from voicecoach.player.command import QueueItem
    from voicecoach.sound.clip import Clip


class SessionCoach:
    """A `Coach` with a synthesizer of its own, which works in another thread; no process starts before it is needed."""

    def __init__(self, session: Session) -> None:
        self.phrases = load_phrases(session.timeline.language)
        self._session = session
        placements = session.timeline.placements if session.resumes else ()
        self._stored_lengths = {placed.source: placed.length for placed in placements}
        self.keeps_speed = session.routine is None
        self._left = False
        self._synthesizer = Synthesizer(
            session.voice,
            session.synthesizer.cache,
            progress=self._stop_if_left,
            time_limit=lambda text: 10 + 0.1 * len(text),
        )

    def clip(self, source: Source) -> Clip:
        """The sound of a source, in the session's voice."""
        return self._synthesizer.clip(source)

    def recompile(self, speed: int, added: tuple[QueueItem, ...] = ()) -> Timeline:
        """Compile the same routine and choices at a speed. The session keeps its level, but not its length."""
        routine, timeline = self._session.routine, self._session.timeline
        if routine is None:
            raise ChoiceError("this session keeps its speed", "start it again for another speed")
        choices = replace(self._session.choices, level=timeline.level, length=None, speed=speed)
        made = compile_session(routine, choices, self._lengths)
        for item in added:
            made = append_session(made, self.compile_item(item, speed), Frames(0))
        return made

    def compile_item(self, item: QueueItem, speed: int) -> Timeline:
        """Compile a routine that was added, at the session's speed. Its opening has only the cautions."""
        return compile_session(item.routine, replace(item.choices, speed=speed), self._lengths)

    def leave(self) -> None:
        """Stop after the text that is being spoken: nothing needs the rest any more."""
        self._left = True

    def close(self) -> None:
        """End the voice's processes. Nothing may be running in the other thread by now."""
        self._synthesizer.close()

    def _lengths(self, sources: Collection[Source]) -> dict[Source, Frames]:
        """Measure sources; those of a resumed session keep the length that it was compiled with."""
        stored = {source: self._stored_lengths[source] for source in sources if source in self._stored_lengths}
        return {**self._synthesizer.lengths(sources), **stored}

    def _stop_if_left(self, done: int, total: int) -> None:
        if self._left:
            raise VoiceError(f"stopped after {done} of {total} texts", "the session has ended")
