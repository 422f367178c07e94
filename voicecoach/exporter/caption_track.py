"""What is heard when: each text with the time of its first and its last audible sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, pairwise

import numpy as np

from voicecoach.exporter.lines import glances
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Event, Source, Timeline, Utterance
from voicecoach.units import FRAMES_PER_MS, RATE, SECOND, Frames, Ms, clock, half_up, ms

__all__ = ["Cue", "at_a_glance", "cues", "one_at_a_time"]

_AUDIBLE = 0.001
"""−60 dB of full scale: under the softest end of a word at our level, over what 16 bits and engines add."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A text and when to show it."""

    start: Ms
    end: Ms
    """Never before `start`, and within the session."""
    text: str
    """In one line, as its writer spelled it."""
    said: bool = True
    """Not so for the time left of a hold."""


def cues(timeline: Timeline, clip: Callable[[Source], Clip], *, holds: bool = False) -> tuple[Cue, ...]:
    """What is said, in the order of its beginnings; with `holds`, each second of a hold's clock too.

    `clip` is asked once for each distinct source, and raises what it does.
    """
    spans = _audible_spans(timeline, clip)
    said = (_cue(spans.get(index, (event.start, event.end)), event) for index, event in enumerate(timeline.events))
    found = [cue for cue in said if cue is not None]
    if holds:
        for event in timeline.events:
            found += _countdown(event) if event.kind == "hold" else ()
    return tuple(sorted(found, key=lambda cue: (cue.start, cue.end)))


def one_at_a_time(shown: tuple[Cue, ...]) -> list[Cue]:
    """For what shows a single text: each said until the next begins, and clocks only while nothing is."""
    said = [cue for cue in shown if cue.said]
    nexts = [cue.start for cue in said[1:]]
    kept = [
        replace(cue, end=min(cue.end, max(cue.start, following)))
        for cue, following in zip(said, [*nexts, *(cue.end for cue in said[-1:])], strict=True)
    ]
    free: list[Cue] = []
    index = 0
    for cue in (cue for cue in shown if not cue.said):
        while index < len(kept) and kept[index].end <= cue.start:
            index += 1
        if (index == len(kept) or cue.end <= kept[index].start) and (not free or free[-1].end <= cue.start):
            free.append(cue)
    return sorted((cue for cue in (*kept, *free) if cue.start < cue.end), key=lambda cue: cue.start)


def at_a_glance(shown: tuple[Cue, ...]) -> tuple[Cue, ...]:
    """The same, a long one in parts that follow on one another and share its time out by their letters."""
    return tuple(sorted((part for cue in shown for part in _parts(cue)), key=lambda cue: (cue.start, cue.end)))


def _parts(cue: Cue) -> Iterator[Cue]:
    texts = glances(cue.text)
    letters = list(accumulate(map(len, texts), initial=0))
    times = [Ms(cue.start + half_up((cue.end - cue.start) * before, letters[-1] or 1)) for before in letters]
    for text, (start, end) in zip(texts, pairwise(times), strict=True):
        yield replace(cue, start=start, end=end, text=text)


def _cue(span: tuple[Frames, Frames], event: Event) -> Cue | None:
    text = " ".join((event.text or "").split())
    if event.kind != "say" or not text:
        return None
    return Cue(ms(span[0]), ms(span[1]), text)


def _audible_spans(timeline: Timeline, clip: Callable[[Source], Clip]) -> dict[int, tuple[Frames, Frames]]:
    """First audible frame and one past the last, by the event's number."""
    edges = cache(lambda source: _edges(clip(source)))
    spans: dict[int, tuple[Frames, Frames]] = {}
    for placement in timeline.placements:
        if isinstance(placement.source, Utterance):
            first, last = edges(placement.source)
            start, end = Frames(placement.start + first), Frames(placement.start + last)
            known = spans.get(placement.event, (start, end))
            spans[placement.event] = min(known[0], start), max(known[1], end)
    return spans


def _edges(clip: Clip) -> tuple[int, int]:
    heard = np.abs(clip.samples) > _AUDIBLE
    return (int(heard.argmax()), clip.length - int(heard[::-1].argmax())) if heard.any() else (0, clip.length)


def _countdown(hold: Event) -> Iterator[Cue]:
    """The time left, changing on the second as a clock on the wall would: `0:30`, `0:29`, to `0:01`."""
    left = -(-(hold.end - hold.start) // RATE)
    for seconds in range(left, 0, -1):
        begin = max(hold.start, hold.end - seconds * RATE)
        until = hold.end - (seconds - 1) * RATE
        if until - begin >= FRAMES_PER_MS:
            yield Cue(ms(Frames(begin)), ms(Frames(until)), clock(Ms(seconds * SECOND)), said=False)
