"""The `<channel>` element: everything that comes before the episodes."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from voicecoach.exporter.feed.existing_feed import GENERATOR
from voicecoach.exporter.feed.markup import ATOM, ITUNES, PODCAST, add_child
from voicecoach.exporter.feed.podcast_info import PodcastInfo

__all__ = ["channel"]


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
