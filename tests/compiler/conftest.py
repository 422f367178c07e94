"""A voice of 100 ms a character, and chimes of half a second: every time in these tests is a round number."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from durations import seconds

from voicecoach.choices import Choices
from voicecoach.compiler import compile_session
from voicecoach.routine import Routine
from voicecoach.script.library import Library
from voicecoach.timeline import Event, Source, Timeline, Utterance
from voicecoach.units import SAMPLE_RATE, SECOND, Frames, Ms

TONES = ("tick", "in", "hold", "out", "rest")
"""Sounds of 0.2 s."""


def even_lengths(sources: Collection[Source]) -> Mapping[Source, Frames]:
    return {source: _length(source) for source in sources}


def _length(source: Source) -> Frames:
    if isinstance(source, Utterance):
        return seconds(len(source.text) * 10 / source.rate)
    return seconds(0.2 if source.name in TONES else 0.5)


@pytest.fixture(scope="session")
def voice() -> Callable[[Collection[Source]], Mapping[Source, Frames]]:
    """The lengths of all sounds."""
    return even_lengths


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Routine]:
    """Reads a routine from its steps or its whole text; keyword arguments are the files that it uses."""

    def routine(text: str, **used: str) -> Routine:
        for name, script in {**used, "main": text}.items():
            lines = dedent(script).strip()
            whole = lines if lines.startswith("title:") else f"title: Test\nsteps:\n{lines}"
            (tmp_path / f"{name}.yaml").write_text(whole, encoding="utf-8")
        return Library(()).load_path(tmp_path / "main.yaml")

    return routine


@pytest.fixture
def session(read: Callable[..., Routine]) -> Callable[..., Timeline]:
    """Compiles a script. Choices are keyword arguments, with `minutes` for `length`."""

    def compiled(text: str, used: Mapping[str, str] | None = None, **choices: Any) -> Timeline:
        if "minutes" in choices:
            choices["length"] = Ms(round(choices.pop("minutes") * 60 * SECOND))
        choices["options"] = frozenset(choices.get("options", ()))
        return compile_session(read(text, **(used or {})), Choices(**choices), even_lengths)

    return compiled


@pytest.fixture
def heard(session: Callable[..., Timeline]) -> Callable[..., str]:
    """The events between opening and closing, one per line: start and end in seconds, and words or sound."""

    def timetable(text: str, used: Mapping[str, str] | None = None, **choices: Any) -> str:
        body = [event for event in session(text, used, **choices).events if event.pos]
        zero = min((event.start for event in body), default=0)
        return "\n".join(_line(event, zero) for event in body)

    return timetable


def _line(event: Event, zero: int) -> str:
    start, end = (f"{(at - zero) / SAMPLE_RATE:g}" for at in (event.start, event.end))
    content = event.text if event.kind == "say" else f"<{event.sound or event.kind}>"
    return f"{start:<6} {end:<6} {content}"


@pytest.fixture
def said(session: Callable[..., Timeline]) -> Callable[..., list[str]]:
    """The words between opening and closing."""

    def texts(text: str, used: Mapping[str, str] | None = None, **choices: Any) -> list[str]:
        return [event.text for event in session(text, used, **choices).events if event.text and event.pos]

    return texts


@pytest.fixture
def event_seconds() -> Callable[[Timeline, str], list[float]]:
    """The lengths of all events of a kind, in seconds."""
    return lambda timeline, kind: [
        (event.end - event.start) / SAMPLE_RATE for event in timeline.events if event.kind == kind
    ]


@pytest.fixture
def silences() -> Callable[[Timeline], list[float]]:
    """The silences in seconds from each text of the script to the next event."""

    def after_texts(timeline: Timeline) -> list[float]:
        events = [event for event in timeline.events if event.pos]
        return [(after.start - event.end) / SAMPLE_RATE for event, after in pairwise(events) if event.kind == "say"]

    return after_texts
