"""How a session that was broken off goes on, perhaps long afterwards."""

from __future__ import annotations

from collections.abc import Callable

from voicecoach.errors import FileError
from voicecoach.player.timeline_index import Landmarks
from voicecoach.sound.clip import Clip
from voicecoach.sound.fit import fitted, silent
from voicecoach.timeline import Sound, Source, Timeline
from voicecoach.units import Frames, Ms, frames

__all__ = ["as_it_was", "place"]

_BACK = frames(Ms(2_500))
"""The log lags behind by up to two seconds and a write to the disk; both together are less than five."""


def place(landmarks: Landmarks, at: Frames) -> Frames:
    """Where to go on: at the start of what was just being said, if that is not far, else exactly at `at`."""
    cue = landmarks.cue(at)
    return cue.start if cue is not None and cue.end > at >= cue.start >= at - _BACK else at


def as_it_was(timeline: Timeline, clip: Callable[[Source], Clip]) -> Callable[[Source], Clip]:
    """`clip`, for a timeline that was laid out earlier, weeks or seconds ago: everything keeps its time.

    A voice that is another one by now may speak longer or shorter than its places, and a sound file of the
    routine's may be gone: it is silence then.
    """
    lengths = {placement.source: placement.length for placement in timeline.placements}

    def fitting(source: Source) -> Clip:
        length = lengths.get(source)
        try:
            return clip(source) if length is None else fitted(clip(source), length)
        except FileError:
            if length is None or not isinstance(source, Sound) or source.path is None:
                raise
            return silent(length)

    return fitting
