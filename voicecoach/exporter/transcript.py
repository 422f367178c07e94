"""All that is said, to be read: Markdown with a heading for each move and the time before each text."""

from __future__ import annotations

import re

from voicecoach.exporter.recording import Recording
from voicecoach.units import Ms, clock, ms

__all__ = ["markdown"]

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
