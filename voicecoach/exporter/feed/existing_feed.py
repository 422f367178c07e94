"""Reads the feed that is there already: numbers and dates to keep, and the files that belong to it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePath

from voicecoach.errors import ChoiceError, FileError
from voicecoach.exporter.feed.address import BaseUrl
from voicecoach.exporter.feed.channel import GENERATOR, PodcastInfo, describe_titles
from voicecoach.exporter.feed.episode import EpisodePosition
from voicecoach.exporter.feed.markup import ATOM, ITUNES, PODCAST

__all__ = ["ExistingFeed", "read_existing_feed"]

_SIDECAR = re.compile(r".*\.chapters\.json|.*\.words\.vtt|cover-[0-9a-f]{12}\.png")
"""Names of files that a feed has made beside the sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingFeed:
    """All empty where there was no feed."""

    written: bytes = b""
    """As it lies there."""
    guid: str = ""
    """The podcast's."""
    base: BaseUrl | None = None
    built: str = ""
    """When it last changed, as it says."""
    about: PodcastInfo = field(default_factory=PodcastInfo)
    items: Mapping[str, ET.Element] = field(default_factory=dict)
    """By their GUIDs."""

    @property
    def places(self) -> dict[str, EpisodePosition]:
        """Of those that say it in full."""
        found = {guid: _parse_position(item) for guid, item in self.items.items()}
        return {guid: place for guid, place in found.items() if place is not None}

    def made(self) -> Iterator[PurePath]:
        """The files made for it beside the sound, relative to the folder."""
        return self.made_for(ET.fromstring(self.written)) if self.written else iter(())

    def made_for(self, element: ET.Element) -> Iterator[PurePath]:
        """Those that are named inside of `element`."""
        if self.base is None:
            return
        for inner in element.iter():
            path = self.base.path(inner.get("url") or inner.get("href") or "")
            if path is not None and _SIDECAR.fullmatch(path.name):
                yield path


def read_existing_feed(path: Path, *, force: bool) -> ExistingFeed:
    """What lies at `path`. Raises ChoiceError for what is no feed of ours, unless it may be written over."""
    try:
        written = path.read_bytes()
    except FileNotFoundError:
        return ExistingFeed()
    except OSError as fault:
        raise FileError.of(path, fault, "take it away, or choose another folder") from fault
    try:
        channel = ET.fromstring(written).find("channel")
    except ET.ParseError:
        channel = None
    if channel is None or channel.findtext("generator") != GENERATOR:
        if force:
            return ExistingFeed()
        raise ChoiceError(f"{path} is there already, and not made here", "overwrite it with --force")
    return _parse_channel(written, channel)


def _parse_channel(written: bytes, channel: ET.Element) -> ExistingFeed:
    link = channel.find(f"{ATOM}link")
    address = "" if link is None else link.get("href", "")
    base = BaseUrl(address.rpartition("/")[0] + "/") if address else None
    return ExistingFeed(
        written=written,
        guid=channel.findtext(f"{PODCAST}guid", ""),
        base=base,
        built=channel.findtext("lastBuildDate", ""),
        about=_parse_info(channel, "" if base is None else base.url),
        items={item.findtext("guid", ""): item for item in channel.iter("item")},
    )


def _parse_info(channel: ET.Element, base: str) -> PodcastInfo:
    """What somebody said; not what it was by itself, which may be another now."""
    top, sub = channel.find(f"{ITUNES}category"), channel.find(f"{ITUNES}category/{ITUNES}category")
    said = {name: channel.findtext(name, "") for name in ("title", "description", "language", "link")}
    author = channel.findtext(f"{ITUNES}author", "")
    by_itself = describe_titles(item.findtext("title", "") for item in channel.iter("item"))
    return PodcastInfo(
        title=said["title"],
        description="" if said["description"] == by_itself else said["description"],
        author="" if author == said["title"] else author,
        language=said["language"],
        category=": ".join(element.get("text", "") for element in (top, sub) if element is not None),
        email=channel.findtext(f"{ITUNES}owner/{ITUNES}email", ""),
        link="" if said["link"] == base else said["link"],
        listed=channel.find(f"{ITUNES}block") is None,
    )


def _parse_position(item: ET.Element) -> EpisodePosition | None:
    with suppress(ValueError):
        return EpisodePosition(
            int(item.findtext(f"{ITUNES}season", "")),
            int(item.findtext(f"{ITUNES}episode", "")),
            parsedate_to_datetime(item.findtext("pubDate", "")),
        )
    return None
