"""Publishes a folder: reads its episodes, and writes its feed where anything has changed."""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from pathlib import Path, PurePath

from voicecoach.errors import FileError
from voicecoach.exporter.feed.address import BaseUrl, encode_path
from voicecoach.exporter.feed.channel import PodcastInfo, channel, describe_titles, most_common_language
from voicecoach.exporter.feed.episode import Episode, assign_positions, disambiguate_titles, item
from voicecoach.exporter.feed.existing_feed import ExistingFeed, read_existing_feed
from voicecoach.exporter.feed.markup import single_line, written
from voicecoach.exporter.feed.media_files import EpisodeFiles, MediaFile, find_episode_files, read_media_file
from voicecoach.exporter.feed.sidecars import Sidecars, is_accepted_cover
from voicecoach.files import whole_file

__all__ = ["FEED", "FolderScan", "PublishResult", "podcast_guid", "publish", "read_episodes"]


@dataclass(frozen=True, slots=True)
class FolderScan:
    """In the order of the folder."""

    episodes: tuple[Episode, ...]
    damaged: tuple[str, ...]
    """A line for each file that was passed over."""
    unread: tuple[str, ...]
    """The GUIDs of episodes of which no file could be read."""


def read_episodes(
    found: Sequence[EpisodeFiles], guid: uuid.UUID, beside: Sidecars, progress: Callable[[int, int], None] | None = None
) -> FolderScan:
    """Read all of `found` for the podcast `guid`, writing what is new beside them. Raises as `Sidecars` does."""
    episodes: list[Episode] = []
    damaged: list[str] = []
    unread: list[str] = []
    for number, bundle in enumerate(found, 1):
        own = str(uuid.uuid5(guid, encode_path(PurePath(bundle.key))))
        sounds = _sounds(bundle, damaged)
        if sounds:
            episodes.append(_episode(bundle, own, sounds, beside))
        else:
            unread.append(own)
        if progress is not None:
            progress(number, len(found))
    return FolderScan(disambiguate_titles(episodes), tuple(damaged), tuple(unread))


def _sounds(bundle: EpisodeFiles, damaged: list[str]) -> tuple[MediaFile, ...]:
    read_well: list[MediaFile] = []
    for kind, path in bundle.files:
        try:
            read_well.append(read_media_file(path, kind))
        except FileError as fault:
            damaged.append(str(fault))
    return tuple(read_well)


def _episode(bundle: EpisodeFiles, guid: str, sounds: tuple[MediaFile, ...], beside: Sidecars) -> Episode:
    folder = bundle.name.parent
    return Episode(
        guid=guid,
        name=bundle.name,
        title=sounds[0].title,
        folder="" if folder == PurePath() else single_line(folder.as_posix()),
        sounds=sounds,
        chapters=beside.chapters(bundle, sounds[0]),
        transcripts=beside.transcripts(bundle, sounds),
        cover=beside.cover(bundle, sounds),
        page=beside.page(bundle),
    )


FEED = PurePath("feed.xml")
_PODCAST_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""The namespace of podcasts' GUIDs (https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/guid.md)."""
_COVER_NAMES = ("cover.png", "cover.jpg", "cover.jpeg")
"""The podcast's picture, where its owner has put one there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResult:
    """What there is now."""

    address: str
    """The feed's."""
    episodes: int
    new: int
    changed: int
    gone: int
    written: bool
    """Whether the feed is another than before."""
    damaged: tuple[str, ...]
    """A line for each sound file that was passed over."""
    warning: str
    """What directories will not like; empty for nothing."""


def publish(
    folder: Path,
    base: BaseUrl,
    about: PodcastInfo,
    now: datetime,
    *,
    force: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> PublishResult:
    """Write the feed of the sound below `folder`, which will lie at `base`, and what belongs beside each file.

    What has not changed is not touched. `now`, with its zone, is when new episodes appear; `progress` is told how
    many of how many are read. A damaged file is passed over, and its episode left as the feed has it. Raises
    FileError for a folder that cannot be read or written, or where all is damaged, and ChoiceError where there is
    no sound, or where something would be written over that was not made here, unless `force`.
    """
    found = find_episode_files(folder)
    before = read_existing_feed(folder / FEED, force=force)
    beside = Sidecars(folder, frozenset(before.made()), force)
    guid = _guid(before, base)
    read = read_episodes(found, guid, beside, progress)
    if not read.episodes:
        raise FileError("\n".join(read.damaged))
    items = _items(read, before, base, now, beside)
    about = about.settled(before.about, _default_info(folder, base, read, items))
    image = _own_cover(folder) or beside.title(about.title)
    head = partial(channel, about, address=base.to(FEED), guid=str(guid), image=base.to(image))
    if (made := _document(head(built=before.built), items)) != before.written:
        made = _document(head(built=format_datetime(now, usegmt=True)), items)
        with whole_file(folder / FEED) as file:
            file.write(made)
    beside.clear()
    return _summary(base, before, made, read, _warning(folder, image))


def _document(made: ET.Element, items: list[ET.Element]) -> bytes:
    made.extend(items)
    top = ET.Element("rss", version="2.0")
    top.append(made)
    return written(top)


def podcast_guid(address: str) -> uuid.UUID:
    """Of the podcast that is first seen at `address`: made from it without the scheme, and kept wherever it goes."""
    return uuid.uuid5(_PODCAST_NAMESPACE, address.partition("://")[2].rstrip("/"))


def _guid(before: ExistingFeed, base: BaseUrl) -> uuid.UUID:
    with suppress(ValueError):
        return uuid.UUID(before.guid)
    return podcast_guid(base.to(FEED))


def _default_info(folder: Path, base: BaseUrl, read: FolderScan, items: list[ET.Element]) -> PodcastInfo:
    """What the podcast is while nobody says otherwise."""
    return PodcastInfo(
        title=single_line(folder.resolve().name) or base.url,
        description=describe_titles(item.findtext("title", "") for item in items),
        language=most_common_language(episode.sounds[0].language for episode in read.episodes),
        link=base.url,
    )


def _own_cover(folder: Path) -> PurePath | None:
    return next((PurePath(name) for name in _COVER_NAMES if (folder / name).is_file()), None)


def _items(read: FolderScan, before: ExistingFeed, base: BaseUrl, now: datetime, beside: Sidecars) -> list[ET.Element]:
    """The newest first, as readers of feeds expect."""
    places = assign_positions(read.episodes, before.places, now)
    items = [(places[episode.guid], item(episode, places[episode.guid], base)) for episode in read.episodes]
    if before.base == base:
        for guid in read.unread:
            if guid in before.places:
                items.append((before.places[guid], before.items[guid]))
                beside.used.update(before.made_for(before.items[guid]))
    return [made for _, made in sorted(items, key=lambda each: (each[0].published, each[0]), reverse=True)]


def _warning(folder: Path, image: PurePath) -> str:
    try:
        right = is_accepted_cover(folder / image)
    except OSError:
        right = False
    return "" if right else f"{folder / image}: directories take a square picture of 1400 to 3000 pixels, PNG or JPEG"


def _summary(base: BaseUrl, before: ExistingFeed, made: bytes, read: FolderScan, warning: str) -> PublishResult:
    old = {guid: _written(item) for guid, item in before.items.items()}
    new = {item.findtext("guid", ""): _written(item) for item in ET.fromstring(made).iter("item")}
    return PublishResult(
        address=base.to(FEED),
        episodes=len(new),
        new=len(new.keys() - old.keys()),
        changed=sum(old[guid] != new[guid] for guid in old.keys() & new.keys()),
        gone=len(old.keys() - new.keys()),
        written=made != before.written,
        damaged=read.damaged,
        warning=warning,
    )


def _written(item: ET.Element) -> str:
    """Without the space behind it, which hangs on whether another one follows."""
    return ET.tostring(item, encoding="unicode").rstrip()
