"""Reads the existing feed: the values to keep, and the files that belong to it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import MAXYEAR, UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePath

from voicecoach.errors import ChoiceError, FileError
from voicecoach.exporter.feed.address import BaseUrl
from voicecoach.exporter.feed.channel import GENERATOR, PodcastInfo, describe_titles
from voicecoach.exporter.feed.episode import EpisodePosition
from voicecoach.exporter.feed.markup import ATOM, ITUNES, PODCAST
from voicecoach.files import read_regular

_SIDECAR = re.compile(r".*\.chapters\.json|.*\.words\.vtt|cover-[0-9a-f]{12}\.png")
"""Names of the files that a feed keeps beside the sound."""


_MAX_DEPTH = 10
"""Of elements; ours need 5."""
_MAX_BYTES = 100_000_000
"""Of a feed: an episode takes about 2,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingFeed:
    """All values are empty where there was no feed."""

    content: bytes = b""
    """The whole file."""
    guid: str = ""
    """The podcast's."""
    base: BaseUrl | None = None
    built: str = ""
    """Its `lastBuildDate`."""
    info: PodcastInfo = field(default_factory=PodcastInfo)
    items: Mapping[str, ET.Element] = field(default_factory=dict)
    """By GUID."""

    @property
    def positions(self) -> dict[str, EpisodePosition]:
        """By GUID, for items with a complete position."""
        positions = {}
        for guid, item in self.items.items():
            with suppress(ValueError, OverflowError):
                season, episode = (int(item.findtext(f"{ITUNES}{name}", "")) for name in ("season", "episode"))
                positions[guid] = EpisodePosition(season, episode, _parse_date(item.findtext("pubDate", "")))
        return positions

    def sidecars(self) -> Iterator[PurePath]:
        """The relative paths of all sidecars."""
        return self.sidecars_in(ET.fromstring(self.content)) if self.content else iter(())

    def sidecars_in(self, element: ET.Element) -> Iterator[PurePath]:
        """The relative paths of the sidecars that an element names."""
        if self.base is None:
            return
        for inner in element.iter():
            path = self.base.path_of(inner.get("url") or inner.get("href") or "")
            if path is not None and _SIDECAR.fullmatch(path.name):
                yield path


def read_existing_feed(path: Path, *, force: bool) -> ExistingFeed:
    """Read the feed at `path`. Raises ChoiceError if the file is not our feed, unless `force` allows overwriting it."""
    try:
        content = read_regular(path, _MAX_BYTES)
    except FileNotFoundError:
        return ExistingFeed()
    except OSError as fault:
        raise FileError.of(path, fault, "remove it, or choose another folder") from fault
    try:
        root = ET.fromstring(content)
        channel = root.find("channel") if _is_flat(root) else None
    except (ET.ParseError, ValueError, LookupError):  # the latter two for strange encodings
        channel = None
    if channel is not None and channel.findtext("generator") == GENERATOR:
        return _parse_channel(content, channel)
    if force:
        return ExistingFeed()
    raise ChoiceError(f"{path} already exists, and was not made by voicecoach", "overwrite it with --force")


def _is_flat(root: ET.Element) -> bool:
    """Whether no element is nested deeper than a feed's are: writing deep ones exhausts the stack."""
    level = [root]
    for _ in range(_MAX_DEPTH):
        level = [child for element in level for child in element]
    return not level


def _parse_date(text: str) -> datetime:
    """A date in UTC, which has others after it. Raises ValueError or OverflowError."""
    date = parsedate_to_datetime(text)
    if date.year == MAXYEAR:
        raise ValueError(text)
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)


def _parse_channel(content: bytes, channel: ET.Element) -> ExistingFeed:
    link = channel.find(f"{ATOM}link")
    address = "" if link is None else link.get("href", "")
    base = BaseUrl(address.rpartition("/")[0] + "/") if address else None
    return ExistingFeed(
        content=content,
        guid=channel.findtext(f"{PODCAST}guid", ""),
        base=base,
        built=channel.findtext("lastBuildDate", ""),
        info=_parse_info(channel, "" if base is None else base.url),
        items={item.findtext("guid", ""): item for item in channel.iter("item")},
    )


def _parse_info(channel: ET.Element, base: str) -> PodcastInfo:
    """The user's values; defaults are left out, since they may change with the episodes."""
    title, description, language, link = (
        channel.findtext(name, "") for name in ("title", "description", "language", "link")
    )
    author = channel.findtext(f"{ITUNES}author", "")
    default_description = describe_titles(item.findtext("title", "") for item in channel.iter("item"))
    categories = channel.find(f"{ITUNES}category"), channel.find(f"{ITUNES}category/{ITUNES}category")
    return PodcastInfo(
        title=title,
        description="" if description == default_description else description,
        author="" if author == title else author,
        language=language,
        category=": ".join(element.get("text", "") for element in categories if element is not None),
        email=channel.findtext(f"{ITUNES}owner/{ITUNES}email", ""),
        link="" if link == base else link,
        listed=channel.find(f"{ITUNES}block") is None,
    )
