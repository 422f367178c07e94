"""Captions: when each text is audible, and how long texts are split and broken into lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, pairwise
from math import inf

import numpy as np

from voicecoach.sound.clip import Clip
from voicecoach.timeline import Event, Source, Timeline, Utterance
from voicecoach.units import FRAMES_PER_MS, SAMPLE_RATE, SECOND, Frames, Ms, format_time, ms, round_half_up

__all__ = ["LINE_WIDTH", "Caption", "caption_track", "one_at_a_time", "split_long_captions", "split_text", "wrap_lines"]

_AUDIBLE = 0.001
"""−60 dB of full scale: under the softest end of a word at our level, over what 16 bits and engines add."""


@dataclass(frozen=True, slots=True)
class Caption:
    """A text and when to show it."""

    start: Ms
    end: Ms
    """Never before `start`, and within the session."""
    text: str
    """In one line, as its writer spelled it."""
    said: bool = True
    """Not so for the time left of a hold."""


def caption_track(timeline: Timeline, clip: Callable[[Source], Clip], *, holds: bool = False) -> tuple[Caption, ...]:
    """What is said, in the order of its beginnings; with `holds`, each second of a hold's clock too.

    `clip` is asked once for each distinct source, and raises what it does.
    """
    spans = _audible_spans(timeline, clip)
    said = (
        _make_caption(spans.get(index, (event.start, event.end)), event) for index, event in enumerate(timeline.events)
    )
    found = [cue for cue in said if cue is not None]
    if holds:
        for event in timeline.events:
            found += _countdown(event) if event.kind == "hold" else ()
    return tuple(sorted(found, key=lambda cue: (cue.start, cue.end)))


def one_at_a_time(shown: tuple[Caption, ...]) -> list[Caption]:
    """For what shows a single text: each said until the next begins, and clocks only while nothing is."""
    said = [cue for cue in shown if cue.said]
    nexts = [cue.start for cue in said[1:]]
    kept = [
        replace(cue, end=min(cue.end, max(cue.start, following)))
        for cue, following in zip(said, [*nexts, *(cue.end for cue in said[-1:])], strict=True)
    ]
    free: list[Caption] = []
    index = 0
    for cue in (cue for cue in shown if not cue.said):
        while index < len(kept) and kept[index].end <= cue.start:
            index += 1
        if (index == len(kept) or cue.end <= kept[index].start) and (not free or free[-1].end <= cue.start):
            free.append(cue)
    return sorted((cue for cue in (*kept, *free) if cue.start < cue.end), key=lambda cue: cue.start)


def split_long_captions(shown: tuple[Caption, ...]) -> tuple[Caption, ...]:
    """The same, a long one in parts that follow on one another and share its time out by their letters."""
    return tuple(sorted((part for cue in shown for part in _split_caption(cue)), key=lambda cue: (cue.start, cue.end)))


def _split_caption(cue: Caption) -> Iterator[Caption]:
    texts = split_text(cue.text)
    letters = list(accumulate(map(len, texts), initial=0))
    times = [Ms(cue.start + round_half_up((cue.end - cue.start) * before, letters[-1] or 1)) for before in letters]
    for text, (start, end) in zip(texts, pairwise(times), strict=True):
        yield replace(cue, start=start, end=end, text=text)


def _make_caption(span: tuple[Frames, Frames], event: Event) -> Caption | None:
    text = " ".join((event.text or "").split())
    if event.kind != "say" or not text:
        return None
    return Caption(ms(span[0]), ms(span[1]), text)


def _audible_spans(timeline: Timeline, clip: Callable[[Source], Clip]) -> dict[int, tuple[Frames, Frames]]:
    """First audible frame and one past the last, by the event's number."""
    edges = cache(lambda source: _audible_range(clip(source)))
    spans: dict[int, tuple[Frames, Frames]] = {}
    for placement in timeline.placements:
        if isinstance(placement.source, Utterance):
            first, last = edges(placement.source)
            start, end = Frames(placement.start + first), Frames(placement.start + last)
            known = spans.get(placement.event, (start, end))
            spans[placement.event] = min(known[0], start), max(known[1], end)
    return spans


def _audible_range(clip: Clip) -> tuple[int, int]:
    heard = np.abs(clip.samples) > _AUDIBLE
    return (int(heard.argmax()), clip.length - int(heard[::-1].argmax())) if heard.any() else (0, clip.length)


def _countdown(hold: Event) -> Iterator[Caption]:
    """The time left, changing on the second as a clock on the wall would: `0:30`, `0:29`, to `0:01`."""
    left = -(-(hold.end - hold.start) // SAMPLE_RATE)
    for seconds in range(left, 0, -1):
        begin = max(hold.start, hold.end - seconds * SAMPLE_RATE)
        until = hold.end - (seconds - 1) * SAMPLE_RATE
        if until - begin >= FRAMES_PER_MS:
            yield Caption(ms(Frames(begin)), ms(Frames(until)), format_time(Ms(seconds * SECOND)), said=False)


LINE_WIDTH = 41
"""Letters in a line at most: under 42, as subtitlers count them (Netflix and BBC guides: 37 to 42)."""
_MAX_LINES = 2
"""Lines that are shown together, by the same guides."""
_TOKEN = re.compile(r"\S+\s*")
_CLAUSE = re.compile(r"[,;:.!?…—–、。，；：！？)][\"'“”’»)]*\s*$")
_EAST = re.compile(r"[^、。，；：！？]+[、。，；：！？]*|[、。，；：！？]+")
"""Pieces of a text that knows no spaces."""
_GROUP_COST = 1.0
"""A line of words, or what is shown together."""
_MID_CLAUSE_COST = 0.6
"""Less than a group costs, so that none is added for a single better break."""
_UNEVEN_COST = 0.5


def wrap_lines(text: str, width: int = LINE_WIDTH) -> list[str]:
    """The text, spaces made single, in as few lines as can be; among those, the breaks at clauses and even lengths.

    A word that is longer than a line is cut.
    """
    return [line.strip() for line in _wrap(" ".join(text.split()), width)]


def split_text(text: str) -> list[str]:
    """The same text in parts of at most two of `lines` each: where it has more, cut where clauses end.

    A clause that has more by itself is cut where a line of it ends.
    """
    text = " ".join(text.split())
    parts = [text] if _fullness([text]) <= 1 else _group_pieces(list(_clauses(text)), _fullness)
    return [part.strip() for part in parts if part]


def _fullness(pieces: list[str]) -> float:
    text = "".join(pieces).strip()
    return len(text) / (_MAX_LINES * LINE_WIDTH) if len(_wrap(text, LINE_WIDTH)) <= _MAX_LINES else inf


def _clauses(text: str) -> Iterator[str]:
    begin = 0
    for token in _TOKEN.finditer(text):
        if _CLAUSE.search(token[0]) or token.end() == len(text):
            clause = text[begin : token.end()]
            yield from [clause] if _fullness([clause]) <= 1 else _wrap(clause, LINE_WIDTH)
            begin = token.end()


def _wrap(text: str, width: int) -> list[str]:
    tokens = [piece for token in _TOKEN.findall(text) for piece in _cut_word(token, width)]
    return _group_pieces(tokens, lambda pieces: len("".join(pieces).strip()) / width)


def _group_pieces(pieces: list[str], filled: Callable[[list[str]], float]) -> list[str]:
    """Pieces joined in their order so that the costs are least; `filled` says how full a group is, 1 at most."""
    costs, begins = [0.0], [0]
    """For the first so many pieces: the least cost, and where its last group begins."""
    for stop in range(1, len(pieces) + 1):
        choices = []
        for start in range(stop - 1, -1, -1):
            full = filled(pieces[start:stop])
            if full > 1:
                break
            cost = _cost(full, pieces[stop - 1], last=stop == len(pieces))
            choices.append((costs[start] + cost, start))
        cost, start = min(choices)
        costs.append(cost)
        begins.append(start)
    return _collect_groups(pieces, begins)


def _cost(full: float, end: str, *, last: bool) -> float:
    inside = not last and _CLAUSE.search(end) is None
    return _GROUP_COST + _MID_CLAUSE_COST * inside + _UNEVEN_COST * (1 - full) ** 2


def _collect_groups(pieces: list[str], begins: list[int]) -> list[str]:
    made: list[str] = []
    stop = len(pieces)
    while stop:
        made.append("".join(pieces[begins[stop] : stop]))
        stop = begins[stop]
    return made[::-1]


def _cut_word(token: str, width: int) -> Iterator[str]:
    if len(token.rstrip()) <= width:
        yield token
        return
    for piece in _EAST.findall(token):
        yield from (piece[at : at + width] for at in range(0, len(piece), width))
