"""Captions: when each text is audible, and how long texts are split and broken into lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, pairwise, zip_longest
from math import inf

import numpy as np

from voicecoach.exporter.plain_text import single_line
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Event, Source, Timeline, Utterance
from voicecoach.units import FRAMES_PER_MS, SAMPLE_RATE, SECOND, Frames, Ms, format_time, ms, round_half_up

LINE_WIDTH = 41
"""Characters in a line at most. The Netflix and BBC subtitle guides allow 37 to 42."""
_MAX_LINES = 2
"""Lines shown together, by the same guides."""
SHORTEST = Ms(-(-5 * SECOND // 6))
"""Five sixths of a second, which the Netflix guide asks for: a number that is counted is over in a third."""
_AUDIBLE = 0.001
"""−60 dBFS: below the softest end of a word at our level, above the noise of 16 bits and of engines."""
_WORD = re.compile(r"\S+\s*")
_CLAUSE_END = re.compile(r"[,;:.!?…—–)][\"'“”’»)]*\s*$")
_GROUP_COST = 1.0
_MID_CLAUSE_COST = 0.6
"""Less than a group costs, so that no group is added for the sake of one better break."""
_UNEVEN_COST = 0.5


@dataclass(frozen=True, slots=True)
class Caption:
    """A text and when to show it."""

    start: Ms
    end: Ms
    """Never before `start`, and within the session."""
    text: str
    """In one line, as its writer spelled it."""
    said: bool = True
    """False for the time left of a hold."""


def caption_track(timeline: Timeline, clip: Callable[[Source], Clip], *, holds: bool = False) -> tuple[Caption, ...]:
    """Return a caption for each spoken text, sorted by start; with `holds`, also one for each second of a hold.

    A short one is shown for longer than it is audible, so that it can be read.

    `clip` is called once for each distinct source.
    """
    spans = _audible_spans(timeline, clip)
    captions: list[Caption] = []
    for index, event in enumerate(timeline.events):
        text = single_line(event.text or "")
        if event.kind == "say" and text:
            start, end = spans.get(index, (event.start, event.end))
            captions.append(Caption(ms(start), ms(end), text))
        elif event.kind == "hold" and holds:
            captions += _countdown(event)
    return lengthen_short_captions(_sorted(captions), ms(timeline.length))


def lengthen_short_captions(captions: Iterable[Caption], length: Ms) -> tuple[Caption, ...]:
    """Show each spoken text for at least `SHORTEST`, or until the next one begins or the session ends.

    The captions are sorted by start, and the time left of a hold stays as it is.
    """
    captions = tuple(captions)
    limits = [caption.start for caption in captions if caption.said][1:]
    ends = iter([*limits, length])
    return tuple(_lengthen(caption, next(ends)) if caption.said else caption for caption in captions)


def one_at_a_time(captions: Iterable[Caption]) -> list[Caption]:
    """Remove overlaps, for formats that show a single text.

    A spoken text ends when the next one begins. A hold's time is shown only while nothing is said.
    """
    captions = list(captions)
    said = [caption for caption in captions if caption.said]
    shown = [
        caption if following is None else replace(caption, end=min(caption.end, max(caption.start, following.start)))
        for caption, following in zip_longest(said, said[1:])
    ]
    times: list[Caption] = []
    index = 0
    for time in (caption for caption in captions if not caption.said):
        while index < len(shown) and shown[index].end <= time.start:
            index += 1
        if (index == len(shown) or time.end <= shown[index].start) and (not times or times[-1].end <= time.start):
            times.append(time)
    return sorted((each for each in (*shown, *times) if each.start < each.end), key=lambda each: each.start)


def lyric_lines(captions: Iterable[Caption], gap: int = 0) -> Iterator[tuple[Ms, str]]:
    """Give each text with its start, and an empty text at its end where more than `gap` ms without text follow."""
    shown = one_at_a_time(captions)
    for caption, following in zip_longest(shown, shown[1:]):
        yield caption.start, caption.text
        if following is None or following.start - caption.end > gap:
            yield caption.end, ""


def split_long_captions(captions: Iterable[Caption]) -> tuple[Caption, ...]:
    """Split captions of more than two lines; the parts share the time in proportion to their characters."""
    return _sorted(part for caption in captions for part in _split_caption(caption))


def wrap_lines(text: str, width: int = LINE_WIDTH) -> list[str]:
    """Break a text into as few lines as possible, preferably after clauses and into even lengths.

    White space becomes single spaces, and a word longer than a line is cut.
    """
    return [line.strip() for line in _wrap(" ".join(text.split()), width)]


def split_text(text: str) -> list[str]:
    """Split a text into parts of at most two lines: between clauses or, in a longer clause, between its lines."""
    text = " ".join(text.split())
    parts = [text] if _fullness([text]) <= 1 else _join(list(_clauses(text)), _fullness)
    return [part.strip() for part in parts if part]


def _lengthen(caption: Caption, limit: Ms) -> Caption:
    return replace(caption, end=max(caption.end, min(Ms(caption.start + SHORTEST), limit)))


def _sorted(captions: Iterable[Caption]) -> tuple[Caption, ...]:
    return tuple(sorted(captions, key=lambda caption: (caption.start, caption.end)))


def _split_caption(caption: Caption) -> Iterator[Caption]:
    texts = split_text(caption.text)
    sizes = list(accumulate(map(len, texts), initial=0))
    length, total = caption.end - caption.start, sizes[-1] or 1
    times = [Ms(caption.start + round_half_up(length * size, total)) for size in sizes]
    for text, (start, end) in zip(texts, pairwise(times), strict=True):
        yield replace(caption, start=start, end=end, text=text)


def _audible_spans(timeline: Timeline, clip: Callable[[Source], Clip]) -> dict[int, tuple[Frames, Frames]]:
    """First audible frame and one past the last, by the event's index."""
    audible_range = cache(lambda source: _audible_range(clip(source)))
    spans: dict[int, tuple[Frames, Frames]] = {}
    for placement in timeline.placements:
        if isinstance(placement.source, Utterance):
            first, last = audible_range(placement.source)
            start, end = Frames(placement.start + first), Frames(placement.start + last)
            known = spans.get(placement.event, (start, end))
            spans[placement.event] = min(known[0], start), max(known[1], end)
    return spans


def _audible_range(clip: Clip) -> tuple[int, int]:
    audible = np.abs(clip.samples) > _AUDIBLE
    return (int(audible.argmax()), clip.length - int(audible[::-1].argmax())) if audible.any() else (0, clip.length)


def _countdown(hold: Event) -> Iterator[Caption]:
    """The time left, changing on the second as on a clock: `0:30`, `0:29`, to `0:01`."""
    seconds_left = -(-(hold.end - hold.start) // SAMPLE_RATE)
    for seconds in range(seconds_left, 0, -1):
        start = max(hold.start, hold.end - seconds * SAMPLE_RATE)
        end = hold.end - (seconds - 1) * SAMPLE_RATE
        if end - start >= FRAMES_PER_MS:
            yield Caption(ms(Frames(start)), ms(Frames(end)), format_time(Ms(seconds * SECOND)), said=False)


def _clauses(text: str) -> Iterator[str]:
    """The clauses of a text, those that are too long for a caption as lines."""
    start = 0
    for word in _WORD.finditer(text):
        if _CLAUSE_END.search(word[0]) or word.end() == len(text):
            clause = text[start : word.end()]
            yield from [clause] if _fullness([clause]) <= 1 else _wrap(clause, LINE_WIDTH)
            start = word.end()


def _fullness(pieces: list[str]) -> float:
    """How much of a caption the pieces take; infinite if they need too many lines."""
    text = "".join(pieces).strip()
    rest = text
    for _ in range(_MAX_LINES):
        if len(rest) <= LINE_WIDTH:
            return len(text) / (_MAX_LINES * LINE_WIDTH)
        end = rest.rfind(" ", 0, LINE_WIDTH + 1)
        rest = rest[LINE_WIDTH:] if end < 0 else rest[end + 1 :]
    return inf


def _wrap(text: str, width: int) -> list[str]:
    words = [piece for word in _WORD.findall(text) for piece in _cut(word, width)]
    return _join(words, lambda pieces: len("".join(pieces).strip()) / width)


def _cut(word: str, width: int) -> list[str]:
    if len(word.rstrip()) <= width:
        return [word]
    return [word[at : at + width] for at in range(0, len(word), width)]


def _join(pieces: list[str], fullness: Callable[[list[str]], float]) -> list[str]:
    """Join pieces into groups at the least total cost. `fullness` is at most 1 for a group that fits."""
    costs, starts = [0.0], [0]  # for the first n pieces: the least cost, and where the last group starts
    for stop in range(1, len(pieces) + 1):
        choices = []
        for start in range(stop - 1, -1, -1):
            full = fullness(pieces[start:stop])
            if full > 1:
                break
            cost = _cost(full, pieces[stop - 1], last=stop == len(pieces))
            choices.append((costs[start] + cost, start))
        cost, start = min(choices)
        costs.append(cost)
        starts.append(start)
    groups: list[str] = []
    stop = len(pieces)
    while stop:
        groups.append("".join(pieces[starts[stop] : stop]))
        stop = starts[stop]
    return groups[::-1]


def _cost(fullness: float, last_piece: str, *, last: bool) -> float:
    mid_clause = not last and _CLAUSE_END.search(last_piece) is None
    return _GROUP_COST + _MID_CLAUSE_COST * mid_clause + _UNEVEN_COST * (1 - fullness) ** 2
