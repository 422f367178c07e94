"""`Score` + lengths of clips → events and placements, to the frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from voicecoach.compiler.fitting import fit
from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.score import Beat, Clock, Cue, Rest, Ring, Score, Speak, Where, Words
from voicecoach.errors import Pos
from voicecoach.timeline import Event, Kind, LeftOut, Placement, Sound, Source, Span
from voicecoach.units import SECOND, Frames, frames

__all__ = ["Layout", "spans"]


class Layout:
    """A score laid out in time; `starts` says where each of its cues begins."""

    def __init__(self, score: Score, starts: Sequence[int], lengths: Mapping[Source, Frames]) -> None:
        self._lengths = lengths
        self._events: list[Event] = []
        self._placed: list[tuple[int, Source, Event]] = []
        self.left_out: list[LeftOut] = []
        for cue, start in zip(score.cues, starts, strict=False):
            self._lay(cue, start)

    def sorted(self) -> tuple[tuple[Event, ...], tuple[Placement, ...]]:
        """All that happens and all that sounds, by start; what surrounds comes before what it holds."""
        events = sorted(self._events, key=lambda event: (event.start, -event.end))
        index = {id(event): number for number, event in enumerate(events)}
        placed = sorted(self._placed, key=lambda each: each[0])
        return tuple(events), tuple(
            Placement(Frames(start), self._lengths[source], source, index[id(event)]) for start, source, event in placed
        )

    def _lay(self, cue: Cue, start: int) -> None:
        match cue:
            case Speak():
                self._sound(start, cue.words, cue.where, cue.pos)
            case Ring():
                self._sound(start, cue.sound, cue.where, cue.pos)
            case Rest():
                self._event(cue.kind, start, start + frames(cue.length), cue.where, cue.pos)
            case Clock():
                self._clock(cue, start)

    def _clock(self, clock: Clock, start: int) -> None:
        end = start + frames(clock.length)
        self._event(clock.kind, start, end, clock.where, clock.pos)
        if clock.first:
            self._sound(start, clock.first, clock.where, clock.pos)
        placed, out = fit(clock, self._lengths)
        for each in placed:
            beat = clock.beats[each.beat]
            self._sound(start + each.start, beat.content, clock.where, beat.pos or clock.pos)
        if clock.last:
            self._sound(end, clock.last, clock.where, clock.pos)
        self.left_out += [
            LeftOut(pos, beat.content.text, _why(clock, beat))
            for beat in out
            if isinstance(beat.content, Words) and (pos := beat.pos or clock.pos)
        ]

    def _sound(self, start: int, content: Words | Sound, where: Where, pos: Pos | None) -> None:
        if isinstance(content, Words):
            source: Source = content.utterance
            end = start + self._lengths[source]
            event = self._event("say", start, end, where, pos, text=content.text)
        else:
            source = content
            end = start + self._lengths[source]
            event = self._event("chime", start, end, where, pos, sound=content.name)
        self._placed.append((start, source, event))

    def _event(
        self,
        kind: Kind,
        start: int,
        end: int,
        where: Where,
        pos: Pos | None,
        *,
        text: str | None = None,
        sound: str | None = None,
    ) -> Event:
        event = Event(kind, Frames(start), Frames(end), text, sound, where.move, where.side, where.round, pos)
        self._events.append(event)
        return event


def _why(clock: Clock, beat: Beat) -> str:
    where = f"{beat.at / SECOND:g} s into a {clock.kind} of {clock.length / SECOND:g} s"
    return f"no room {where}" + (f", nor up to {beat.late / SECOND:g} s later" if beat.late else "")


def spans(score: Score, starts: Sequence[int], phrases: Phrases) -> Iterator[Span]:
    """The passes through moves, each until the next begins, the last until the closing."""
    passes = Counter(move.title for move in score.moves)
    seen: Counter[str] = Counter()
    ends = [*(move.first for move in score.moves[1:]), score.closing]
    for move, end in zip(score.moves, ends, strict=True):
        title = move.title
        seen[title] += 1
        if passes[title] > 1:
            title = phrases.say("pass", title=title, **{"pass": seen[title], "passes": passes[title]})
        yield Span(title, Frames(starts[move.first]), Frames(starts[end]), move.position)
