"""Chapters as Vorbis comments, for FLAC and Ogg (https://wiki.xiph.org/Chapter_Extension)."""

from __future__ import annotations

from voicecoach.timeline import Timeline
from voicecoach.units import Frames, ms

__all__ = ["chapter_comments"]


def chapter_comments(timeline: Timeline) -> dict[str, str]:
    """A time and a name for each move, numbered from 0."""
    comments: dict[str, str] = {}
    for number, move in enumerate(timeline.moves):
        comments[f"CHAPTER{number:03}"] = _time(move.start)
        comments[f"CHAPTER{number:03}NAME"] = move.title
    return comments


def _time(at: Frames) -> str:
    seconds, rest = divmod(ms(at), 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}.{rest:03}"
