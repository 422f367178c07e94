"""What there is to see, moment by moment, in the session of conftest.py."""

from __future__ import annotations

from voicecoach.player.snapshot import View, view
from voicecoach.player.transport import Transport
from voicecoach.units import Frames, Ms


def seen(landmarks, at: float, **more) -> View:
    return view(Transport(landmarks, Frames(round(48_000 * at)), **more))


def test_in_the_opening(landmarks):
    assert seen(landmarks, 0.2) == View(
        state="playing",
        volume=100,
        at=Ms(200),
        length=Ms(10_000),
        title="Side stretch",
        cue="Side stretch, ten minutes.",
        cue_at=Ms(0),
        following="Lean over.",
    )


def test_in_a_hold_on_the_left(landmarks):
    assert seen(landmarks, 4.2, volume=70, state="paused") == View(
        state="paused",
        volume=70,
        at=Ms(4200),
        length=Ms(10_000),
        title="Lean",
        side="left",
        round=(1, 3),
        cue="Breathe into it.",
        cue_at=Ms(3500),
        following="Come up.",
        clock=("hold", Ms(800)),
        word="two",
        word_at=Ms(4000),
    )


def test_at_the_end_nothing_follows(landmarks):
    last = seen(landmarks, 10, state="ended")
    assert (last.cue, last.following, last.clock, last.word) == ("That is all.", "", None, "")
