"""Lays a draft out in time: from cues to events and placements, in frames.

Where prompts of one cue would overlap, the one with the higher priority is played.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from voicecoach.compiler.phrases import Phrases
from voicecoach.compiler.score import (
    ChimeCue,
    Cue,
    Draft,
    Priority,
    Prompt,
    PromptedCue,
    SilenceCue,
    SpeechCue,
    SpokenText,
)
from voicecoach.errors import Pos
from voicecoach.timeline import Event, EventKind, Omission, Placement, Sound, Source, Span
from voicecoach.units import SECOND, Frames, Ms, frames

VOICE_GAP = frames(Ms(300))
"""Between a prompt that may be late and the next voice."""


class Layout(NamedTuple):
    """The events and placements of a draft, by start (an event comes before those inside it), and prompts left out."""

    events: tuple[Event, ...]
    placements: tuple[Placement, ...]
    omissions: tuple[Omission, ...]


def lay_out(draft: Draft) -> Layout:
    """Lay out every cue of a draft."""
    collected = _Collector(draft.lengths)
    for cue, start in zip(draft.score.cues, draft.starts, strict=True):
        collected.add(cue, start)
    events = sorted(collected.events, key=lambda event: (event.start, -event.end))
    indexes = {id(event): index for index, event in enumerate(events)}
    placements = (
        Placement(event.start, draft.lengths[source], source, indexes[id(event)])
        for event, source in sorted(collected.sounds, key=lambda sound: sound[0].start)
    )
    return Layout(tuple(events), tuple(placements), tuple(collected.omissions))


class _Collector:
    """Collects events, those with a sound, and omissions, in the order of the cues."""

    def __init__(self, lengths: Mapping[Source, Frames]) -> None:
        self._lengths = lengths
        self.events: list[Event] = []
        self.sounds: list[tuple[Event, Source]] = []
        self.omissions: list[Omission] = []

    def add(self, cue: Cue, start: int) -> None:
        match cue:
            case SpeechCue():
                self._add_sound(cue, start, cue.words)
            case ChimeCue():
                self._add_sound(cue, start, cue.sound)
            case SilenceCue():
                self._add_event(cue, cue.kind, start, start + frames(cue.length))
            case PromptedCue():
                self._add_prompted(cue, start)

    def _add_prompted(self, cue: PromptedCue, start: int) -> None:
        end = start + frames(cue.length)
        self._add_event(cue, cue.kind, start, end)
        if cue.start_chime:
            self._add_sound(cue, start, cue.start_chime)
        placed, omitted = _place_prompts(cue, self._lengths)
        for each in placed:
            prompt = cue.prompts[each.prompt_index]
            self._add_sound(cue, start + each.start, prompt.content, prompt.pos)
        if cue.end_chime:
            self._add_sound(cue, end, cue.end_chime)
        self.omissions += [
            Omission(pos, prompt.content.text, _omission_reason(cue, prompt))
            for prompt in omitted
            if isinstance(prompt.content, SpokenText) and (pos := prompt.pos or cue.pos)
        ]

    def _add_sound(self, cue: Cue, start: int, content: SpokenText | Sound, pos: Pos | None = None) -> None:
        source: Source = content.utterance if isinstance(content, SpokenText) else content
        end = start + self._lengths[source]
        if isinstance(content, SpokenText):
            event = self._add_event(cue, "say", start, end, pos, text=content.text)
        else:
            event = self._add_event(cue, "chime", start, end, pos, sound=content.name)
        self.sounds.append((event, source))

    def _add_event(
        self, cue: Cue, kind: EventKind, start: int, end: int, pos: Pos | None = None, text: str = "", sound: str = ""
    ) -> Event:
        """Add an event of a cue; `pos` is that of a prompt in it."""
        move, side, round_ = cue.location.move, cue.location.side, cue.location.round
        event = Event(kind, Frames(start), Frames(end), text or None, sound or None, move, side, round_, pos or cue.pos)
        self.events.append(event)
        return event


def _omission_reason(cue: PromptedCue, prompt: Prompt) -> str:
    delay = f", nor up to {prompt.max_delay / SECOND:g} s later" if prompt.max_delay else ""
    return f"no room {prompt.at / SECOND:g} s into a {cue.kind} of {cue.length / SECOND:g} s{delay}"


class _PlacedPrompt(NamedTuple):
    """A prompt in its place: frames from the start of the cue. Sorts by start."""

    start: int
    end: int
    prompt_index: int
    """Into the prompts of the cue."""


def _place_prompts(cue: PromptedCue, lengths: Mapping[Source, Frames]) -> tuple[list[_PlacedPrompt], list[Prompt]]:
    """The prompts that sound, by start, and those that found no room (prompts of `every` are not listed).

    Voices start after the start chime, end with the cue, and never overlap another voice or a tone.
    """
    prompts = cue.prompts
    room = _Room(cue, lengths)
    order = sorted(range(len(prompts)), key=lambda index: _precedence(prompts[index]))
    omitted = [index for index in order if not room.place(index)]
    return room.placed, [prompts[index] for index in sorted(omitted) if prompts[index].priority is not Priority.EVERY]


def _precedence(prompt: Prompt) -> tuple[bool, Priority, Ms]:
    return not isinstance(prompt.content, Sound), prompt.priority, prompt.at


class _Room:
    """The room for the prompts of a cue."""

    def __init__(self, cue: PromptedCue, lengths: Mapping[Source, Frames]) -> None:
        self._prompts, self._lengths = cue.prompts, lengths
        self._earliest = lengths[cue.start_chime] if cue.start_chime else 0
        self._end = frames(cue.length)
        # Without an end chime, the next voice may start right at the end.
        self._delayed_end = self._end - max(0, VOICE_GAP - (lengths[cue.end_chime] if cue.end_chime else 0))
        self.placed: list[_PlacedPrompt] = []

    def place(self, index: int) -> bool:
        """Place a prompt at its time, or as soon after as its delay allows; False if there is no room."""
        prompt = self._prompts[index]
        at, length = frames(prompt.at), self._lengths[prompt.source]
        start: int | None = at if isinstance(prompt.content, Sound) else self._find(at, length, prompt.max_delay)
        if start is None:
            return False
        insort(self.placed, _PlacedPrompt(start, start + length, index))
        return True

    def _find(self, at: int, length: int, max_delay: Ms) -> int | None:
        """The start of a voice of this length, in frames."""
        if not max_delay:
            fits = self._earliest <= at <= self._end - length and self._blocking(at, at + length) is None
            return at if fits else None
        start = max(at, self._earliest)
        while start <= min(at + frames(max_delay), self._delayed_end - length):
            blocking = self._blocking(start, start + length + VOICE_GAP)
            if blocking is None:
                return start
            start = self._next_start(blocking)
        return None

    def _next_start(self, placed: _PlacedPrompt) -> int:
        """The earliest start of a voice after this prompt."""
        return placed.end + (VOICE_GAP if self._prompts[placed.prompt_index].max_delay else 0)

    def _blocking(self, start: int, end: int) -> _PlacedPrompt | None:
        """A placed prompt that overlaps a voice from `start` to `end`: the later one, if there are two."""
        index = bisect_left(self.placed, (start,))
        if index < len(self.placed) and self.placed[index].start < end:
            return self.placed[index]
        if index and self._next_start(self.placed[index - 1]) > start:
            return self.placed[index - 1]
        return None


def move_spans(draft: Draft, phrases: Phrases) -> Iterator[Span]:
    """The passes through moves; each lasts until the next begins, the last until the closing."""
    moves = draft.score.moves
    passes = Counter(move.title for move in moves)
    seen: Counter[str] = Counter()
    ends = [*(move.first_cue for move in moves[1:]), draft.score.closing]
    for move, end in zip(moves, ends, strict=True):
        title = move.title
        seen[title] += 1
        if passes[title] > 1:
            title = phrases.say("pass", title=title, **{"pass": seen[title], "passes": passes[title]})
        yield Span(title, Frames(draft.starts[move.first_cue]), Frames(draft.starts[end]), move.position)
