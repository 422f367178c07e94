"""The content of a file apart from its samples: tags, chapters, captions and activities.

It has the same form for every format.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypeVar

from voicecoach.exporter.caption_track import Caption, caption_track
from voicecoach.exporter.plain_text import single_line
from voicecoach.routine import Side
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Source, Span, Timeline
from voicecoach.units import Frames, Ms, format_time, ms

_ISO_639_2 = {"de": "deu", "en": "eng", "es": "spa", "fr": "fra"}
"""The three letters that MP4 and ID3 ask for (ISO 639-2/T), for each language that a session can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """The tags of a file, each in one line. Empty ones are not written."""

    title: str
    artist: str = ""
    album: str = ""
    comment: str = ""
    date: str = ""
    """`YYYY-MM-DD`."""
    language: str = ""
    """BCP 47."""
    track: tuple[int, int] | None = None
    """Number and total, in a session that is split."""

    def __post_init__(self) -> None:
        for name in ("title", "artist", "album", "comment", "date", "language"):
            object.__setattr__(self, name, single_line(getattr(self, name)))

    @property
    def by_name(self) -> dict[str, str]:
        """The tags that are not empty, by FFmpeg's names."""
        track = "" if self.track is None else f"{self.track[0]}/{self.track[1]}"
        return {name: value for name, value in {**asdict(self), "track": track}.items() if value}


def tags_of(timeline: Timeline, *, voice: str = "", choices: Mapping[str, Any] | None = None, date: str = "") -> Tags:
    """Return the tags of a session; `choices` are plain values, as in the session log."""
    return Tags(
        title=timeline.title,
        album=", ".join(timeline.tags),
        artist=voice,
        comment=_comment(timeline, choices or {}),
        language=timeline.language,
        date=date,
    )


def iso_639_2(language: str) -> str:
    """Return the three-letter code of a BCP 47 language (`de-AT` → `deu`), or `und` if there is none."""
    primary = language.lower().partition("-")[0]
    return primary if len(primary) == 3 and primary.isascii() and primary.isalpha() else _ISO_639_2.get(primary, "und")


def iso_639_1(language: str) -> str:
    """Return the two-letter code for a three-letter one (`deu` → `de`); leave other languages as they are."""
    if language.lower() == "und":
        return ""
    return next((short for short, long in _ISO_639_2.items() if long == language.lower()), language)


@dataclass(frozen=True, slots=True)
class Activity:
    """A stretch of time in which the listener does something."""

    start: Ms
    end: Ms
    kind: Literal["hold", "count", "breathe", "wait"]
    side: Side | None = None


Timed = TypeVar("Timed", Caption, Activity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """All but the sound of a file that holds a session, or one move of it. Times count from the start of the file."""

    length: Frames
    tags: Tags
    chapters: tuple[Span, ...] = ()
    """Each title in one line; the number of a move that has none."""
    captions: tuple[Caption, ...] = ()
    activities: tuple[Activity, ...] = ()
    about: str = ""
    needs: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    cover: bytes = b""
    """A PNG, or empty."""
    bit_rate: int | None = None
    """Bits per second; None for the format's default."""
    channels: int = 1
    """1, or 2 with the same sound in both."""
    start: Frames = Frames(0)
    """Where in the session the file starts."""

    @property
    def digest(self) -> str:
        """32 hexadecimal digits that identify the session, however and whenever it is exported."""
        content = (
            self.start,
            self.length,
            (self.tags.title, self.tags.artist, self.tags.language),
            [(span.title, span.start, span.end) for span in self.chapters],
            [asdict(caption) for caption in self.captions if caption.said],
            [asdict(activity) for activity in self.activities],
            (self.about, self.needs, self.cautions),
        )
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]


def make_metadata(
    timeline: Timeline, clip: Callable[[Source], Clip], *, tags: Tags | None = None, holds: bool = False
) -> Metadata:
    """Describe a whole session. Without `tags`, they come from the timeline alone; `clip` as for `Mix`."""
    return Metadata(
        length=timeline.length,
        tags=tags or tags_of(timeline),
        chapters=tuple(
            replace(move, title=single_line(move.title) or str(number)) for number, move in enumerate(timeline.moves, 1)
        ),
        captions=caption_track(timeline, clip, holds=holds),
        activities=tuple(_activities(timeline)),
        about=single_line(timeline.about),
        needs=tuple(filter(None, map(single_line, timeline.needs))),
        cautions=tuple(filter(None, map(single_line, timeline.cautions))),
    )


def split_by_move(whole: Metadata) -> Iterator[Metadata]:
    """Split a session by moves. The first includes the opening, the last the closing."""
    moves = whole.chapters
    starts = [Frames(0), *(move.start for move in moves[1:])]
    ends = [*starts[1:], whole.length]
    for number, (move, start, end) in enumerate(zip(moves, starts, ends, strict=True), 1):
        tags = replace(whole.tags, title=move.title, album=whole.tags.title, track=(number, len(moves)))
        chapter = replace(move, start=Frames(move.start - start), end=Frames(min(move.end, end) - start))
        yield replace(
            whole,
            start=start,
            length=Frames(end - start),
            tags=tags,
            chapters=(chapter,),
            captions=tuple(_within(whole.captions, ms(start), ms(end))),
            activities=tuple(_within(whole.activities, ms(start), ms(end))),
        )


def _activities(timeline: Timeline) -> Iterator[Activity]:
    for event in timeline.events:
        if event.kind in ("hold", "count", "breathe", "wait"):
            yield Activity(ms(event.start), ms(event.end), event.kind, event.side)


def _within(items: Sequence[Timed], start: Ms, end: Ms) -> Iterator[Timed]:
    """The items that start within a stretch of time; they are sorted by start."""
    first, last = (bisect_left(items, at, key=lambda item: item.start) for at in (start, end))
    for item in items[first:last]:
        yield replace(item, start=Ms(item.start - start), end=Ms(min(item.end, end) - start))


def _comment(timeline: Timeline, choices: Mapping[str, Any]) -> str:
    """The level, the length, and each choice as a user would type it."""
    parts = [f"level {timeline.level}", format_time(ms(timeline.length))]
    for name, word in (("options", "with"), ("only", "only"), ("skip", "skip")):
        parts += [f"{word} {value}" for value in choices.get(name, ())]
    if choices.get("side", "both") != "both":
        parts.append(f"side {choices['side']}")
    if choices.get("speed", 100) != 100:
        parts.append(f"speed {choices['speed'] / 100:g}")
    if not choices.get("intro", True):
        parts.append("no intro")
    return ", ".join(parts)
