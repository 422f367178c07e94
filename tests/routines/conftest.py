"""The built-in routines, compiled: a test requests a session by name and choices."""

from __future__ import annotations

import wave
from collections.abc import Callable, Collection, Mapping
from functools import cache

import pytest

from voicecoach import resources
from voicecoach.choices import Choices
from voicecoach.compiler import compile_session
from voicecoach.script.library import Library
from voicecoach.timeline import Sound, Source, Timeline
from voicecoach.units import Frames, Ms, frames

CHARACTERS_PER_SECOND = 17
"""Average rate at which espeak and Piper read our cues, measured over all of them."""


def lengths(sources: Collection[Source]) -> Mapping[Source, Frames]:
    """Lengths of a voice with an even pace, and of the real chimes."""
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
    """Only the built-in routines, without those of this machine."""
    return Library((resources.bundled_folder("scripts"),))


@pytest.fixture(scope="session")
def session(library: Library) -> Callable[..., Timeline]:
    """Compiles a routine: its name, names of options, a `level` or `minutes`, with or without `intro`."""

    @cache
    def compiled(
        name: str, *options: str, level: int | None = None, minutes: int | None = None, intro: bool = True
    ) -> Timeline:
        length = None if minutes is None else Ms(minutes * 60_000)
        choices = Choices(level=level, length=length, options=frozenset(options), intro=intro)
        return compile_session(library.load(name), choices, lengths)

    return compiled
