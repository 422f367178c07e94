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
from voicecoach.exporter.feed.markup import ITUNES, PODCAST, add_child
from voicecoach.exporter.feed.media_files import MediaFile
from voicecoach.exporter.plain_text import single_line
from voicecoach.units import Ms, format_time, round_half_up

_SPACING = timedelta(seconds=1)
"""Between the dates of episodes published together, since many apps sort by date alone."""
_MAX_DESCRIPTION = 3_500
"""Bytes of the chapters in a description; Apple takes 4,000 for all of it."""
_TRANSCRIPT_TYPES = {".vtt": "text/vtt", ".srt": "application/x-subrip"}


@dataclass(frozen=True, slots=True, order=True)
class EpisodePosition:
    """Season, number and date of an episode; they never change."""

    season: int
    episode: int
    published: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One session; paths are relative to the podcast's folder."""

    guid: str
    name: PurePath
    """Without an extension."""
    title: str
    """In one line."""
    folder: str
    """The subfolder, which names the season; empty for none."""
    media: tuple[MediaFile, ...]
    """The session in each format, the preferred one first."""
    transcripts: tuple[PurePath, ...]
    chapters: PurePath | None
    cover: PurePath | None
    page: PurePath | None


def assign_positions(
    episodes: Sequence[Episode], before: Mapping[str, EpisodePosition], now: datetime
) -> dict[str, EpisodePosition]:
    """Number and date new episodes, in their order and up to `now`; keep the positions of those in `before`.

    A folder is a season. Keys are GUIDs.
    """
    new = [episode for episode in episodes if episode.guid not in before]
    date = now.replace(microsecond=0) - _SPACING * (len(new) - 1)
    if before:
        date = max(date, max(position.published for position in before.values()) + _SPACING)
    positions = {episode.guid: before[episode.guid] for episode in episodes if episode.guid in before}
    seasons = {episode.folder: before[episode.guid].season for episode in episodes if episode.guid in before}
    last: dict[int, int] = {}
    for position in before.values():
        last[position.season] = max(last.get(position.season, 0), position.episode)
    for episode in new:
        season = seasons.setdefault(episode.folder, max(last, default=0) + 1)
        last[season] = last.get(season, 0) + 1
        positions[episode.guid] = EpisodePosition(season, last[season], date)
        date += _SPACING
    return positions


def disambiguate_titles(episodes: Sequence[Episode]) -> tuple[Episode, ...]:
    """Append to equal titles in one folder the level and length, or the voice, if these differ."""
    namesakes: defaultdict[tuple[str, str], list[Episode]] = defaultdict(list)
    for episode in episodes:
        namesakes[episode.folder, episode.title].append(episode)
    return tuple(_disambiguate(episode, namesakes[episode.folder, episode.title]) for episode in episodes)


def _disambiguate(episode: Episode, namesakes: Sequence[Episode]) -> Episode:
    media = [other.media[0] for other in namesakes]
    comments, artists = {file.comment for file in media}, {file.artist for file in media}
    own = episode.media[0]
    parts = [own.comment if len(comments) > 1 else "", own.artist if len(artists) > 1 else ""]
    suffix = ", ".join(filter(None, parts))
    return replace(episode, title=f"{episode.title} ({suffix})") if suffix else episode


def item_element(episode: Episode, position: EpisodePosition, base: BaseUrl) -> ET.Element:
    """The `<item>` as RSS 2.0, Apple Podcasts and Podcasting 2.0 define it."""
    first, *alternates = episode.media
    item = ET.Element("item")
    add_child(item, "title", episode.title)
    add_child(item, "description", _description(first))
    if episode.page:
        add_child(item, "link", base.url_of(episode.page))
    add_child(item, "guid", episode.guid, isPermaLink="false")
    add_child(item, "pubDate", format_datetime(position.published, usegmt=True))
    url = _media_url(episode, first, base)
    add_child(item, "enclosure", url=url, length=str(first.size), type=first.media_type)
    for file in alternates:
        _add_alternate(item, file, _media_url(episode, file, base))
    add_child(item, f"{ITUNES}duration", str(max(1, round_half_up(first.length, 1000))))
    add_child(item, f"{ITUNES}season", str(position.season))
    add_child(item, f"{ITUNES}episode", str(position.episode))
    add_child(item, f"{ITUNES}episodeType", "full")
    add_child(item, f"{PODCAST}season", str(position.season), name=single_line(episode.folder, 128))
    add_child(item, f"{PODCAST}episode", str(position.episode))
    if episode.cover:
        add_child(item, f"{ITUNES}image", href=base.url_of(episode.cover))
    if episode.chapters:
        add_child(item, f"{PODCAST}chapters", url=base.url_of(episode.chapters), type="application/json+chapters")
    for path in episode.transcripts:
        kind = {"type": _TRANSCRIPT_TYPES[path.suffix], "language": first.language, "rel": "captions"}
        add_child(item, f"{PODCAST}transcript", url=base.url_of(path), **kind)
    return item


def _add_alternate(item: ET.Element, file: MediaFile, url: str) -> None:
    attributes = {
        "type": file.media_type,
        "length": str(file.size),
        "bitrate": str(round_half_up(file.size * 8_000, file.length)),
        "lang": file.language,
        "title": file.path.suffix[1:].upper(),
    }
    alternate = add_child(item, f"{PODCAST}alternateEnclosure", **attributes)
    add_child(alternate, f"{PODCAST}source", uri=url)


def _media_url(episode: Episode, file: MediaFile, base: BaseUrl) -> str:
    return base.url_of(episode.name.with_name(file.path.name))


def _description(file: MediaFile) -> str:
    """HTML: the file's tags, and its chapters with their times."""
    about = " · ".join(filter(None, (file.comment, file.album, file.artist, file.date))) or file.title
    chapters = "<br/>".join(_chapter_lines(file.chapters))
    return f"<p>{_escape(about)}</p>" + (f"<p>{chapters}</p>" if chapters else "")


def _chapter_lines(chapters: tuple[tuple[Ms, str], ...]) -> Iterator[str]:
    left = _MAX_DESCRIPTION
    for start, title in chapters:
        line = f"{format_time(start)} {_escape(title)}"
        left -= len(line.encode()) + len("<br/>")
        if left < 0:
            yield "…"
            return
        yield line


def _escape(text: str) -> str:
    return html.escape(text, quote=False)
