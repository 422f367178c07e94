"""A log in a folder of the test's own, and a session of ten seconds to record in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from durations import seconds

from voicecoach.history.entry import LoggedSession
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.timeline import Event, Placement, Span, Timeline, Utterance
from voicecoach.units import Frames


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sessions.db"


@pytest.fixture(scope="session")
def timeline() -> Timeline:
    """A title, one move with a hold in it, and a closing."""

    def say(start: float, text: str, move: int | None = None) -> Event:
        return Event("say", seconds(start), seconds(start + 0.5), text=text, move=move)

    hold = Event("hold", seconds(2), seconds(5), move=0)
    events = (say(0, "Side stretch, ten minutes."), say(1, "Lean over.", 0), hold, say(9, "That is all."))
    return Timeline(
        title="Side stretch",
        language="en",
        level=50,
        length=seconds(10),
        placements=tuple(
            Placement(event.start, Frames(event.end - event.start), Utterance(event.text), number)
            for number, event in enumerate(events)
            if event.text
        ),
        events=events,
        moves=(Span("Lean", seconds(1), seconds(9), "standing"),),
    )


@pytest.fixture(scope="session")
def landmarks(timeline: Timeline) -> TimelineIndex:
    return TimelineIndex(timeline)


@pytest.fixture
def make_session(timeline: Timeline) -> Callable[..., LoggedSession]:
    """`make_session(start=…)`: the session of ten seconds, as it is handed to the log."""

    def make(**values) -> LoggedSession:
        return LoggedSession(**{"routine": "side-stretch", "voice": "tones", "timeline": timeline, **values})

    return make
