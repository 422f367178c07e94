"""The built-in routines, compiled: each test asks for a session by name and choices."""

from __future__ import annotations

import wave
from collections.abc import Callable, Collection, Mapping
from functools import cache

import pytest

from voicecoach import resources
from voicecoach.choices import Choices
from voicecoach.compiler import compile_session
from voicecoach.routine import Routine
from voicecoach.script.library import Library
from voicecoach.timeline import Sound, Source, Timeline
from voicecoach.units import Frames, Ms, frames

CHARACTERS_PER_SECOND = 17
"""How fast espeak and Piper read our cues; measured over all of them."""


def lengths(sources: Collection[Source]) -> Mapping[Source, Frames]:
    """A voice of even pace, and the chimes as they are."""
    return {source: _length(source) for source in sources}


def _length(source: Source) -> Frames:
    if isinstance(source, Sound):
        return _chime(source.name)
    return frames(Ms(200 + len(source.text) * 1000 // CHARACTERS_PER_SECOND))


@cache
def _chime(name: str) -> Frames:
    with wave.open(str(resources.bundled_folder("audio") / f"{name}.wav")) as file:
        return Frames(file.getnframes())


@pytest.fixture(scope="session")
def library() -> Library:
    """Only what comes with the program, whatever else this machine has."""
    return Library((resources.bundled_folder("scripts"),))


@pytest.fixture(scope="session")
def routine(library: Library) -> Callable[[str], Routine]:
    return library.load


@pytest.fixture(scope="session")
def session(library: Library) -> Callable[..., Timeline]:
    """A session by its routine's name: options by name, `level` or `minutes`, and whether the opening is spoken."""

    @cache
    def compiled(
        name: str, *options: str, level: int | None = None, minutes: int | None = None, intro: bool = True
    ) -> Timeline:
        length = None if minutes is None else Ms(minutes * 60_000)
        choices = Choices(level=level, length=length, options=frozenset(options), intro=intro)
        return compile_session(library.load(name), choices, lengths)

    return compiled
