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

from voicecoach.exporter.feed.address import BaseUrl
from voicecoach.exporter.feed.markup import ITUNES, PODCAST, add_child, single_line
from voicecoach.exporter.feed.media_files import MediaFile
from voicecoach.units import Ms, format_time, round_half_up

__all__ = ["Episode", "EpisodePosition", "assign_positions", "disambiguate_titles", "item"]

_TYPES = {
    "m4a": "audio/x-m4a",  # as Apple asks for it; elsewhere audio/mp4
    "m4b": "audio/mp4",
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "flac": "audio/flac",
    "wav": "audio/wav",
}
_TRANSCRIPTS = {".vtt": "text/vtt", ".srt": "application/x-subrip"}
_MAX_DESCRIPTION = 3_500
"""Bytes of a description: Apple takes 4,000, and shows what is before."""


@dataclass(frozen=True, slots=True, order=True)
class EpisodePosition:
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
    sounds: tuple[MediaFile, ...]
    """The same session in each format, the preferred one first."""
    transcripts: tuple[PurePath, ...]
    chapters: PurePath | None
    cover: PurePath | None
    page: PurePath | None


def item(episode: Episode, place: EpisodePosition, base: BaseUrl) -> ET.Element:
    """As RSS 2.0, Apple Podcasts and Podcasting 2.0 have it."""
    first = episode.sounds[0]
    made = ET.Element("item")
    add_child(made, "title", episode.title)
    add_child(made, "description", _description(first))
    if episode.page:
        add_child(made, "link", base.to(episode.page))
    add_child(made, "guid", episode.guid, isPermaLink="false")
    add_child(made, "pubDate", format_datetime(place.published, usegmt=True))
    add_child(made, "enclosure", url=_url(episode, first, base), length=str(first.size), type=_TYPES[first.kind])
    for sound in episode.sounds[1:]:
        _add_alternate(made, episode, sound, base)
    add_child(made, f"{ITUNES}duration", str(max(1, round_half_up(first.length, 1000))))
    add_child(made, f"{ITUNES}season", str(place.season))
    add_child(made, f"{ITUNES}episode", str(place.episode))
    add_child(made, f"{ITUNES}episodeType", "full")
    add_child(made, f"{PODCAST}season", str(place.season), name=single_line(episode.folder, 128))
    add_child(made, f"{PODCAST}episode", str(place.episode))
    if episode.cover:
        add_child(made, f"{ITUNES}image", href=base.to(episode.cover))
    if episode.chapters:
        add_child(made, f"{PODCAST}chapters", url=base.to(episode.chapters), type="application/json+chapters")
    for path in episode.transcripts:
        said = {"type": _TRANSCRIPTS[path.suffix], "language": first.language, "rel": "captions"}
        add_child(made, f"{PODCAST}transcript", url=base.to(path), **said)
    return made


def _add_alternate(made: ET.Element, episode: Episode, sound: MediaFile, base: BaseUrl) -> None:
    about = {
        "type": _TYPES[sound.kind],
        "length": str(sound.size),
        "bitrate": str(round_half_up(sound.size * 8_000, sound.length)),
        "lang": sound.language,
        "title": sound.path.suffix[1:].upper(),
    }
    other = add_child(made, f"{PODCAST}alternateEnclosure", **about)
    add_child(other, f"{PODCAST}source", uri=_url(episode, sound, base))


def _url(episode: Episode, sound: MediaFile, base: BaseUrl) -> str:
    return base.to(episode.name.with_name(sound.path.name))


def _description(sound: MediaFile) -> str:
    """HTML, as apps take a description to be: how the session was fitted, and its chapters with their times."""
    about = " · ".join(filter(None, (sound.comment, sound.album, sound.artist, sound.date))) or sound.title
    return f"<p>{_escape(about)}</p>" + "".join(_chapter_list(sound.chapters))


def _chapter_list(chapters: tuple[tuple[Ms, str], ...]) -> Iterator[str]:
    if not chapters:
        return
    left = _MAX_DESCRIPTION
    shown = []
    for start, title in chapters:
        line = f"{format_time(start)} {_escape(title)}"
        left -= len(line.encode()) + len("<br/>")
        if left < 0:
            shown.append("…")
            break
        shown.append(line)
    yield f"<p>{'<br/>'.join(shown)}</p>"


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


_SPACING = timedelta(seconds=1)
"""Between dates of episodes that appear together, since many apps know no other order."""


def assign_positions(
    episodes: Sequence[Episode], before: Mapping[str, EpisodePosition], now: datetime
) -> dict[str, EpisodePosition]:
    """By GUID. A folder is a season; numbers are given in the order of `episodes`, the last of them today."""
    new = [episode for episode in episodes if episode.guid not in before]
    date = now.replace(microsecond=0) - _SPACING * (len(new) - 1)
    if before:
        date = max(date, max(place.published for place in before.values()) + _SPACING)
    seasons = {episode.folder: before[episode.guid].season for episode in episodes if episode.guid in before}
    last: dict[int, int] = {}
    for place in before.values():
        last[place.season] = max(last.get(place.season, 0), place.episode)
    given = {episode.guid: before[episode.guid] for episode in episodes if episode.guid in before}
    for episode in new:
        season = seasons.setdefault(episode.folder, max(last, default=0) + 1)
        last[season] = last.get(season, 0) + 1
        given[episode.guid] = EpisodePosition(season, last[season], date)
        date += _SPACING
    return given


def disambiguate_titles(episodes: Sequence[Episode]) -> tuple[Episode, ...]:
    """Namesakes in one folder get behind their titles in what they differ: how they were fitted, and their voices."""
    namesakes: defaultdict[tuple[str, str], list[Episode]] = defaultdict(list)
    for episode in episodes:
        namesakes[episode.folder, episode.title].append(episode)
    return tuple(_disambiguate(episode, namesakes[episode.folder, episode.title]) for episode in episodes)


def _disambiguate(episode: Episode, namesakes: Sequence[Episode]) -> Episode:
    fitted, voices = {other.sounds[0].comment for other in namesakes}, {other.sounds[0].artist for other in namesakes}
    own = episode.sounds[0]
    said = [own.comment if len(fitted) > 1 else "", own.artist if len(voices) > 1 else ""]
    told = ", ".join(filter(None, said))
    return replace(episode, title=f"{episode.title} ({told})") if told else episode
