"""Turns a folder of exported sound into a podcast: RSS 2.0 with the tags of Apple Podcasts and of Podcasting 2.0."""

from voicecoach.exporter.feed.address import Base
from voicecoach.exporter.feed.podcast_info import About
from voicecoach.exporter.feed.publish import FEED, Published, publish

__all__ = ["FEED", "About", "Base", "Published", "publish"]
