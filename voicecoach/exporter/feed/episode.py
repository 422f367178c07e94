"""Episodes: their titles, numbers and dates, and the `<item>` element of each."""

from __future__ import annotations

import html
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import PurePath

from voicecoach.exporter.feed.address import Base
from voicecoach.exporter.feed.markup import ITUNES, PODCAST, child, in_line
from voicecoach.exporter.feed.media_files import Sound
from voicecoach.units import Ms, clock, half_up

__all__ = ["Episode", "Place", "item", "placed", "told_apart"]

_TYPES = {
    "m4a": "audio/x-m4a",  # as Apple asks for it; elsewhere audio/mp4
    "m4b": "audio/mp4",
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "flac": "audio/flac",
    "wav": "audio/wav",
}
_TRANSCRIPTS = {".vtt": "text/vtt", ".srt": "application/x-subrip"}
_LONGEST = 3_500
"""Bytes of a description: Apple takes 4,000, and shows what is before."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an episode stands; given once, and kept."""

    season: int
    episode: int
    published: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """Paths are relative to the folder."""

    guid: str
    name: PurePath
    """Without an ending."""
    title: str
    """In one line."""
    folder: str
    """The one below the folder that it lies in, its season's name; empty for none."""
    sounds: tuple[Sound, ...]
    """The same session in each format, the preferred one first."""
    transcripts: tuple[PurePath, ...]
    chapters: PurePath | None
    cover: PurePath | None
    page: PurePath | None


def item(episode: Episode, place: Place, base: Base) -> ET.Element:
    """As RSS 2.0, Apple Podcasts and Podcasting 2.0 have it."""
    first = episode.sounds[0]
    made = ET.Element("item")
    child(made, "title", episode.title)
    child(made, "description", _description(first))
    if episode.page:
        child(made, "link", base.to(episode.page))
    child(made, "guid", episode.guid, isPermaLink="false")
    child(made, "pubDate", format_datetime(place.published, usegmt=True))
    child(made, "enclosure", url=_url(episode, first, base), length=str(first.size), type=_TYPES[first.kind])
    for sound in episode.sounds[1:]:
        _alternate(made, episode, sound, base)
    child(made, f"{ITUNES}duration", str(max(1, half_up(first.length, 1000))))
    child(made, f"{ITUNES}season", str(place.season))
    child(made, f"{ITUNES}episode", str(place.episode))
    child(made, f"{ITUNES}episodeType", "full")
    child(made, f"{PODCAST}season", str(place.season), name=in_line(episode.folder, 128))
    child(made, f"{PODCAST}episode", str(place.episode))
    if episode.cover:
        child(made, f"{ITUNES}image", href=base.to(episode.cover))
    if episode.chapters:
        child(made, f"{PODCAST}chapters", url=base.to(episode.chapters), type="application/json+chapters")
    for path in episode.transcripts:
        said = {"type": _TRANSCRIPTS[path.suffix], "language": first.language, "rel": "captions"}
        child(made, f"{PODCAST}transcript", url=base.to(path), **said)
    return made


def _alternate(made: ET.Element, episode: Episode, sound: Sound, base: Base) -> None:
    about = {
        "type": _TYPES[sound.kind],
        "length": str(sound.size),
        "bitrate": str(half_up(sound.size * 8_000, sound.length)),
        "lang": sound.language,
        "title": sound.path.suffix[1:].upper(),
    }
    other = child(made, f"{PODCAST}alternateEnclosure", **about)
    child(other, f"{PODCAST}source", uri=_url(episode, sound, base))


def _url(episode: Episode, sound: Sound, base: Base) -> str:
    return base.to(episode.name.with_name(sound.path.name))


def _description(sound: Sound) -> str:
    """HTML, as apps take a description to be: how the session was fitted, and its chapters with their times."""
    about = " · ".join(filter(None, (sound.comment, sound.album, sound.artist, sound.date))) or sound.title
    return f"<p>{_safe(about)}</p>" + "".join(_list(sound.chapters))


def _list(chapters: tuple[tuple[Ms, str], ...]) -> Iterator[str]:
    if not chapters:
        return
    left = _LONGEST
    shown = []
    for start, title in chapters:
        line = f"{clock(start)} {_safe(title)}"
        left -= len(line.encode()) + len("<br/>")
        if left < 0:
            shown.append("…")
            break
        shown.append(line)
    yield f"<p>{'<br/>'.join(shown)}</p>"


def _safe(text: str) -> str:
    return html.escape(text, quote=False)


_APART = timedelta(seconds=1)
"""Between dates of episodes that appear together, since many apps know no other order."""


def placed(episodes: Sequence[Episode], before: Mapping[str, Place], now: datetime) -> dict[str, Place]:
    """By GUID. A folder is a season; numbers are given in the order of `episodes`, the last of them today."""
    new = [episode for episode in episodes if episode.guid not in before]
    date = now.replace(microsecond=0) - _APART * (len(new) - 1)
    if before:
        date = max(date, max(place.published for place in before.values()) + _APART)
    seasons = {episode.folder: before[episode.guid].season for episode in episodes if episode.guid in before}
    last: dict[int, int] = {}
    for place in before.values():
        last[place.season] = max(last.get(place.season, 0), place.episode)
    given = {episode.guid: before[episode.guid] for episode in episodes if episode.guid in before}
    for episode in new:
        season = seasons.setdefault(episode.folder, max(last, default=0) + 1)
        last[season] = last.get(season, 0) + 1
        given[episode.guid] = Place(season, last[season], date)
        date += _APART
    return given


def told_apart(episodes: Sequence[Episode]) -> tuple[Episode, ...]:
    """Namesakes in one folder get behind their titles in what they differ: how they were fitted, and their voices."""
    namesakes: defaultdict[tuple[str, str], list[Episode]] = defaultdict(list)
    for episode in episodes:
        namesakes[episode.folder, episode.title].append(episode)
    return tuple(_titled(episode, namesakes[episode.folder, episode.title]) for episode in episodes)


def _titled(episode: Episode, namesakes: Sequence[Episode]) -> Episode:
    fitted, voices = {other.sounds[0].comment for other in namesakes}, {other.sounds[0].artist for other in namesakes}
    own = episode.sounds[0]
    said = [own.comment if len(fitted) > 1 else "", own.artist if len(voices) > 1 else ""]
    told = ", ".join(filter(None, said))
    return replace(episode, title=f"{episode.title} ({told})") if told else episode
