"""The `<channel>` element: everything that comes before the episodes."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from voicecoach.exporter.feed.existing_feed import GENERATOR
from voicecoach.exporter.feed.markup import ATOM, ITUNES, PODCAST, child
from voicecoach.exporter.feed.podcast_info import About

__all__ = ["channel"]


def channel(about: About, *, address: str, guid: str, image: str, built: str) -> ET.Element:
    """As RSS 2.0, Apple Podcasts and Podcasting 2.0 have it; `address` is the feed's own, `image` the cover's."""
    made = ET.Element("channel")
    child(made, "title", about.title)
    child(made, "link", about.link)
    child(made, "description", about.description)
    child(made, "language", about.language)
    child(made, "generator", GENERATOR)
    child(made, "lastBuildDate", built)
    child(made, f"{ATOM}link", href=address, rel="self", type="application/rss+xml")
    picture = child(made, "image")
    for name, text in (("url", image), ("title", about.title), ("link", about.link)):
        child(picture, name, text)
    child(made, f"{ITUNES}author", about.author)
    child(made, f"{ITUNES}image", href=image)
    top, _, below = about.category.partition(": ")
    category = child(made, f"{ITUNES}category", text=top)
    if below:
        child(category, f"{ITUNES}category", text=below)
    child(made, f"{ITUNES}explicit", "false")
    child(made, f"{ITUNES}type", "serial")
    if about.email:
        owner = child(made, f"{ITUNES}owner")
        child(owner, f"{ITUNES}name", about.author)
        child(owner, f"{ITUNES}email", about.email)
    if not about.listed:
        child(made, f"{ITUNES}block", "Yes")
        child(made, f"{PODCAST}block", "yes")
    child(made, f"{PODCAST}guid", guid)
    child(made, f"{PODCAST}locked", "yes", owner=about.email)
    child(made, f"{PODCAST}medium", "podcast")
    return made
