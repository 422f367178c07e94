"""Telling who looks on: often enough, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from voicecoach.player.transport import Transport
from voicecoach.units import Frames, Ms, frames

__all__ = ["Show", "Telling"]

Show: TypeAlias = Callable[[Transport], None]
"""Told what is heard now, about ten times a second, and after every command."""

_SHOWN = frames(Ms(100))
_LOOKS = 3
"""As many as come in that time, where nothing is heard by which it could be told."""
_ANY = Frames(0)


class Telling:
    """To one `Show`, at every look of the player's."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._shown: tuple[object, ...] = ()
        self._away = 0
        """Looks since the loudspeaker went away."""

    def tell(self, now: Transport, heard: Frames, *, over: bool) -> None:
        """What is heard `now`, under the output frame `heard`; `over` with the last of it."""
        self._away = self._away + 1 if now.health.away else 0
        moment = (heard // _SHOWN, now.at // _SHOWN, self._away // _LOOKS, over)
        signs = (*moment, replace(now, at=_ANY, still=_ANY))
        if signs != self._shown:
            self._shown = signs
            self._show(now)
