"""`Score` + lengths of clips → events and placements, to the frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from voicecoach.compiler.fitting import fit, source_of
from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.score import Clock, Cue, Rest, Ring, Score, Speak, Where, Words
from voicecoach.errors import Pos
from voicecoach.timeline import Event, Kind, LeftOut, Placement, Sound, Source, Span
from voicecoach.units import Frames, Ms, frames

__all__ = ["Layout", "sources"]


def sources(score: Score) -> set[Source]:
    """Every sound that a score needs."""
    found: set[Source] = set()
    for cue in score.cues:
        match cue:
            case Speak():
                found.add(cue.words.utterance)
            case Ring():
                found.add(cue.sound)
            case Clock():
                found.update(source_of(beat) for beat in cue.beats)
                found.update(sound for sound in (cue.first, cue.last) if sound)
    return found


class Layout:
    """A score laid out in time."""

    def __init__(self, score: Score, lengths: Mapping[Source, Frames], phrases: Phrases) -> None:
        self._lengths = lengths
        self._at = Frames(0)
        self.left_out: list[LeftOut] = []
        self.left: dict[int, Frames] = {}
        """Where each text that names the time left begins."""
        self._events: list[Event] = []
        self._placed: list[tuple[Frames, Source, Event]] = []
        starts = [self._lay(cue) for cue in score.cues]
        self.length = self._at
        end = starts[score.closing] if score.closing < len(starts) else self.length
        self.moves = tuple(_spans(score, [*starts, self.length], end, phrases))

    @property
    def events(self) -> tuple[Event, ...]:
        """All that happens, sorted by start; what surrounds comes before what it holds."""
        return tuple(sorted(self._events, key=lambda event: (event.start, -event.end)))

    def placements(self, events: tuple[Event, ...]) -> tuple[Placement, ...]:
        """All that sounds, sorted by start."""
        index = {id(event): number for number, event in enumerate(events)}
        placed = sorted(self._placed, key=lambda each: each[0])
        return tuple(
            Placement(start, self._lengths[source], source, index[id(event)]) for start, source, event in placed
        )

    def _lay(self, cue: Cue) -> Frames:
        start = self._at
        match cue:
            case Speak():
                self._sound(start, cue.words, cue.where, cue.pos)
                self._at = Frames(start + self._lengths[cue.words.utterance] + frames(cue.then))
            case Ring():
                self._sound(start, cue.sound, cue.where, cue.pos)
                self._at = Frames(start + self._lengths[cue.sound])
            case Rest():
                self._at = Frames(start + frames(cue.length))
                self._event(cue.kind, start, self._at, cue.where, cue.pos)
            case Clock():
                self._clock(cue)
        return start

    def _clock(self, clock: Clock) -> None:
        start, end = self._at, Frames(self._at + frames(clock.length))
        self._event(clock.kind, start, end, clock.where, clock.pos)
        if clock.first:
            self._sound(start, clock.first, clock.where, clock.pos)
        placed, out = fit(clock, self._lengths)
        for each in placed:
            beat = clock.beats[each.index]
            self._sound(Frames(start + each.start), beat.content, clock.where, beat.pos or clock.pos)
        for beat in out:
            if isinstance(beat.content, Words) and (pos := beat.pos or clock.pos):
                self.left_out.append(LeftOut(pos, beat.content.text, _why(clock, frames(beat.at), beat.late)))
        if clock.last:
            self._sound(end, clock.last, clock.where, clock.pos)
            end = Frames(end + self._lengths[clock.last])
        self._at = end

    def _sound(self, start: Frames, content: Words | Sound, where: Where, pos: Pos | None) -> None:
        if isinstance(content, Words):
            source: Source = content.utterance
            event = self._event("say", start, Frames(start + self._lengths[source]), where, pos, text=content.text)
            if content.tells_left is not None:
                self.left[content.tells_left] = start
        else:
            source = content
            end = Frames(start + self._lengths[source])
            event = self._event("chime", start, end, where, pos, sound=content.name)
        self._placed.append((start, source, event))

    def _event(
        self, kind: Kind, start: Frames, end: Frames, where: Where, pos: Pos | None, **more: str | None
    ) -> Event:
        event = Event(kind, start, end, **more, move=where.move, side=where.side, round=where.round, pos=pos)
        self._events.append(event)
        return event


def _why(clock: Clock, at: Frames, late: Ms) -> str:
    seconds = clock.length / 1000
    where = f"{at / frames(Ms(1000)):g} s into a {clock.kind} of {seconds:g} s"
    return f"no room {where}" + (", nor up to 2 s later" if late else "")


def _spans(score: Score, starts: list[Frames], end: Frames, phrases: Phrases) -> Iterator[Span]:
    passes = Counter(move.title for move in score.moves)
    seen: Counter[str] = Counter()
    for index, move in enumerate(score.moves):
        seen[move.title] += 1
        title = move.title
        if passes[title] > 1:
            title = phrases.say("pass", title=title, **{"pass": seen[title], "passes": passes[title]})
        until = starts[score.moves[index + 1].first] if index + 1 < len(score.moves) else end
        yield Span(title, starts[move.first], until, move.position)
