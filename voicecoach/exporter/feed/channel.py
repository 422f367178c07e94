"""The podcast as a whole: its title, author and category, and the `<channel>` element."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from voicecoach.errors import ChoiceError, did_you_mean
from voicecoach.exporter.feed.address import parse_web_address
from voicecoach.exporter.feed.markup import ATOM, ITUNES, PODCAST, add_child
from voicecoach.exporter.plain_text import multi_line, single_line

GENERATOR = "voicecoach"
"""Marks a feed as ours."""
_CATEGORY = "Health & Fitness"
_CATEGORIES = (
    "Arts", "Business", "Comedy", "Education", "Fiction", "Government", "Health & Fitness", "History",
    "Kids & Family", "Leisure", "Music", "News", "Religion & Spirituality", "Science", "Society & Culture",
    "Sports", "TV & Film", "Technology", "True Crime",
)  # fmt: skip
"""Apple's, which other directories use too (https://podcasters.apple.com/support/1691-apple-podcasts-categories)."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_MAX_TITLES = 300
"""Characters of a description made of titles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodcastInfo:
    """The texts of a podcast, without characters that XML forbids; empty where the user gave none."""

    title: str = ""
    description: str = ""
    author: str = ""
    language: str = ""
    """BCP 47."""
    category: str = ""
    """One of Apple's; a subcategory follows after a colon and a space."""
    email: str = ""
    """The owner's; directories write to it."""
    link: str = ""
    """The web page of the podcast."""
    listed: bool | None = None
    """Whether directories may show it."""

    @classmethod
    def parse(cls, *, listed: bool | None = None, **values: str | None) -> PodcastInfo:
        """Read the options of the command line. Raises ChoiceError for values that podcast apps would refuse."""
        texts = {name: single_line(value or "") for name, value in values.items() if name != "description"}
        info = cls(**texts, description=multi_line(values.get("description") or ""), listed=listed)
        _check(info)
        return replace(info, link=parse_web_address(info.link, "--link")) if info.link else info

    def fill_in(self, before: PodcastInfo, defaults: PodcastInfo) -> PodcastInfo:
        """Complete the values with those of the existing feed, then with the defaults."""
        title = self.title or before.title or defaults.title
        return PodcastInfo(
            title=title,
            description=self.description or before.description or defaults.description,
            author=self.author or before.author or title,
            language=self.language or before.language or defaults.language,
            category=self.category or before.category or _CATEGORY,
            email=self.email or before.email,
            link=self.link or before.link or defaults.link,
            listed=next((listed for listed in (self.listed, before.listed) if listed is not None), True),
        )


def _check(info: PodcastInfo) -> None:
    if info.language and not _LANGUAGE.fullmatch(info.language):
        raise ChoiceError(f"--language: not a language code ({info.language})", "such as en, de or pt-br")
    if info.email and not _EMAIL.fullmatch(info.email):
        raise ChoiceError(f"--email: not an e-mail address ({info.email})", "such as info@example.org")
    top = info.category.partition(": ")[0]
    if top and top not in _CATEGORIES:
        hint = did_you_mean(top, _CATEGORIES) or f"choose one of {', '.join(_CATEGORIES)}"
        raise ChoiceError(f"--category: unknown category ({top})", hint)


def describe_titles(titles: Iterable[str]) -> str:
    """A description as HTML that suits any language: the titles of the episodes, given newest first."""
    return html.escape(single_line(", ".join(dict.fromkeys([*titles][::-1])), _MAX_TITLES), quote=False)


def most_common_language(languages: Iterable[str]) -> str:
    """The language of most files; English where none has a language."""
    known = Counter(filter(None, languages))
    return known.most_common(1)[0][0] if known else "en"


def channel_element(info: PodcastInfo, *, address: str, guid: str, image: str, built: str) -> ET.Element:
    """The `<channel>` without its items; `address` is the feed's own, `image` the cover's, `built` an RFC 2822 date."""
    channel = ET.Element("channel")
    add_child(channel, "title", info.title)
    add_child(channel, "link", info.link)
    add_child(channel, "description", info.description)
    add_child(channel, "language", info.language)
    add_child(channel, "generator", GENERATOR)
    add_child(channel, "lastBuildDate", built)
    add_child(channel, f"{ATOM}link", href=address, rel="self", type="application/rss+xml")
    cover = add_child(channel, "image")
    for name, text in (("url", image), ("title", info.title), ("link", info.link)):
        add_child(cover, name, text)
    add_child(channel, f"{ITUNES}author", info.author)
    add_child(channel, f"{ITUNES}image", href=image)
    top, _, below = info.category.partition(": ")
    category = add_child(channel, f"{ITUNES}category", text=top)
    if below:
        add_child(category, f"{ITUNES}category", text=below)
    add_child(channel, f"{ITUNES}explicit", "false")
    add_child(channel, f"{ITUNES}type", "serial")
    if info.email:
        owner = add_child(channel, f"{ITUNES}owner")
        add_child(owner, f"{ITUNES}name", info.author)
        add_child(owner, f"{ITUNES}email", info.email)
    if not info.listed:
        add_child(channel, f"{ITUNES}block", "Yes")
        add_child(channel, f"{PODCAST}block", "yes")
    add_child(channel, f"{PODCAST}guid", guid)
    add_child(channel, f"{PODCAST}locked", "yes", owner=info.email)
    add_child(channel, f"{PODCAST}medium", "podcast")
    return channel
