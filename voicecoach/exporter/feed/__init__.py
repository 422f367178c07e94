"""Turns a folder of exported sound into a podcast: RSS 2.0 with the tags of Apple Podcasts and of Podcasting 2.0."""

from voicecoach.exporter.feed.address import BaseUrl
from voicecoach.exporter.feed.channel import PodcastInfo
from voicecoach.exporter.feed.publish import FEED, PublishResult, publish

__all__ = ["FEED", "BaseUrl", "PodcastInfo", "PublishResult", "publish"]
