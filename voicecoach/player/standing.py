"""While the stream goes on and the session does not: a loudspeaker wakes up, or something is said before."""

from __future__ import annotations

from voicecoach.player.position_map import Trail
from voicecoach.units import Frames

__all__ = ["Standing"]


class Standing:
    """How long a session stands still, and a loudspeaker sleeps, from the next frame of a trail on.

    It begins with a loudspeaker that takes the frames of `lead_in` to wake up.
    """

    def __init__(self, trail: Trail, lead_in: Frames) -> None:
        self._trail, self._lead_in = trail, lead_in
        self._wakes = self._till = 0
        """Output frames."""
        self.with_another()

    @property
    def asleep(self) -> Frames:
        """Frames until the loudspeaker is awake."""
        return Frames(max(0, self._wakes - self._trail.written))

    @property
    def left(self) -> Frames:
        """Frames until the session goes on."""
        return Frames(max(0, self._till - self._trail.written))

    def stand(self, count: Frames) -> None:
        """Until so many frames from now."""
        self._till = self._trail.written + count

    def only_asleep(self) -> None:
        """Whatever else it stands still for is given up."""
        self._till = self._wakes

    def with_another(self) -> None:
        """Another loudspeaker has to wake up."""
        self._wakes = self._till = self._trail.written + self._lead_in
