"""What a session does while its loudspeaker is away."""

from __future__ import annotations

from dataclasses import replace

from voicecoach.player.transport import Transport
from voicecoach.units import SECOND, Frames, Ms, frames

__all__ = ["BACK", "Absence"]

BACK = frames(Ms(2 * SECOND))
"""How far before the last frame heard it goes on: who was cut off in a word wants the sentence."""


class Absence:
    """One session's losses of its loudspeaker, one after the other."""

    def __init__(self) -> None:
        self._lost: Frames | None = None
        self._again = Frames(0)
        """Where it last went on."""

    def lost(self, heard: Frames) -> None:
        """The loudspeaker went away after the frame before `heard`, where the session stays."""
        self._lost = heard

    def found(self, now: Transport, absence: Frames) -> Transport:
        """There is one again, after so long: a little before that frame, unless somebody went elsewhere meanwhile.

        One that comes and goes within that little does not drive the session back step by step.
        """
        if now.at != self._lost:
            return now.stood(absence)
        if not 0 <= now.at - self._again < BACK:
            self._again = Frames(max(0, now.at - BACK))
        return replace(now, at=self._again).stood(absence)
