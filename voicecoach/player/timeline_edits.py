"""One session behind another, as one: one opening, one closing, and nothing changed that was heard."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from voicecoach.compiler.selection import united
from voicecoach.timeline import Event, Source, Timeline, Utterance
from voicecoach.units import Frames

__all__ = ["closing", "followed"]


def closing(timeline: Timeline) -> Frames:
    """Where its closing begins: behind the last move."""
    return timeline.moves[-1].end if timeline.moves else timeline.length


def followed(timeline: Timeline, part: Timeline, at: Frames) -> Timeline:
    """`part` in place of the closing; of one that has begun at `at` what sounds is heard out.

    Of the opening of `part` its cautions are left, where they are new, as the first words of its first move.
    """
    begin = max(closing(timeline), at)
    kept = bisect_left(timeline.events, begin, key=lambda event: event.start)
    events = timeline.events[:kept]
    placements = tuple(one for one in timeline.placements if one.event < kept)
    ends = (one.start + one.length for one in placements)
    begin = Frames(max([begin, *ends, *(event.end for event in events)]))
    first = _first(part, {one.source for one in placements})
    by, moves = begin - part.events[first].start, len(timeline.moves)

    def moved(event: Event) -> Event:
        own = 0 if event.move is None and event.start < closing(part) else event.move
        start, end = Frames(event.start + by), Frames(event.end + by)
        return replace(event, start=start, end=end, move=None if own is None else own + moves)

    later = [replace(move, start=Frames(move.start + by), end=Frames(move.end + by)) for move in part.moves]
    later[:1] = [replace(move, start=begin) for move in later[:1]]
    return replace(
        timeline,
        title=f"{timeline.title}, {part.title}",
        about=" ".join(filter(None, (timeline.about, part.about))),
        tags=tuple(dict.fromkeys((*timeline.tags, *part.tags))),
        needs=united((*timeline.needs, *part.needs)),
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
