"""The samples that the player writes: the session at its volumes, with feedback laid over it."""

from __future__ import annotations

from collections.abc import Callable

from voicecoach.errors import FileError
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.sound.clip import Clip, Samples, pad_or_cut, silent_clip
from voicecoach.sound.mix import Mix
from voicecoach.timeline import Sound, Source, Timeline
from voicecoach.units import Frames, Ms, frames

__all__ = ["SessionAudio", "fit_clips", "resume_position"]

_BACK = frames(Ms(2_500))
"""The log lags behind by up to two seconds and a write to the disk; both together are less than five."""


def resume_position(landmarks: TimelineIndex, at: Frames) -> Frames:
    """Where to go on: at the start of what was just being said, if that is not far, else exactly at `at`."""
    cue = landmarks.cue(at)
    return cue.start if cue is not None and cue.end > at >= cue.start >= at - _BACK else at


def fit_clips(timeline: Timeline, clip: Callable[[Source], Clip]) -> Callable[[Source], Clip]:
    """`clip`, for a timeline that was laid out earlier, weeks or seconds ago: everything keeps its time.

    A voice that is another one by now may speak longer or shorter than its places, and a sound file of the
    routine's may be gone: it is silence then.
    """
    lengths = {placement.source: placement.length for placement in timeline.placements}

    def fitting(source: Source) -> Clip:
        length = lengths.get(source)
        try:
            return clip(source) if length is None else pad_or_cut(clip(source), length)
        except FileError:
            if length is None or not isinstance(source, Sound) or source.path is None:
                raise
            return silent_clip(length)

    return fitting


_CHIME = Sound("tick")
_SOFT = 0.6
"""Linear gain of the chime that confirms."""
_APART = frames(Ms(150))
"""Between a chime and words, and between words."""


class SessionAudio:
    """One block after the other."""

    def __init__(self, start: Transport, clip: Callable[[Source], Clip]) -> None:
        self._clip = clip
        self._index = start.landmarks
        timeline = self._index.timeline
        self._mix = Mix(timeline, fit_clips(timeline, clip), start.gains)
        if start.at:
            self._mix.restart()
        self._chime: Clip | None = None

    def session(self, now: Transport, count: int) -> Samples:
        """The next `count` frames of the session, from `now` on."""
        if now.landmarks is not self._index:
            self._index = now.landmarks
            self._mix.load(self._index.timeline, fit_clips(self._index.timeline, self._clip))
        self._mix.volumes = now.gains
        return self._mix.read(now.at, count)

    def still(self, count: int) -> Samples:
        """The next `count` frames while the session stands still."""
        return self._mix.read_overlays(count)

    def cut(self) -> None:
        """What was to come was dropped: what comes now rises from silence, and nothing lies over it."""
        self._mix.restart()

    def chime(self, now: Transport, after: int) -> None:
        """Confirm something, `after` frames from now."""
        self._chime = self._chime or self._clip(_CHIME)
        self._mix.overlay(self._chime, _SOFT * now.gains[1], after)

    def free(self) -> Frames:
        """Frames until something more can be said over the session."""
        left = self._mix.overlay_left
        return Frames(left + _APART) if left else Frames(0)

    def say(self, now: Transport, words: list[Clip], after: int) -> None:
        """Lay words over what comes, `after` frames from now."""
        for clip in words:
            self._mix.overlay(clip, now.gains[0], after)
            after += clip.length + _APART

    def heard_again(self, now: Transport, source: Source, after: int) -> Frames:
        """Lay a sound of the session itself over what comes, `after` frames from now or later: how long that lasts,
        and a breath after it.
        """
        after = max(self.free(), after)
        clip = self._clip(source)
        self.say(now, [clip], after)
        return speech_duration([clip], after)


def speech_duration(words: list[Clip], after: int) -> Frames:
    """Frames until words laid `after` frames from now are over, and a breath."""
    return Frames(after + sum(clip.length + _APART for clip in words))
