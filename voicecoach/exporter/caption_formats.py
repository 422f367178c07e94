"""Captions as text files (WebVTT, SubRip, LRC), and a transcript in Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable

from voicecoach.exporter.caption_track import Cue, at_a_glance, lines, one_at_a_time
from voicecoach.exporter.recording import Recording
from voicecoach.units import Ms, clock, ms

__all__ = ["CAPTIONS", "lrc", "markdown", "srt", "vtt"]

_MEANT_FOR_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
"""What could begin emphasis, a link, a heading, or HTML (https://spec.commonmark.org/0.31.2/#backslash-escapes)."""


def markdown(recording: Recording) -> str:
    """A transcript; whatever a text looks like, it shows as it was written and never as markup."""
    made = [f"# {_plain(recording.tags.title)}", ""]
    if about := ", ".join(filter(None, (recording.tags.comment, recording.tags.artist, recording.tags.date))):
        made += [_plain(about), ""]
    chapters = [(ms(chapter.start), chapter.title) for chapter in recording.chapters]
    for cue in (cue for cue in recording.cues if cue.said):
        while chapters and chapters[0][0] <= cue.start:
            made += _heading(made, *chapters.pop(0))
        made.append(f"- **{clock(cue.start)}** {_plain(cue.text)}")
    for chapter in chapters:
        made += _heading(made, *chapter)
    return "\n".join(made).rstrip() + "\n"


def _heading(before: list[str], start: Ms, title: str) -> list[str]:
    space = [""] if before[-1] else []
    return [*space, f"## {clock(start)} {_plain(title)}", ""]


def _plain(text: str) -> str:
    return _MEANT_FOR_MARKDOWN.sub(r"\\\1", text)


_BRACKET = re.compile(r"^\[")
_SRT_SAFE = str.maketrans({"{": "(", "}": ")", "<": "<\u2060", "\\": "\\\u2060"})
_CLEARED = 500
"""Milliseconds of silence after which LRC's line is taken away; it has no other way to end one."""


def vtt(recording: Recording) -> str:
    """As WebVTT (https://www.w3.org/TR/webvtt1/)."""
    shown = (f"{_span(cue, '.')}\n{_vtt_safe(_block(cue))}\n" for cue in at_a_glance(recording.cues))
    return "\n".join(["WEBVTT\n", *shown])


def srt(recording: Recording) -> str:
    """As SubRip, numbered from 1.

    It knows no escapes, and players take tags in angle brackets, commands in braces and backslashes. So braces, which
    libass hides whatever is in them, become round ones, an arrow `→`, and an invisible word joiner (U+2060) behind
    each `<` and backslash keeps it from what follows.
    """
    return "\n".join(
        f"{number}\n{_span(cue, ',')}\n{_srt_safe(_block(cue))}\n"
        for number, cue in enumerate(at_a_glance(recording.cues), start=1)
    )


def lrc(recording: Recording) -> str:
    """As LRC, the lyrics that players show line by line: one line a cue, an empty one where silence follows."""
    tags = recording.tags
    heads = (("ti", tags.title), ("ar", tags.artist), ("al", tags.album), ("la", tags.language))
    made = [f"[{name}:{value}]" for name, value in heads if value]
    shown = one_at_a_time(recording.cues)
    nexts = [cue.start for cue in shown[1:]]
    for cue, following in zip(shown, [*nexts, None], strict=True):
        # A bracket that a text begins with would be taken for a time.
        made.append(f"[{_hundredths(cue.start)}]{_BRACKET.sub('(', cue.text)}")
        if following is None or following - cue.end > _CLEARED:
            made.append(f"[{_hundredths(cue.end)}]")
    return "\n".join(made) + "\n"


CAPTIONS: dict[str, Callable[[Recording], str]] = {"vtt": vtt, "srt": srt, "lrc": lrc, "md": markdown}
"""By the ending of the file."""


def _block(cue: Cue) -> str:
    return "\n".join(lines(cue.text))


def _vtt_safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _srt_safe(text: str) -> str:
    return text.replace("-->", "→").translate(_SRT_SAFE)


def _span(cue: Cue, point: str) -> str:
    return f"{_time(cue.start, point)} --> {_time(cue.end, point)}"


def _time(at: Ms, point: str) -> str:
    seconds, rest = divmod(at, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}{point}{rest:03}"


def _hundredths(at: Ms) -> str:
    """Minutes, which go on past 59, seconds, and hundredths: the one form that all players read."""
    minutes, rest = divmod((at + 5) // 10, 6000)
    return f"{minutes:02}:{rest // 100:02}.{rest % 100:02}"
