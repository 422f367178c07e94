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
from voicecoach.exporter.feed.markup import ATOM, ITUNES, PODCAST, add_child, multi_line, single_line

__all__ = ["GENERATOR", "PodcastInfo", "channel", "describe_titles", "most_common_language"]

GENERATOR = "voicecoach"
_CATEGORY = "Health & Fitness"
_CATEGORIES = (
    "Arts", "Business", "Comedy", "Education", "Fiction", "Government", "Health & Fitness", "History",
    "Kids & Family", "Leisure", "Music", "News", "Religion & Spirituality", "Science", "Society & Culture",
    "Sports", "TV & Film", "Technology", "True Crime",
)  # fmt: skip
"""Apple's (https://podcasters.apple.com/support/1691-apple-podcasts-categories); other directories took them over."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_MAX_TITLES = 300
"""Letters of a description made up of titles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodcastInfo:
    """Texts without what XML forbids; what is empty was not said."""

    title: str = ""
    description: str = ""
    author: str = ""
    language: str = ""
    """BCP 47."""
    category: str = ""
    """One of Apple's, and after a colon and a space one that it has below it."""
    email: str = ""
    """The owner's, which directories write to."""
    link: str = ""
    """The web page that it belongs to."""
    listed: bool | None = None
    """Whether directories may show it."""

    @classmethod
    def asked(cls, *, listed: bool | None = None, **values: str | None) -> PodcastInfo:
        """What was typed. Raises ChoiceError for what no reader of feeds would take."""
        said = {name: single_line(value or "") for name, value in values.items() if name != "description"}
        about = cls(**said, description=multi_line(values.get("description") or ""), listed=listed)
        _check(about)
        return replace(about, link=parse_web_address(about.link, "--link")) if about.link else about

    def settled(self, before: PodcastInfo, defaults: PodcastInfo) -> PodcastInfo:
        """Everything said: here, in the feed that was there `before`, or else as it is by itself."""
        title = self.title or before.title or defaults.title
        return PodcastInfo(
            title=title,
            description=self.description or before.description or defaults.description,
            author=self.author or before.author or title,
            language=self.language or before.language or defaults.language,
            category=self.category or before.category or _CATEGORY,
            email=self.email or before.email,
            link=self.link or before.link or defaults.link,
            listed=next((said for said in (self.listed, before.listed) if said is not None), True),
        )


def describe_titles(titles: Iterable[str]) -> str:
    """A description in any language, and like any of them HTML: the titles of episodes that stand newest first."""
    return html.escape(single_line(", ".join(dict.fromkeys([*titles][::-1])), _MAX_TITLES), quote=False)


def most_common_language(languages: Iterable[str]) -> str:
    """The language of most."""
    known = Counter(filter(None, languages))
    return known.most_common(1)[0][0] if known else "en"


def _check(about: PodcastInfo) -> None:
    if about.language and not _LANGUAGE.fullmatch(about.language):
        raise ChoiceError(f"--language: no code of a language ({about.language})", "such as en, de or pt-br")
    if about.email and not _MAIL.fullmatch(about.email):
        raise ChoiceError(f"--email: no address ({about.email})", "such as info@example.org")
    top = about.category.partition(": ")[0]
    if top and top not in _CATEGORIES:
        hint = did_you_mean(top, _CATEGORIES) or f"there are {', '.join(_CATEGORIES)}"
        raise ChoiceError(f"--category: no directory has it ({top})", hint)


def channel(about: PodcastInfo, *, address: str, guid: str, image: str, built: str) -> ET.Element:
    """As RSS 2.0, Apple Podcasts and Podcasting 2.0 have it; `address` is the feed's own, `image` the cover's."""
    made = ET.Element("channel")
    add_child(made, "title", about.title)
    add_child(made, "link", about.link)
    add_child(made, "description", about.description)
    add_child(made, "language", about.language)
    add_child(made, "generator", GENERATOR)
    add_child(made, "lastBuildDate", built)
    add_child(made, f"{ATOM}link", href=address, rel="self", type="application/rss+xml")
    picture = add_child(made, "image")
    for name, text in (("url", image), ("title", about.title), ("link", about.link)):
        add_child(picture, name, text)
    add_child(made, f"{ITUNES}author", about.author)
    add_child(made, f"{ITUNES}image", href=image)
    top, _, below = about.category.partition(": ")
    category = add_child(made, f"{ITUNES}category", text=top)
    if below:
        add_child(category, f"{ITUNES}category", text=below)
    add_child(made, f"{ITUNES}explicit", "false")
    add_child(made, f"{ITUNES}type", "serial")
    if about.email:
        owner = add_child(made, f"{ITUNES}owner")
        add_child(owner, f"{ITUNES}name", about.author)
        add_child(owner, f"{ITUNES}email", about.email)
    if not about.listed:
        add_child(made, f"{ITUNES}block", "Yes")
        add_child(made, f"{PODCAST}block", "yes")
    add_child(made, f"{PODCAST}guid", guid)
    add_child(made, f"{PODCAST}locked", "yes", owner=about.email)
    add_child(made, f"{PODCAST}medium", "podcast")
    return made
