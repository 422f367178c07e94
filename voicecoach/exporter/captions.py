"""What is said, as captions: WebVTT and SubRip, with the text as its writer spelled it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from voicecoach.timeline import Event, Timeline
from voicecoach.units import Frames, ms

__all__ = ["CAPTIONS", "srt", "vtt"]

_WIDTH = 42
"""Letters in a line, as subtitlers count them (Netflix and BBC guides: 37 to 42)."""


def vtt(timeline: Timeline) -> str:
    """As WebVTT (https://www.w3.org/TR/webvtt1/)."""
    cues = (f"{_span(said, '.')}\n{_vtt_safe(_lines(said))}\n" for said in _said(timeline))
    return "\n".join(["WEBVTT\n", *cues])


def srt(timeline: Timeline) -> str:
    """As SubRip, numbered from 1; it knows no escapes, so an arrow of its own in a text is drawn otherwise."""
    cues = enumerate(_said(timeline), start=1)
    return "\n".join(f"{number}\n{_span(said, ',')}\n{_lines(said).replace('-->', '→')}\n" for number, said in cues)


CAPTIONS: dict[str, Callable[[Timeline], str]] = {"vtt": vtt, "srt": srt}
"""By the ending of the file."""


def _said(timeline: Timeline) -> Iterator[Event]:
    return (event for event in timeline.events if event.kind == "say" and event.text and event.text.strip())


def _lines(said: Event) -> str:
    """Wrapped, and without the empty lines that would end a caption early."""
    return textwrap.fill(" ".join((said.text or "").split()), _WIDTH, break_on_hyphens=False)


def _vtt_safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _span(said: Event, point: str) -> str:
    return f"{_time(said.start, point)} --> {_time(said.end, point)}"


def _time(at: Frames, point: str) -> str:
    seconds, rest = divmod(ms(at), 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}{point}{rest:03}"
