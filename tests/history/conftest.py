"""A log in a folder of the test's own, and a session of ten seconds to record in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from voicecoach.history.entry import LoggedSession
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.timeline import Event, Placement, Span, Timeline, Utterance
from voicecoach.units import Frames, Ms, frames


def at(seconds: float) -> Frames:
    return frames(Ms(round(1000 * seconds)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sessions.db"


@pytest.fixture(scope="session")
def timeline() -> Timeline:
    """A title, one move with a hold in it, and a closing."""
    say, hold = Event("say", at(1), at(1.5), text="Lean over.", move=0), Event("hold", at(2), at(5), move=0)
    title = Event("say", at(0), at(0.5), text="Side stretch, ten minutes.")
    closing = Event("say", at(9), at(9.5), text="That is all.")
    events = (title, say, hold, closing)
    return Timeline(
        title="Side stretch",
        language="en",
        level=50,
        length=at(10),
        placements=tuple(
            Placement(event.start, Frames(event.end - event.start), Utterance(event.text), number)
            for number, event in enumerate(events)
            if event.kind == "say"
        ),
        events=events,
        moves=(Span("Lean", at(1), at(9), "standing"),),
    )


@pytest.fixture(scope="session")
def landmarks(timeline: Timeline) -> TimelineIndex:
    return TimelineIndex(timeline)


@pytest.fixture
def begun(timeline: Timeline) -> Callable[..., LoggedSession]:
    """`begun(start=…)`: the session of ten seconds."""

    def make(**values) -> LoggedSession:
        return LoggedSession(**{"routine": "side-stretch", "voice": "tones", "timeline": timeline, **values})

    return make
