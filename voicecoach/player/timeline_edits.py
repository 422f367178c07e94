"""Changes a session while it plays: lengthens a hold, appends another session, splices in a new version.

Every edit makes a new timeline and leaves the old one untouched.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from voicecoach.compiler.selection import unique_names
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.timeline import Event, Placement, Source, Span, Timeline, Utterance
from voicecoach.units import SECOND, Frames, Ms, frames

_Placed: TypeAlias = tuple[Event, tuple[Placement, ...]]
"""An event and its placements."""
_Stretch = TypeVar("_Stretch", Event, Span)
_Identity: TypeAlias = tuple[object, ...]

_COUNTDOWN = frames(Ms(6 * SECOND))
"""At the end of a hold: single words in this time count it down."""


def lengthen_clock(timeline: Timeline, running: Event, at: Frames, by: Frames) -> Timeline:
    """The timeline with `by` frames more of the clock `running`, inserted at `at`, which lies in it.

    Everything that begins from `at` on begins later, so a countdown and the end chime are right again. A countdown
    that has begun starts anew. Nothing before `at` changes, and what sounds there is not cut off.
    """
    if not running.start <= at < running.end:
        raise ValueError(f"{at} does not lie in {running}")

    def moved(frame: Frames) -> Frames:
        return Frames(frame + by) if frame >= at else frame

    def edited(event: Event, placements: tuple[Placement, ...]) -> Iterator[_Placed]:
        later = _later(event, by), tuple(replace(one, start=Frames(one.start + by)) for one in placements)
        if event.start >= at:
            yield later
        elif event.kind in ("say", "chime"):
            yield event, placements
            if event.start + by >= at and _counts_down(event, running):
                yield later
        else:
            more = Frames(event.more + by) if event is running else event.more
            yield replace(event, end=moved(event.end), more=more), placements

    by_event: dict[int, list[Placement]] = defaultdict(list)
    for placement in timeline.placements:
        by_event[placement.event].append(placement)
    placed = [new for number, event in enumerate(timeline.events) for new in edited(event, tuple(by_event[number]))]
    placed.sort(key=lambda each: each[0].start)
    placements = [replace(one, event=number) for number, (_, own) in enumerate(placed) for one in own]
    return replace(
        timeline,
        length=moved(timeline.length),
        events=tuple(event for event, _ in placed),
        placements=tuple(sorted(placements, key=lambda one: one.start)),
        moves=tuple(replace(move, start=moved(move.start), end=moved(move.end)) for move in timeline.moves),
    )


def _later(stretch: _Stretch, by: int) -> _Stretch:
    return replace(stretch, start=Frames(stretch.start + by), end=Frames(stretch.end + by))


def _counts_down(said: Event, running: Event) -> bool:
    near_end = max(running.start, running.end - _COUNTDOWN) <= said.start < running.end
    return near_end and said.kind == "say" and len((said.text or "").split()) == 1


def closing_start(timeline: Timeline) -> Frames:
    """The end of the last move."""
    return timeline.moves[-1].end if timeline.moves else timeline.length


def append_session(timeline: Timeline, addition: Timeline, at: Frames) -> Timeline:
    """The timeline with `addition` in place of its closing: one opening and one closing for both.

    If the closing has begun at `at`, what sounds there is played to its end first. From the opening of `addition` only
    its cautions remain, if they are new; they come first in its first move.
    """
    begin = max(closing_start(timeline), at)
    count = bisect_left(timeline.events, begin, key=lambda event: event.start)
    events = timeline.events[:count]
    placements = tuple(one for one in timeline.placements if one.event < count)
    ends = (one.start + one.length for one in placements)
    begin = Frames(max([begin, *ends, *(event.end for event in events)]))
    first = _first_event(addition, {one.source for one in placements})
    by, moves = begin - addition.events[first].start, len(timeline.moves)

    def moved(event: Event) -> Event:
        own = 0 if event.move is None and event.start < closing_start(addition) else event.move
        return replace(_later(event, by), move=None if own is None else own + moves)

    new_moves = [_later(move, by) for move in addition.moves]
    new_moves[:1] = [replace(move, start=begin) for move in new_moves[:1]]
    new_placements = (
        replace(one, start=Frames(one.start + by), event=one.event - first + count)
        for one in addition.placements
        if one.event >= first
    )
    return replace(
        timeline,
        title=f"{timeline.title}, {addition.title}",
        about=" ".join(filter(None, (timeline.about, addition.about))),
        tags=tuple(dict.fromkeys((*timeline.tags, *addition.tags))),
        needs=unique_names((*timeline.needs, *addition.needs)),
        cautions=tuple(dict.fromkeys((*timeline.cautions, *addition.cautions))),
        length=Frames(addition.length + by),
        events=(*events, *(moved(event) for event in addition.events[first:])),
        placements=(*placements, *new_placements),
        moves=(*timeline.moves, *new_moves),
        left_out=timeline.left_out + addition.left_out,
    )


def _first_event(addition: Timeline, said: set[Source]) -> int:
    """The index of the first caution, or of the first move if all cautions were `said` already."""
    body = addition.moves[0].start if addition.moves else Frames(0)
    cautions = [one for one in addition.placements if one.start < body and isinstance(one.source, Utterance)]
    if any(one.source not in said for one in cautions):
        return cautions[0].event
    return bisect_left(addition.events, body, key=lambda event: event.start)


@dataclass(frozen=True, slots=True)
class Splice:
    """Where to leave one version of a session and where to enter the other: the same event begins in both."""

    leave: Frames
    enter: Frames


def find_splice(old: TimelineIndex, new: TimelineIndex, at: Frames) -> Splice | None:
    """The first splice from `at` on; None if there is none any more.

    No splice lies inside a running event: a hold is played to its end, and so is a cue.
    """
    entries = {identity: event.start for event, identity in _identified(new)}
    for event, identity in _identified(old):
        if event.start >= at and identity in entries and _is_free(old, event):
            return Splice(event.start, entries[identity])
    return None


def _identified(index: TimelineIndex) -> Iterator[tuple[Event, _Identity]]:
    """Every event with an identity that holds at any speed: without its times, and words that tell of times."""
    seen: Counter[_Identity] = Counter()
    for event in index.timeline.events:
        identity = (event.kind, event.sound, event.move, event.side, event.round, event.pos)
        seen[identity] += 1
        yield event, (*identity, seen[identity])


def _is_free(index: TimelineIndex, event: Event) -> bool:
    """Whether everything that began earlier has ended by the event's start."""
    events = index.timeline.events
    before = bisect_left(events, event.start, key=lambda each: each.start)
    return all(each.end <= event.start for each in events[:before])
