"""A session changed while it plays: a new timeline, the old one untouched."""

from __future__ import annotations

from dataclasses import replace

from voicecoach.timeline import Event, Placement, Timeline
from voicecoach.units import Frames

__all__ = ["lengthened"]


def lengthened(timeline: Timeline, running: Event, at: Frames, by: Frames) -> Timeline:
    """`by` frames more of the clock `running`, put in at `at`, which lies in it.

    What has begun before `at` sounds on; all that would begin later comes that much later, so that a countdown
    and the end chime are right again. Nothing before `at` changes.
    """
    if not running.start <= at < running.end:
        raise ValueError(f"{at} does not lie in {running}")

    def moved(frame: Frames) -> Frames:
        return Frames(frame + by) if frame >= at else frame

    def event(each: Event) -> Event:
        # A clock that runs there is lengthened; a sound is not, it only has begun before.
        stays = each.kind in ("say", "chime") and each.start < at
        return each if stays else replace(each, start=moved(each.start), end=moved(each.end))

    def placement(each: Placement) -> Placement:
        return replace(each, start=moved(each.start))

    return replace(
        timeline,
        length=moved(timeline.length),
        placements=tuple(map(placement, timeline.placements)),
        events=tuple(map(event, timeline.events)),
        moves=tuple(replace(move, start=moved(move.start), end=moved(move.end)) for move in timeline.moves),
    )
