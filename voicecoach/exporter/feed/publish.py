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
from voicecoach.exporter.feed.address import Base, encoded
from voicecoach.exporter.feed.channel import channel
from voicecoach.exporter.feed.episode import Episode, item, placed, told_apart
from voicecoach.exporter.feed.existing_feed import Known, known
from voicecoach.exporter.feed.markup import in_line, written
from voicecoach.exporter.feed.media_files import Bundle, Sound, bundles, read
from voicecoach.exporter.feed.podcast_info import About, described, usual
from voicecoach.exporter.feed.sidecars import Beside, right_size
from voicecoach.files import whole_file

__all__ = ["FEED", "Gathered", "Published", "gathered", "podcast_guid", "publish"]


@dataclass(frozen=True, slots=True)
class Gathered:
    """In the order of the folder."""

    episodes: tuple[Episode, ...]
    damaged: tuple[str, ...]
    """A line for each file that was passed over."""
    unread: tuple[str, ...]
    """The GUIDs of episodes of which no file could be read."""


def gathered(
    found: Sequence[Bundle], guid: uuid.UUID, beside: Beside, progress: Callable[[int, int], None] | None = None
) -> Gathered:
    """Read all of `found` for the podcast `guid`, writing what is new beside them. Raises as `Beside` does."""
    episodes: list[Episode] = []
    damaged: list[str] = []
    unread: list[str] = []
    for number, bundle in enumerate(found, 1):
        own = str(uuid.uuid5(guid, encoded(PurePath(bundle.key))))
        sounds = _sounds(bundle, damaged)
        if sounds:
            episodes.append(_episode(bundle, own, sounds, beside))
        else:
            unread.append(own)
        if progress is not None:
            progress(number, len(found))
    return Gathered(told_apart(episodes), tuple(damaged), tuple(unread))


def _sounds(bundle: Bundle, damaged: list[str]) -> tuple[Sound, ...]:
    read_well: list[Sound] = []
    for kind, path in bundle.files:
        try:
            read_well.append(read(path, kind))
        except FileError as fault:
            damaged.append(str(fault))
    return tuple(read_well)


def _episode(bundle: Bundle, guid: str, sounds: tuple[Sound, ...], beside: Beside) -> Episode:
    folder = bundle.name.parent
    return Episode(
        guid=guid,
        name=bundle.name,
        title=sounds[0].title,
        folder="" if folder == PurePath() else in_line(folder.as_posix()),
        sounds=sounds,
        chapters=beside.chapters(bundle, sounds[0]),
        transcripts=beside.transcripts(bundle, sounds),
        cover=beside.cover(bundle, sounds),
        page=beside.page(bundle),
    )


FEED = PurePath("feed.xml")
_PODCASTS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""The namespace of podcasts' GUIDs (https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/guid.md)."""
_COVERS = ("cover.png", "cover.jpg", "cover.jpeg")
"""The podcast's picture, where its owner has put one there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
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
    base: Base,
    about: About,
    now: datetime,
    *,
    force: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Published:
    """Write the feed of the sound below `folder`, which will lie at `base`, and what belongs beside each file.

    What has not changed is not touched. `now`, with its zone, is when new episodes appear; `progress` is told how
    many of how many are read. A damaged file is passed over, and its episode left as the feed has it. Raises
    FileError for a folder that cannot be read or written, or where all is damaged, and ChoiceError where there is
    no sound, or where something would be written over that was not made here, unless `force`.
    """
    found = bundles(folder)
    before = known(folder / FEED, force=force)
    beside = Beside(folder, frozenset(before.made()), force)
    guid = _guid(before, base)
    read = gathered(found, guid, beside, progress)
    if not read.episodes:
        raise FileError("\n".join(read.damaged))
    items = _items(read, before, base, now, beside)
    about = about.settled(before.about, _by_itself(folder, base, read, items))
    image = _own_cover(folder) or beside.title(about.title)
    head = partial(channel, about, address=base.to(FEED), guid=str(guid), image=base.to(image))
    if (made := _document(head(built=before.built), items)) != before.written:
        made = _document(head(built=format_datetime(now, usegmt=True)), items)
        with whole_file(folder / FEED) as file:
            file.write(made)
    beside.clear()
    return _told(base, before, made, read, _warning(folder, image))


def _document(made: ET.Element, items: list[ET.Element]) -> bytes:
    made.extend(items)
    top = ET.Element("rss", version="2.0")
    top.append(made)
    return written(top)


def podcast_guid(address: str) -> uuid.UUID:
    """Of the podcast that is first seen at `address`: made from it without the scheme, and kept wherever it goes."""
    return uuid.uuid5(_PODCASTS, address.partition("://")[2].rstrip("/"))


def _guid(before: Known, base: Base) -> uuid.UUID:
    with suppress(ValueError):
        return uuid.UUID(before.guid)
    return podcast_guid(base.to(FEED))


def _by_itself(folder: Path, base: Base, read: Gathered, items: list[ET.Element]) -> About:
    """What the podcast is while nobody says otherwise."""
    return About(
        title=in_line(folder.resolve().name) or base.url,
        description=described(item.findtext("title", "") for item in items),
        language=usual(episode.sounds[0].language for episode in read.episodes),
        link=base.url,
    )


def _own_cover(folder: Path) -> PurePath | None:
    return next((PurePath(name) for name in _COVERS if (folder / name).is_file()), None)


def _items(read: Gathered, before: Known, base: Base, now: datetime, beside: Beside) -> list[ET.Element]:
    """The newest first, as readers of feeds expect."""
    places = placed(read.episodes, before.places, now)
    items = [(places[episode.guid], item(episode, places[episode.guid], base)) for episode in read.episodes]
    if before.base == base:
        for guid in read.unread:
            if guid in before.places:
                items.append((before.places[guid], before.items[guid]))
                beside.used.update(before.made_for(before.items[guid]))
    return [made for _, made in sorted(items, key=lambda each: (each[0].published, each[0]), reverse=True)]


def _warning(folder: Path, image: PurePath) -> str:
    try:
        right = right_size(folder / image)
    except OSError:
        right = False
    return "" if right else f"{folder / image}: directories take a square picture of 1400 to 3000 pixels, PNG or JPEG"


def _told(base: Base, before: Known, made: bytes, read: Gathered, warning: str) -> Published:
    old = {guid: _written(item) for guid, item in before.items.items()}
    new = {item.findtext("guid", ""): _written(item) for item in ET.fromstring(made).iter("item")}
    return Published(
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
