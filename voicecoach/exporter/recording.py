"""The content of a file apart from its samples: tags, chapters, captions and activities.

It has the same form for every format.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypeAlias, TypeVar

from voicecoach.exporter.caption_track import Caption, caption_track
from voicecoach.routine import Side
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Source, Span, Timeline
from voicecoach.units import Frames, Ms, format_time, ms

__all__ = [
    "Activity",
    "ActivityKind",
    "Recording",
    "Tags",
    "Timed",
    "activities",
    "iso_639_1",
    "iso_639_2",
    "make_recording",
    "split_by_move",
    "tags_of",
]

_LANGUAGES = {
    "ar": "ara", "bg": "bul", "ca": "cat", "cs": "ces", "cy": "cym", "da": "dan", "de": "deu", "el": "ell",
    "en": "eng", "eo": "epo", "es": "spa", "et": "est", "eu": "eus", "fa": "fas", "fi": "fin", "fr": "fra",
    "ga": "gle", "gl": "glg", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "id": "ind", "is": "isl",
    "it": "ita", "ja": "jpn", "ka": "kat", "ko": "kor", "la": "lat", "lt": "lit", "lv": "lav", "mk": "mkd",
    "nb": "nob", "nl": "nld", "no": "nor", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sk": "slk",
    "sl": "slv", "sq": "sqi", "sr": "srp", "sv": "swe", "ta": "tam", "th": "tha", "tr": "tur", "uk": "ukr",
    "ur": "urd", "vi": "vie", "zh": "zho",
}  # fmt: skip
"""ISO 639-1 → ISO 639-2/T, which MP4 and ID3 ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """Each in one line; what is empty is not written."""

    title: str
    album: str = ""
    artist: str = ""
    comment: str = ""
    language: str = ""
    """BCP 47."""
    date: str = ""
    """`YYYY-MM-DD`."""
    track: tuple[int, int] | None = None
    """Which of how many, where a session is split."""

    @property
    def known(self) -> dict[str, str]:
        """All that there is to write, language included, under FFmpeg's names."""
        track = "" if self.track is None else f"{self.track[0]}/{self.track[1]}"
        named = {
            "title": self.title,
            "artist": self.artist,
            "album": self.album,
            "comment": self.comment,
            "date": self.date,
            "language": self.language,
            "track": track,
        }
        return {name: value for name, value in named.items() if value}


def tags_of(timeline: Timeline, *, voice: str = "", choices: Mapping[str, Any] | None = None, date: str = "") -> Tags:
    """The tags of a session, spoken by `voice`; `choices` are plain values, as the log keeps them."""
    return Tags(
        title=_single_line(timeline.title),
        album=_single_line(", ".join(timeline.tags)),
        artist=_single_line(voice),
        comment=_single_line(_comment(timeline, choices or {})),
        language=timeline.language,
        date=date,
    )


def iso_639_2(language: str) -> str:
    """`de-AT` → `deu`; `und`, as the standard has it, where there is no such code here."""
    primary = language.lower().partition("-")[0]
    return primary if len(primary) == 3 else _LANGUAGES.get(primary, "und")


def iso_639_1(language: str) -> str:
    """The way back from `three_letters`, as far as there is one: `deu` → `de`; what is none stays as it is."""
    if language.lower() == "und":
        return ""
    return next((short for short, long in _LANGUAGES.items() if long == language.lower()), language)


def _comment(timeline: Timeline, choices: Mapping[str, Any]) -> str:
    """How the session was fitted, each choice as it would be typed."""
    told = [f"level {timeline.level}", format_time(ms(timeline.length))]
    for name, word in (("options", "with"), ("only", "only"), ("skip", "skip")):
        told += [f"{word} {value}" for value in choices.get(name, ())]
    if choices.get("side", "both") != "both":
        told.append(f"side {choices['side']}")
    if choices.get("speed", 100) != 100:
        told.append(f"speed {choices['speed'] / 100:g}")
    if not choices.get("intro", True):
        told.append("no intro")
    return ", ".join(told)


def _single_line(text: str) -> str:
    return " ".join(text.split())


ActivityKind: TypeAlias = Literal["hold", "count", "breathe", "wait"]


@dataclass(frozen=True, slots=True)
class Activity:
    """A stretch of time with something to do."""

    start: Ms
    end: Ms
    kind: ActivityKind
    side: Side | None = None


def activities(timeline: Timeline) -> tuple[Activity, ...]:
    """All of a session, in order."""
    return tuple(
        Activity(ms(event.start), ms(event.end), event.kind, event.side)
        for event in timeline.events
        if event.kind in ("hold", "count", "breathe", "wait")
    )


Timed = TypeVar("Timed", Caption, Activity)
"""What lies between two times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A session, or one move of it, as a file holds it; all times from the file's own beginning."""

    length: Frames
    tags: Tags
    chapters: tuple[Span, ...] = ()
    """Each title in one line."""
    captions: tuple[Caption, ...] = ()
    """What is said, to be embedded and written beside."""
    activities: tuple[Activity, ...] = ()
    """Holds, counts, breaths and waits, in order."""
    about: str = ""
    needs: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    cover: bytes = b""
    """A PNG; empty for none."""
    bit_rate: int | None = None
    """Bits a second; None is the format's own."""
    channels: int = 1
    """1, or 2 with the same sound in both."""
    start: Frames = Frames(0)
    """Where in the session it begins."""

    @property
    def digest(self) -> str:
        """What the session is, as 32 hexadecimal digits: the same whenever, and however, the same one is written."""
        what = (
            self.start,
            self.length,
            (self.tags.title, self.tags.artist, self.tags.language),
            [(span.title, span.start, span.end) for span in self.chapters],
            [asdict(cue) for cue in self.captions if cue.said],
            [asdict(clock) for clock in self.activities],
            (self.about, self.needs, self.cautions),
        )
        return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:32]


def make_recording(
    timeline: Timeline,
    clip: Callable[[Source], Clip],
    *,
    tags: Tags | None = None,
    holds: bool = False,
    bit_rate: int | None = None,
    channels: int = 1,
    cover: bytes = b"",
) -> Recording:
    """Everything about `timeline`; without `tags`, what it knows by itself.

    `clip` as for `Mix`.
    """
    return Recording(
        length=timeline.length,
        tags=tags or tags_of(timeline),
        chapters=tuple(replace(move, title=" ".join(move.title.split())) for move in timeline.moves),
        captions=caption_track(timeline, clip, holds=holds),
        activities=activities(timeline),
        about=timeline.about,
        needs=timeline.needs,
        cautions=timeline.cautions,
        cover=cover,
        bit_rate=bit_rate,
        channels=channels,
    )


def split_by_move(whole: Recording) -> Iterator[Recording]:
    """One for each move, with the opening before the first and the closing behind the last: nothing is lost."""
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


def _within(found: tuple[Timed, ...], start: Ms, end: Ms) -> Iterator[Timed]:
    for each in found:
        if start <= each.start < end:
            yield replace(each, start=Ms(each.start - start), end=Ms(min(each.end, end) - start))
