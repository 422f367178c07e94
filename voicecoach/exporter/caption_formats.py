"""Captions as text files (WebVTT, SubRip, LRC), and a transcript in Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable

from voicecoach.exporter.caption_track import Caption, lyric_lines, split_long_captions, wrap_lines
from voicecoach.exporter.metadata import Metadata
from voicecoach.units import Ms, format_time, ms

_SRT_SAFE = str.maketrans({"{": "(", "}": ")", "<": "<\u2060", "\\": "\\\u2060"})
_SRT_TIME = re.compile(r"(\d+:\d+:)(?=\d)")
_LRC_TIME = re.compile(r"[\[<](\s*\d+:[^\]>]*)[\]>]")
"""A time at any place of a line: `[00:12.34]`, or `<00:12.34>` before a word."""
_MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
"""May start emphasis, a link, a heading or HTML (https://spec.commonmark.org/0.31.2/#backslash-escapes)."""
_MARKDOWN_START = re.compile(r"(\d*)([-+=.)])")
"""May start a list, a line or a heading above it at the head of a paragraph."""
_CLEAR_AFTER = 500
"""Milliseconds of silence after which an empty LRC line clears the text; LRC lines have no end."""


def vtt(metadata: Metadata) -> str:
    """Write WebVTT (https://www.w3.org/TR/webvtt1/)."""
    captions = split_long_captions(metadata.captions)
    return "\n".join(["WEBVTT\n", *(f"{_time_range(each, '.')}\n{_escape_vtt(_lines(each))}\n" for each in captions)])


def srt(metadata: Metadata) -> str:
    """Write SubRip.

    SubRip has no escapes, and players interpret tags in angle brackets, commands in braces, and backslashes. libass
    hides anything in braces, so they become round brackets; an arrow becomes `→`; and an invisible word joiner (U+2060)
    separates each `<`, each backslash, and the minutes of a time from what follows.
    """
    captions = enumerate(split_long_captions(metadata.captions), start=1)
    return "\n".join(f"{number}\n{_time_range(each, ',')}\n{_escape_srt(_lines(each))}\n" for number, each in captions)


def lrc(metadata: Metadata) -> str:
    """Write LRC, lyrics that players show line by line."""
    tags = metadata.tags
    heads = (("ti", tags.title), ("ar", tags.artist), ("al", tags.album), ("la", tags.language))
    lines = [f"[{name}:{_escape_lrc(value)}]" for name, value in heads if value]
    for time, text in lyric_lines(metadata.captions, _CLEAR_AFTER):
        lines.append(f"[{_lrc_timestamp(time)}]{_escape_lrc(text)}")
    return "\n".join(lines) + "\n"


def markdown(metadata: Metadata) -> str:
    """Write a transcript with a heading for each move. Every text shows as it was written, never as markup."""
    tags = metadata.tags
    lines = [f"# {_escape_markdown(tags.title)}", ""]
    if about := ", ".join(filter(None, (tags.comment, tags.artist, tags.date))):
        lines += [_paragraph(about), ""]
    chapters = [(ms(chapter.start), chapter.title) for chapter in metadata.chapters]
    for caption in (caption for caption in metadata.captions if caption.said):
        while chapters and chapters[0][0] <= caption.start:
            lines += _heading(lines, *chapters.pop(0))
        lines.append(f"- **{format_time(caption.start)}** {_escape_markdown(caption.text)}")
    for chapter in chapters:
        lines += _heading(lines, *chapter)
    return "\n".join(lines).rstrip() + "\n"


CAPTIONS: dict[str, Callable[[Metadata], str]] = {"vtt": vtt, "srt": srt, "lrc": lrc, "md": markdown}
"""The writer for each file extension, without its dot."""


def timestamp(time: Ms, point: str = ".") -> str:
    """Format a time as `01:02:03.004`."""
    seconds, rest = divmod(time, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}{point}{rest:03}"


def _time_range(caption: Caption, point: str) -> str:
    return f"{timestamp(caption.start, point)} --> {timestamp(caption.end, point)}"


def _lrc_timestamp(time: Ms) -> str:
    """Minutes (which go on past 59), seconds and hundredths: the only form that all players read."""
    minutes, rest = divmod((time + 5) // 10, 6000)
    return f"{minutes:02}:{rest // 100:02}.{rest % 100:02}"


def _lines(caption: Caption) -> str:
    return "\n".join(wrap_lines(caption.text))


def _escape_vtt(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escape_srt(text: str) -> str:
    return _SRT_TIME.sub("\\1\u2060", text.replace("-->", "→").translate(_SRT_SAFE))


def _escape_lrc(text: str) -> str:
    """Round brackets around what would be read as a time, and at the start, where a bracket means a time or a tag."""
    safe = _LRC_TIME.sub(r"(\1)", text)
    return "(" + safe[1:] if safe.startswith("[") else safe


def _escape_markdown(text: str) -> str:
    return _MARKDOWN_SPECIAL.sub(r"\\\1", text)


def _paragraph(text: str) -> str:
    start = _MARKDOWN_START.match(text)
    if start is None:
        return _escape_markdown(text)
    return f"{start[1]}\\{start[2]}{_escape_markdown(text[start.end() :])}"


def _heading(before: list[str], start: Ms, title: str) -> list[str]:
    space = [""] if before[-1] else []
    return [*space, f"## {format_time(start)} {_escape_markdown(title)}", ""]
