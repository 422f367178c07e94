"""A small session that many of these tests play: ten seconds, three moves, an opening and a closing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future

import numpy as np
import pytest
from durations import seconds

from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.sound.clip import Clip, Samples
from voicecoach.sound.mix import Mix
from voicecoach.timeline import Event, Placement, Sound, Source, Span, Timeline, Utterance
from voicecoach.units import Frames


def spoken(start: float, text: str, move: int | None = None, **more) -> Event:
    """Half a second of speech."""
    return Event("say", seconds(start), seconds(start + 0.5), text=text, move=move, **more)


EVENTS = (
    spoken(0.0, "Side stretch, ten minutes."),
    spoken(1.0, "Lean over.", 0, side="left", round=(1, 3)),
    Event("hold", seconds(2.0), seconds(5.0), move=0, side="left", round=(1, 3)),
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
        length=seconds(10),
        placements=tuple(
            Placement(event.start, Frames(event.end - event.start), Utterance(event.text), at)
            for at, event in enumerate(EVENTS)
            if event.kind == "say"
        ),
        events=EVENTS,
        moves=(
            Span("Lean", seconds(1), seconds(5), "standing"),
            Span("Cat and cow", seconds(5), seconds(8)),
            Span("Roll", seconds(8), seconds(9)),
        ),
    )


@pytest.fixture(scope="session")
def index(timeline) -> TimelineIndex:
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
def mix(timeline, clip) -> Mix:
    return Mix(timeline, clip)


@pytest.fixture(scope="session")
def whole(mix) -> Samples:
    """The samples of the whole session."""
    return mix.read(0, mix.length)


@pytest.fixture
def immediate() -> Executor:
    """Runs each task at once."""

    class Immediate(Executor):
        def submit(self, task, /, *arguments, **options) -> Future:
            future = Future()
            try:
                future.set_result(task(*arguments, **options))
            except Exception as error:  # noqa: BLE001 handed to the caller of `result`
                future.set_exception(error)
            return future

    return Immediate()
