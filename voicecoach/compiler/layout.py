"""Lays a score out in time: from cues and the lengths of clips to events and placements, in frames.

Where prompts inside a timed cue would overlap, the one with the higher priority stays.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.score import (
    ChimeCue,
    Cue,
    Location,
    Priority,
    Prompt,
    Score,
    SilenceCue,
    SpeechCue,
    SpokenText,
    TimedCue,
    source_of,
)
from voicecoach.errors import Pos
from voicecoach.timeline import Event, EventKind, Omission, Placement, Sound, Source, Span
from voicecoach.units import SECOND, Frames, Ms, frames

__all__ = ["Layout", "PlacedPrompt", "move_spans", "place_prompts"]

VOICE_GAP = frames(Ms(300))
"""Between words that may be late and the next voice."""


class PlacedPrompt(NamedTuple):
    """A beat with its place on the clock, in frames; sorts by start."""

    start: int
    end: int
    beat: int
    """Index into the beats of the clock."""


def place_prompts(clock: TimedCue, lengths: Mapping[Source, Frames]) -> tuple[list[PlacedPrompt], list[Prompt]]:
    """What sounds on a clock, sorted by start, and the words that found no room (`every` is not told of).

    Voices lie wholly behind the first chime and before the clock's end, never over one another or a sound.
    """
    beats = clock.beats
    free = _FreeTime(clock, lengths)
    order = sorted(range(len(beats)), key=lambda index: _precedence(beats[index]))
    out = [index for index in order if not free.take(index, beats[index]) and beats[index].rank is not Priority.EVERY]
    return free.placed, [beats[index] for index in sorted(out)]


def _precedence(beat: Prompt) -> tuple[bool, Priority, Ms]:
    return not isinstance(beat.content, Sound), beat.rank, beat.at


class _FreeTime:
    """What is still free of a clock."""

    def __init__(self, clock: TimedCue, lengths: Mapping[Source, Frames]) -> None:
        self._beats, self._lengths = clock.beats, lengths
        self._first = lengths[clock.first] if clock.first else 0
        self._end = frames(clock.length)
        # Behind a clock without a chime at its end, a voice may start at once.
        self._late_end = self._end - max(0, VOICE_GAP - (lengths[clock.last] if clock.last else 0))
        self.placed: list[PlacedPrompt] = []

    def take(self, index: int, beat: Prompt) -> bool:
        """Place a beat at its moment, or as soon after as it may; False where there is no room."""
        at, length = frames(beat.at), self._lengths[source_of(beat)]
        start: int | None = at if isinstance(beat.content, Sound) else self._room(at, length, frames(beat.late))
        if start is None:
            return False
        insort(self.placed, PlacedPrompt(start, start + length, index))
        return True

    def _room(self, at: int, length: int, late: int) -> int | None:
        """Where words of this length may start."""
        if not late:
            fits = self._first <= at <= self._end - length and self._blocking(at, at + length) is None
            return at if fits else None
        start = max(at, self._first)
        while start <= min(at + late, self._late_end - length):
            blocking = self._blocking(start, start + length + VOICE_GAP)
            if blocking is None:
                return start
            start = self._until(blocking)
        return None

    def _until(self, other: PlacedPrompt) -> int:
        """When the next voice may start behind this one."""
        return other.end + (VOICE_GAP if self._beats[other.beat].late else 0)

    def _blocking(self, start: int, end: int) -> PlacedPrompt | None:
        """What is in the way of a voice from `start` to `end`, the one behind it first."""
        at = bisect_left(self.placed, (start,))
        if at < len(self.placed) and self.placed[at].start < end:
            return self.placed[at]
        if at and self._until(self.placed[at - 1]) > start:
            return self.placed[at - 1]
        return None


class Layout:
    """A score laid out in time; `starts` says where each of its cues begins."""

    def __init__(self, score: Score, starts: Sequence[int], lengths: Mapping[Source, Frames]) -> None:
        self._lengths = lengths
        self._events: list[Event] = []
        self._placed: list[tuple[int, Source, Event]] = []
        self.left_out: list[Omission] = []
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
            case SpeechCue():
                self._sound(start, cue.words, cue.where, cue.pos)
            case ChimeCue():
                self._sound(start, cue.sound, cue.where, cue.pos)
            case SilenceCue():
                self._event(cue.kind, start, start + frames(cue.length), cue.where, cue.pos)
            case TimedCue():
                self._clock(cue, start)

    def _clock(self, clock: TimedCue, start: int) -> None:
        end = start + frames(clock.length)
        self._event(clock.kind, start, end, clock.where, clock.pos)
        if clock.first:
            self._sound(start, clock.first, clock.where, clock.pos)
        placed, out = place_prompts(clock, self._lengths)
        for each in placed:
            beat = clock.beats[each.beat]
            self._sound(start + each.start, beat.content, clock.where, beat.pos or clock.pos)
        if clock.last:
            self._sound(end, clock.last, clock.where, clock.pos)
        self.left_out += [
            Omission(pos, beat.content.text, _omission_reason(clock, beat))
            for beat in out
            if isinstance(beat.content, SpokenText) and (pos := beat.pos or clock.pos)
        ]

    def _sound(self, start: int, content: SpokenText | Sound, where: Location, pos: Pos | None) -> None:
        if isinstance(content, SpokenText):
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
        kind: EventKind,
        start: int,
        end: int,
        where: Location,
        pos: Pos | None,
        *,
        text: str | None = None,
        sound: str | None = None,
    ) -> Event:
        event = Event(kind, Frames(start), Frames(end), text, sound, where.move, where.side, where.round, pos)
        self._events.append(event)
        return event


def _omission_reason(clock: TimedCue, beat: Prompt) -> str:
    where = f"{beat.at / SECOND:g} s into a {clock.kind} of {clock.length / SECOND:g} s"
    return f"no room {where}" + (f", nor up to {beat.late / SECOND:g} s later" if beat.late else "")


def move_spans(score: Score, starts: Sequence[int], phrases: Phrases) -> Iterator[Span]:
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
