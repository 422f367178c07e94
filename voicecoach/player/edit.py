"""A session changed while it plays: a new timeline, the old one untouched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from voicecoach.timeline import Event, Placement, Timeline
from voicecoach.units import SECOND, Frames, Ms, frames

__all__ = ["lengthened"]

_Sounding: TypeAlias = tuple[Event, tuple[Placement, ...]]
"""An event and what sounds of it."""
_COUNTDOWN = frames(Ms(6 * SECOND))
"""Before the end of a hold: single words there count it down."""


def lengthened(timeline: Timeline, running: Event, at: Frames, by: Frames) -> Timeline:
    """`by` frames more of the clock `running`, put in at `at`, which lies in it.

    What has begun before `at` sounds on; all that would begin later comes that much later, so that a countdown
    and the end chime are right again. What was counted down already is counted again. Nothing before `at` changes.
    """
    if not running.start <= at < running.end:
        raise ValueError(f"{at} does not lie in {running}")

    def moved(frame: Frames) -> Frames:
        return Frames(frame + by) if frame >= at else frame

    def changes(each: _Sounding) -> Iterator[_Sounding]:
        event, placed = each
        if event.start >= at:
            yield _later(each, by)
        elif event.kind in ("say", "chime"):
            yield each
            if event.start + by >= at and _counts_down(event, running):
                yield _later(each, by)
        else:
            more = Frames(event.more + by) if event is running else event.more
            yield replace(event, end=moved(event.end), more=more), placed

    placed: dict[int, list[Placement]] = defaultdict(list)
    for one in timeline.placements:
        placed[one.event].append(one)
    sounding = [(event, tuple(placed[index])) for index, event in enumerate(timeline.events)]
    changed = sorted((new for each in sounding for new in changes(each)), key=lambda each: each[0].start)
    placements = [replace(one, event=index) for index, (_, own) in enumerate(changed) for one in own]
    return replace(
        timeline,
        length=moved(timeline.length),
        events=tuple(event for event, _ in changed),
        placements=tuple(sorted(placements, key=lambda one: one.start)),
        moves=tuple(replace(move, start=moved(move.start), end=moved(move.end)) for move in timeline.moves),
    )


def _later(each: _Sounding, by: Frames) -> _Sounding:
    event, placed = each
    later = replace(event, start=Frames(event.start + by), end=Frames(event.end + by))
    return later, tuple(replace(one, start=Frames(one.start + by)) for one in placed)


def _counts_down(said: Event, running: Event) -> bool:
    in_it = max(running.start, running.end - _COUNTDOWN) <= said.start < running.end
    return in_it and said.kind == "say" and len((said.text or "").split()) == 1
