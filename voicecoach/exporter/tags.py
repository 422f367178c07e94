"""What a file says of itself: title, album, artist and the like, the same words in every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voicecoach.timeline import Timeline
from voicecoach.units import clock, ms

__all__ = ["Tags", "tags_of", "three_letters", "two_letters"]

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
        title=_in_line(timeline.title),
        album=_in_line(", ".join(timeline.tags)),
        artist=_in_line(voice),
        comment=_in_line(_comment(timeline, choices or {})),
        language=timeline.language,
        date=date,
    )


def three_letters(language: str) -> str:
    """`de-AT` → `deu`; `und`, as the standard has it, where there is no such code here."""
    primary = language.lower().partition("-")[0]
    return primary if len(primary) == 3 else _LANGUAGES.get(primary, "und")


def two_letters(language: str) -> str:
    """The way back from `three_letters`, as far as there is one: `deu` → `de`; what is none stays as it is."""
    if language.lower() == "und":
        return ""
    return next((short for short, long in _LANGUAGES.items() if long == language.lower()), language)


def _comment(timeline: Timeline, choices: Mapping[str, Any]) -> str:
    """How the session was fitted, each choice as it would be typed."""
    told = [f"level {timeline.level}", clock(ms(timeline.length))]
    for name, word in (("options", "with"), ("only", "only"), ("skip", "skip")):
        told += [f"{word} {value}" for value in choices.get(name, ())]
    if choices.get("side", "both") != "both":
        told.append(f"side {choices['side']}")
    if choices.get("speed", 100) != 100:
        told.append(f"speed {choices['speed'] / 100:g}")
    if not choices.get("intro", True):
        told.append("no intro")
    return ", ".join(told)


def _in_line(text: str) -> str:
    return " ".join(text.split())
