"""Changes a session while it plays: lengthens a hold, appends another session, splices in a new version.

Every edit makes a new timeline and leaves the old one untouched.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from voicecoach.compiler.selection import unique_names
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.timeline import Event, Placement, Source, Timeline, Utterance
from voicecoach.units import SECOND, Frames, Ms, frames

__all__ = ["Splice", "append_session", "closing_start", "find_splice", "lengthen_clock"]

_Sounding: TypeAlias = tuple[Event, tuple[Placement, ...]]
"""An event and what sounds of it."""
_COUNTDOWN = frames(Ms(6 * SECOND))
"""Before the end of a hold: single words there count it down."""


def lengthen_clock(timeline: Timeline, running: Event, at: Frames, by: Frames) -> Timeline:
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


def closing_start(timeline: Timeline) -> Frames:
    """Where its closing begins: behind the last move."""
    return timeline.moves[-1].end if timeline.moves else timeline.length


def append_session(timeline: Timeline, part: Timeline, at: Frames) -> Timeline:
    """`part` in place of the closing; of one that has begun at `at` what sounds is heard out.

    Of the opening of `part` its cautions are left, where they are new, as the first words of its first move.
    """
    begin = max(closing_start(timeline), at)
    kept = bisect_left(timeline.events, begin, key=lambda event: event.start)
    events = timeline.events[:kept]
    placements = tuple(one for one in timeline.placements if one.event < kept)
    ends = (one.start + one.length for one in placements)
    begin = Frames(max([begin, *ends, *(event.end for event in events)]))
    first = _first(part, {one.source for one in placements})
    by, moves = begin - part.events[first].start, len(timeline.moves)

    def moved(event: Event) -> Event:
        own = 0 if event.move is None and event.start < closing_start(part) else event.move
        start, end = Frames(event.start + by), Frames(event.end + by)
        return replace(event, start=start, end=end, move=None if own is None else own + moves)

    later = [replace(move, start=Frames(move.start + by), end=Frames(move.end + by)) for move in part.moves]
    later[:1] = [replace(move, start=begin) for move in later[:1]]
    return replace(
        timeline,
        title=f"{timeline.title}, {part.title}",
        about=" ".join(filter(None, (timeline.about, part.about))),
        tags=tuple(dict.fromkeys((*timeline.tags, *part.tags))),
        needs=unique_names((*timeline.needs, *part.needs)),
        cautions=tuple(dict.fromkeys((*timeline.cautions, *part.cautions))),
        length=Frames(part.length + by),
        events=(*events, *(moved(event) for event in part.events[first:])),
        placements=(
            *placements,
            *(
                replace(one, start=Frames(one.start + by), event=one.event - first + kept)
                for one in part.placements
                if one.event >= first
            ),
        ),
        moves=(*timeline.moves, *later),
        left_out=timeline.left_out + part.left_out,
    )


def _first(part: Timeline, said: set[Source]) -> int:
    """The event that it begins with: its first caution, unless all of them were said already, else its first move."""
    body = part.moves[0].start if part.moves else Frames(0)
    cautions = [one for one in part.placements if one.start < body and isinstance(one.source, Utterance)]
    if any(one.source not in said for one in cautions):
        return cautions[0].event
    return bisect_left(part.events, body, key=lambda event: event.start)


_Sign: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Splice:
    """Where to leave the one, and where to enter the other: the same thing begins in both."""

    leave: Frames
    enter: Frames


def find_splice(old: TimelineIndex, new: TimelineIndex, at: Frames) -> Splice | None:
    """The first from `at` on; None where there is none any more.

    What begins inside a running clock is no seam: a hold is played to its end, and so is what is said.
    """
    entries = {sign: event.start for event, sign in _signed(new)}
    for event, sign in _signed(old):
        if event.start >= at and sign in entries and _free(old, event):
            return Splice(event.start, entries[sign])
    return None


def _signed(marks: TimelineIndex) -> Iterator[tuple[Event, _Sign]]:
    """Every event with what tells it from all others, whatever the speed: not its times, nor words made of them."""
    seen: Counter[_Sign] = Counter()
    for event in marks.timeline.events:
        sign = (event.kind, event.sound, event.move, event.side, event.round, event.pos)
        seen[sign] += 1
        yield event, (*sign, seen[sign])


def _free(marks: TimelineIndex, event: Event) -> bool:
    """Whether nothing that began before it still runs."""
    events = marks.timeline.events
    before = bisect_left(events, event.start, key=lambda each: each.start)
    return all(each.end <= event.start for each in events[:before])
