"""The samples that the player writes: the session at its volumes, with feedback laid over it."""

from __future__ import annotations

from collections.abc import Callable

from voicecoach.errors import FileError
from voicecoach.player.transport import Transport
from voicecoach.sound.clip import Clip, Samples, pad_or_cut, silent_clip
from voicecoach.sound.mix import Mix
from voicecoach.timeline import Sound, Source, Timeline
from voicecoach.units import Frames, Ms, frames

_CHIME = Sound("tick")
_CHIME_GAIN = 0.6
"""Linear: it only confirms a command."""
_GAP = frames(Ms(150))
"""After a chime and after words."""


class SessionAudio:
    """Reads the session block by block; after `start`, blocks follow one another without a gap."""

    def __init__(self, start: Transport, clip: Callable[[Source], Clip]) -> None:
        self._clip = clip
        self._timeline = start.timeline
        self._mix = Mix(start.timeline, fit_clips(start.timeline, clip), start.gains)
        if start.at:
            self._mix.restart()
        self._chime: Clip | None = None

    def read(self, now: Transport, count: int) -> Samples:
        """The next `count` frames of the session, from `now` on."""
        if now.timeline is not self._timeline:
            self._timeline = now.timeline
            self._mix.load(now.timeline, fit_clips(now.timeline, self._clip))
        self._mix.volumes = now.gains
        return self._mix.read(now.at, count)

    def read_still(self, count: int) -> Samples:
        """The next `count` frames while the session stands still."""
        return self._mix.read_overlays(count)

    def restart(self) -> None:
        """Start anew after blocks were dropped: fade in, without what was laid over them."""
        self._mix.restart()

    def chime(self, now: Transport, after: int) -> None:
        """Confirm a command, `after` frames from now."""
        self._chime = self._chime or self._clip(_CHIME)
        self._mix.overlay(self._chime, _CHIME_GAIN * now.gains[1], after)

    def say(self, now: Transport, words: list[Clip], after: int) -> None:
        """Lay words over the session, `after` frames from now."""
        for clip in words:
            self._mix.overlay(clip, now.gains[0], after)
            after += clip.length + _GAP

    def repeat(self, now: Transport, source: Source, after: int) -> Frames:
        """Say a source of the session again, `after` frames from now or later; returns the frames until it is over."""
        after = max(self.free_after(), after)
        clip = self._clip(source)
        self.say(now, [clip], after)
        return speech_duration([clip], after)

    def free_after(self) -> Frames:
        """Frames until something more can be said over the session."""
        left = self._mix.overlay_left
        return Frames(left + _GAP) if left else Frames(0)


def speech_duration(words: list[Clip], after: int = 0) -> Frames:
    """Frames until words that begin `after` frames from now are over, with a gap after them."""
    return Frames(after + sum(clip.length + _GAP for clip in words))


def fit_clips(timeline: Timeline, clip: Callable[[Source], Clip]) -> Callable[[Source], Clip]:
    """`clip`, with every source padded or cut to its length in the timeline, which may be weeks old.

    The voice may speak at another pace by now, and a sound file may be gone: it is replaced by silence. Raises
    `FileError` for anything else that is missing.
    """
    lengths = {placement.source: placement.length for placement in timeline.placements}

    def fitted(source: Source) -> Clip:
        length = lengths.get(source)
        try:
            return clip(source) if length is None else pad_or_cut(clip(source), length)
        except FileError:
            if length is None or not isinstance(source, Sound) or source.path is None:
                raise
            return silent_clip(length)

    return fitted
