"""A small session that many of these tests play: ten seconds, three moves, an opening and a closing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.sound.clip import Clip
from voicecoach.sound.mix import Mix
from voicecoach.timeline import Event, Placement, Sound, Source, Span, Timeline, Utterance
from voicecoach.units import Frames, Ms, frames


def f(seconds: float) -> Frames:
    return frames(Ms(round(1000 * seconds)))


def spoken(start: float, text: str, move: int | None = None, **more) -> Event:
    """Half a second of speech."""
    return Event("say", f(start), f(start + 0.5), text=text, move=move, **more)


EVENTS = (
    spoken(0.0, "Side stretch, ten minutes."),
    spoken(1.0, "Lean over.", 0, side="left", round=(1, 3)),
    Event("hold", f(2.0), f(5.0), move=0, side="left", round=(1, 3)),
    spoken(3.5, "Breathe into it.", 0, side="left", round=(1, 3)),
    spoken(4.0, "two", 0, side="left", round=(1, 3)),
    spoken(4.5, "one", 0, side="left", round=(1, 3)),
    spoken(5.0, "Come up.", 1, side="left"),
    spoken(6.0, "Cat and cow.", 1),
    spoken(8.0, "Roll.", 2),
    spoken(9.0, "That is all.", None),
)


@pytest.fixture(scope="session")
def timeline() -> Timeline:
    return Timeline(
        title="Side stretch",
        language="en",
        level=50,
        length=f(10),
        placements=tuple(
            Placement(event.start, Frames(event.end - event.start), Utterance(event.text), at)
            for at, event in enumerate(EVENTS)
            if event.kind == "say"
        ),
        events=EVENTS,
        moves=(
            Span("Lean", f(1), f(5), "standing"),
            Span("Cat and cow", f(5), f(8)),
            Span("Roll", f(8), f(9)),
        ),
    )


@pytest.fixture(scope="session")
def landmarks(timeline) -> TimelineIndex:
    return TimelineIndex(timeline)


@pytest.fixture(scope="session")
def clip() -> Callable[[Source], Clip]:
    """Each text a tone of its own, and 5 ms for the chime that confirms."""

    def tone(source: Source) -> Clip:
        if isinstance(source, Sound):
            return Clip(np.full(240, 0.1, np.float32))
        pitch = 200 + 10 * len(source.text)
        return Clip((0.4 * np.sin(2 * np.pi * pitch / 48000 * np.arange(24000))).astype(np.float32))

    return tone


@pytest.fixture(scope="session")
def renderer(timeline, clip) -> Mix:
    return Mix(timeline, clip)
