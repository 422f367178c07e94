"""Publishes a folder of sound: reads its episodes, and writes its feed where anything has changed."""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from pathlib import Path, PurePath

from voicecoach.errors import FileError
from voicecoach.exporter.feed.address import BaseUrl, encode_path
from voicecoach.exporter.feed.channel import PodcastInfo, channel_element, describe_titles, most_common_language
from voicecoach.exporter.feed.episode import Episode, assign_positions, disambiguate_titles, item_element
from voicecoach.exporter.feed.existing_feed import ExistingFeed, read_existing_feed
from voicecoach.exporter.feed.markup import serialize
from voicecoach.exporter.feed.media_files import EpisodeFiles, MediaFile, find_episode_files
from voicecoach.exporter.feed.media_sandbox import MediaSandbox
from voicecoach.exporter.feed.sidecars import Sidecars
from voicecoach.exporter.plain_text import single_line
from voicecoach.files import whole_file
from voicecoach.progress import Progress, ignore_progress

FEED = PurePath("feed.xml")
_PODCAST_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""For the GUIDs of podcasts (https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/guid.md)."""
_COVER_NAMES = ("cover.png", "cover.jpg", "cover.jpeg")
"""The owner's own cover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResult:
    """The state of the feed after publishing."""

    address: str
    """The feed's."""
    episodes: int
    new: int
    changed: int
    gone: int
    written: bool
    """Whether the feed has changed."""
    damaged: tuple[str, ...]
    """A line for each sound file that was skipped."""
    warnings: tuple[str, ...]
    """A line for each episode's cover that was left out, and one if directories will refuse the podcast's."""


def publish(
    folder: Path,
    base: BaseUrl,
    info: PodcastInfo,
    now: datetime,
    *,
    force: bool = False,
    progress: Progress = ignore_progress,
) -> PublishResult:
    """Write the feed of the sound below `folder`, which will lie at `base`, and the sidecars of each file.

    What has not changed is not touched. `now`, with a time zone, is the date of new episodes; `progress` receives how
    many of how many are read. A damaged file is skipped, and its episode stays as the feed has it. Raises FileError for
    a folder that cannot be read or written, or where all files are damaged, and ChoiceError for a folder without sound,
    or where a file of another program would be overwritten without `force`.
    """
    files = find_episode_files(folder)
    before = read_existing_feed(folder / FEED, force=force)
    with MediaSandbox() as sandbox:
        sidecars = Sidecars(folder, frozenset(before.sidecars()), sandbox, force)
        guid = _guid(before, base)
        scan = _read_episodes(files, guid, sidecars, progress)
        if not scan.episodes:
            raise FileError("\n".join(scan.damaged))
        items = _items(scan, before, base, now, sidecars)
        info = info.fill_in(before.info, _default_info(folder, base, scan, items))
        cover = _own_cover(folder) or sidecars.podcast_cover(info.title)
        channel = partial(channel_element, info, address=base.url_of(FEED), guid=str(guid), image=base.url_of(cover))
        content = _document(channel(built=before.built), items)
        if content != before.content:
            content = _document(channel(built=format_datetime(now, usegmt=True)), items)
            with whole_file(folder / FEED) as file:
                file.write(content)
        sidecars.remove_unused()
        warnings = (*sidecars.warnings, *_cover_warning(folder / cover, sandbox))
    return _result(base, before, content, scan, warnings)


@dataclass(frozen=True, slots=True)
class _FolderScan:
    """The sound of a folder, in its order."""

    episodes: tuple[Episode, ...]
    damaged: tuple[str, ...]
    """A line for each file that was skipped."""
    unread: tuple[str, ...]
    """The GUIDs of episodes of which no file could be read."""


def _read_episodes(
    found: Sequence[EpisodeFiles], guid: uuid.UUID, sidecars: Sidecars, progress: Progress
) -> _FolderScan:
    """Read the episodes of the podcast `guid`, and write their sidecars."""
    episodes: list[Episode] = []
    damaged: list[str] = []
    unread: list[str] = []
    for number, files in enumerate(found, 1):
        episode_guid = str(uuid.uuid5(guid, encode_path(PurePath(files.key))))
        if media := _read_media(files, sidecars.sandbox, damaged):
            episodes.append(_episode(files, episode_guid, media, sidecars))
        else:
            unread.append(episode_guid)
        progress(number, len(found))
    return _FolderScan(disambiguate_titles(episodes), tuple(damaged), tuple(unread))


def _read_media(files: EpisodeFiles, sandbox: MediaSandbox, damaged: list[str]) -> tuple[MediaFile, ...]:
    media: list[MediaFile] = []
    for path in files.paths:
        try:
            media.append(sandbox.read(path))
        except FileError as fault:
            damaged.append(str(fault))
    return tuple(media)


def _episode(files: EpisodeFiles, guid: str, media: tuple[MediaFile, ...], sidecars: Sidecars) -> Episode:
    folder = files.name.parent
    return Episode(
        guid=guid,
        name=files.name,
        title=media[0].title,
        folder="" if folder == PurePath() else single_line(folder.as_posix()),
        media=media,
        chapters=sidecars.chapters(files, media[0]),
        transcripts=sidecars.transcripts(files, media),
        cover=sidecars.episode_cover(files, media),
        page=sidecars.page(files),
    )


def podcast_guid(address: str) -> uuid.UUID:
    """The standard's GUID for a podcast first published at `address`; the scheme does not count."""
    return uuid.uuid5(_PODCAST_NAMESPACE, address.partition("://")[2].rstrip("/"))


def _guid(before: ExistingFeed, base: BaseUrl) -> uuid.UUID:
    """The podcast's GUID, which stays the same wherever the podcast moves."""
    with suppress(ValueError):
        return uuid.UUID(before.guid)
    return podcast_guid(base.url_of(FEED))


def _items(
    scan: _FolderScan, before: ExistingFeed, base: BaseUrl, now: datetime, sidecars: Sidecars
) -> list[ET.Element]:
    """All items, newest first, including the old ones of damaged files."""
    known = before.positions
    positions = assign_positions(scan.episodes, known, now)
    items = [
        (positions[episode.guid], item_element(episode, positions[episode.guid], base)) for episode in scan.episodes
    ]
    if before.base == base:
        for guid in scan.unread:
            if guid in known:
                items.append((known[guid], before.items[guid]))
                sidecars.used.update(before.sidecars_in(before.items[guid]))
    return [item for _, item in sorted(items, key=lambda each: (each[0].published, each[0]), reverse=True)]


def _default_info(folder: Path, base: BaseUrl, scan: _FolderScan, items: list[ET.Element]) -> PodcastInfo:
    return PodcastInfo(
        title=single_line(folder.resolve().name) or base.url,
        description=describe_titles(item.findtext("title", "") for item in items),
        language=most_common_language(episode.media[0].language for episode in scan.episodes),
        link=base.url,
    )


def _own_cover(folder: Path) -> PurePath | None:
    return next((PurePath(name) for name in _COVER_NAMES if (folder / name).is_file()), None)


def _cover_warning(cover: Path, sandbox: MediaSandbox) -> Iterator[str]:
    with suppress(FileError):
        if sandbox.is_accepted_cover(cover):
            return
    yield f"{cover}: directories take a square picture of 1400 to 3000 pixels, PNG or JPEG"


def _document(channel: ET.Element, items: list[ET.Element]) -> bytes:
    channel.extend(items)
    root = ET.Element("rss", version="2.0")
    root.append(channel)
    return serialize(root)


def _result(
    base: BaseUrl, before: ExistingFeed, content: bytes, scan: _FolderScan, warnings: tuple[str, ...]
) -> PublishResult:
    old = {guid: _item_text(item) for guid, item in before.items.items()}
    new = {item.findtext("guid", ""): _item_text(item) for item in ET.fromstring(content).iter("item")}
    return PublishResult(
        address=base.url_of(FEED),
        episodes=len(new),
        new=len(new.keys() - old.keys()),
        changed=sum(old[guid] != new[guid] for guid in old.keys() & new.keys()),
        gone=len(old.keys() - new.keys()),
        written=content != before.content,
        damaged=scan.damaged,
        warnings=warnings,
    )


def _item_text(item: ET.Element) -> str:
    """The item's XML without the space after it, which depends on whether another item follows."""
    return ET.tostring(item, encoding="unicode").rstrip()
