"""Captions as text files (WebVTT, SubRip, LRC), and a transcript in Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable

from voicecoach.exporter.caption_track import Caption, one_at_a_time, split_long_captions, wrap_lines
from voicecoach.exporter.recording import Recording
from voicecoach.units import Ms, format_time, ms

__all__ = ["CAPTIONS", "lrc", "markdown", "srt", "vtt"]

_MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
"""What could begin emphasis, a link, a heading, or HTML (https://spec.commonmark.org/0.31.2/#backslash-escapes)."""


def markdown(recording: Recording) -> str:
    """A transcript; whatever a text looks like, it shows as it was written and never as markup."""
    made = [f"# {_escape_markdown(recording.tags.title)}", ""]
    if about := ", ".join(filter(None, (recording.tags.comment, recording.tags.artist, recording.tags.date))):
        made += [_escape_markdown(about), ""]
    chapters = [(ms(chapter.start), chapter.title) for chapter in recording.chapters]
    for cue in (cue for cue in recording.captions if cue.said):
        while chapters and chapters[0][0] <= cue.start:
            made += _heading(made, *chapters.pop(0))
        made.append(f"- **{format_time(cue.start)}** {_escape_markdown(cue.text)}")
    for chapter in chapters:
        made += _heading(made, *chapter)
    return "\n".join(made).rstrip() + "\n"


def _heading(before: list[str], start: Ms, title: str) -> list[str]:
    space = [""] if before[-1] else []
    return [*space, f"## {format_time(start)} {_escape_markdown(title)}", ""]


def _escape_markdown(text: str) -> str:
    return _MARKDOWN_SPECIAL.sub(r"\\\1", text)


_BRACKET = re.compile(r"^\[")
_SRT_SAFE = str.maketrans({"{": "(", "}": ")", "<": "<\u2060", "\\": "\\\u2060"})
_CLEAR_AFTER = 500
"""Milliseconds of silence after which LRC's line is taken away; it has no other way to end one."""


def vtt(recording: Recording) -> str:
    """As WebVTT (https://www.w3.org/TR/webvtt1/)."""
    shown = split_long_captions(recording.captions)
    blocks = (f"{_time_range(caption, '.')}\n{_escape_vtt(_caption_lines(caption))}\n" for caption in shown)
    return "\n".join(["WEBVTT\n", *blocks])


def srt(recording: Recording) -> str:
    """As SubRip, numbered from 1.

    It knows no escapes, and players take tags in angle brackets, commands in braces and backslashes. So braces, which
    libass hides whatever is in them, become round ones, an arrow `→`, and an invisible word joiner (U+2060) behind
    each `<` and backslash keeps it from what follows.
    """
    return "\n".join(
        f"{number}\n{_time_range(cue, ',')}\n{_escape_srt(_caption_lines(cue))}\n"
        for number, cue in enumerate(split_long_captions(recording.captions), start=1)
    )


def lrc(recording: Recording) -> str:
    """As LRC, the lyrics that players show line by line: one line a cue, an empty one where silence follows."""
    tags = recording.tags
    heads = (("ti", tags.title), ("ar", tags.artist), ("al", tags.album), ("la", tags.language))
    made = [f"[{name}:{value}]" for name, value in heads if value]
    shown = one_at_a_time(recording.captions)
    nexts = [cue.start for cue in shown[1:]]
    for cue, following in zip(shown, [*nexts, None], strict=True):
        # A bracket that a text begins with would be taken for a time.
        made.append(f"[{_lrc_timestamp(cue.start)}]{_BRACKET.sub('(', cue.text)}")
        if following is None or following - cue.end > _CLEAR_AFTER:
            made.append(f"[{_lrc_timestamp(cue.end)}]")
    return "\n".join(made) + "\n"


CAPTIONS: dict[str, Callable[[Recording], str]] = {"vtt": vtt, "srt": srt, "lrc": lrc, "md": markdown}
"""By the ending of the file."""


def _caption_lines(cue: Caption) -> str:
    return "\n".join(wrap_lines(cue.text))


def _escape_vtt(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escape_srt(text: str) -> str:
    return text.replace("-->", "→").translate(_SRT_SAFE)


def _time_range(cue: Caption, point: str) -> str:
    return f"{_timestamp(cue.start, point)} --> {_timestamp(cue.end, point)}"


def _timestamp(at: Ms, point: str) -> str:
    seconds, rest = divmod(at, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}{point}{rest:03}"


def _lrc_timestamp(at: Ms) -> str:
    """Minutes, which go on past 59, seconds, and hundredths: the one form that all players read."""
    minutes, rest = divmod((at + 5) // 10, 6000)
    return f"{minutes:02}:{rest // 100:02}.{rest % 100:02}"
