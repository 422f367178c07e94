"""A voice of 100 ms a character and chimes of round lengths: so every time in these tests is round too."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from voicecoach.compiler import Choices, compile_session
from voicecoach.routine import Routine
from voicecoach.script.library import Library
from voicecoach.timeline import Event, Source, Timeline, Utterance
from voicecoach.units import SAMPLE_RATE, SECOND, Frames, Ms, frames

CHIMES = {"tick": 200, "in": 200, "hold": 200, "out": 200, "rest": 200}
"""Milliseconds; every other sound is half a second long."""


def even(sources: Collection[Source]) -> Mapping[Source, Frames]:
    return {source: frames(_length(source)) for source in sources}


def _length(source: Source) -> Ms:
    if isinstance(source, Utterance):
        return Ms(len(source.text) * 100 * 100 // source.rate)
    return Ms(CHIMES.get(source.name, 500))


@pytest.fixture(scope="session")
def voice() -> Callable[[Collection[Source]], Mapping[Source, Frames]]:
    """Lengths that are easily worked out in one's head."""
    return even


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Routine]:
    """A routine from its steps (or from a whole text), with those that it uses beside it by file name."""

    def routine(text: str, **beside: str) -> Routine:
        for name, other in {**beside, "main": text}.items():
            whole = dedent(other).strip()
            if not whole.startswith("title:"):
                whole = f"title: Test\nsteps:\n{whole}"
            (tmp_path / f"{name}.yaml").write_text(whole, encoding="utf-8")
        return Library(()).load_path(tmp_path / "main.yaml")

    return routine


@pytest.fixture
def session(read: Callable[..., Routine]) -> Callable[..., Timeline]:
    """The timeline of a text; `minutes` may stand for `length`, names of options may be a list."""

    def compiled(text: str, beside: Mapping[str, str] | None = None, **asked: Any) -> Timeline:
        if "minutes" in asked:
            asked["length"] = Ms(round(asked.pop("minutes") * 60 * SECOND))
        asked["options"] = frozenset(asked.get("options", ()))
        return compile_session(read(text, **(beside or {})), Choices(**asked), even)

    return compiled


@pytest.fixture
def heard(session: Callable[..., Timeline]) -> Callable[..., str]:
    """All that happens between the opening and the closing, a line each: seconds from the first step on, and what."""

    def lines(text: str, beside: Mapping[str, str] | None = None, **asked: Any) -> str:
        body = [event for event in session(text, beside, **asked).events if event.pos]
        zero = min((event.start for event in body), default=0)
        return "\n".join(_line(event, zero) for event in body)

    return lines


@pytest.fixture
def said(session: Callable[..., Timeline]) -> Callable[..., list[str]]:
    """Only the words, opening and closing left out."""

    def texts(text: str, beside: Mapping[str, str] | None = None, **asked: Any) -> list[str]:
        return [event.text for event in session(text, beside, **asked).events if event.text and event.pos]

    return texts


@pytest.fixture
def opening(session: Callable[..., Timeline]) -> Callable[..., list[str]]:
    """What the coach says before the first step."""

    def texts(text: str, beside: Mapping[str, str] | None = None, **asked: Any) -> list[str]:
        events = session(text, beside, **asked).events
        first = next(index for index, event in enumerate(events) if event.pos)
        return [event.text for event in events[:first] if event.text]

    return texts


def _line(event: Event, zero: int) -> str:
    start, end = (f"{(at - zero) / SAMPLE_RATE:g}" for at in (event.start, event.end))
    what = event.text if event.kind == "say" else f"<{event.sound or event.kind}>"
    return f"{start:<6} {end:<6} {what}"
