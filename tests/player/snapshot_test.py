"""Snapshots, moment by moment, of the session of conftest.py."""

from __future__ import annotations

import pytest
from durations import seconds

from voicecoach.outputs.output import DeviceHealth
from voicecoach.player.snapshot import Snapshot, take_snapshot
from voicecoach.player.transport import Transport
from voicecoach.units import Ms


@pytest.mark.parametrize(
    ("at", "seen"),
    [
        (0.2, {"part": 0, "move": None, "label": "Side stretch", "part_start_ms": 0, "part_end_ms": 1000}),
        (0.2, {"cue": "Side stretch, ten minutes.", "cue_at_ms": 0, "next_cue": "Lean over.", "clock": None}),
        (2.5, {"part": 1, "move": "Lean", "side": "left", "round": 1, "rounds": 3, "clock": "hold"}),
        (2.5, {"clock_left_ms": 2500, "cue": "Lean over.", "cue_at_ms": 1000, "next_cue": "Breathe into it."}),
        (4.6, {"word": "one", "word_at_ms": 4500, "clock_left_ms": 400, "part_start_ms": 1000, "part_end_ms": 5000}),
        (8.5, {"part": 3, "move": "Roll", "side": None, "round": None, "clock": None, "clock_left_ms": None}),
        (9.9, {"part": 4, "move": None, "position_ms": 9900, "length_ms": 10_000, "next_cue": ""}),
        (10, {"cue": "That is all.", "next_cue": "", "clock": None, "word": ""}),
    ],
)
def test_fields_follow_position(index, at, seen) -> None:
    found = take_snapshot(Transport(index, seconds(at)))
    assert {name: getattr(found, name) for name in seen} == seen


def test_whole_snapshot_in_paused_hold(index) -> None:
    health = DeviceHealth(message="'Headset' is disconnected: playing on the default loudspeaker.")
    transport = Transport(index, seconds(4.2), "paused", volume=70, speed=90, health=health, failed=("More",))
    assert take_snapshot(transport) == Snapshot(
        state="paused",
        title="Side stretch",
        move="Lean",
        part=1,
        part_start_ms=Ms(1000),
        part_end_ms=Ms(5000),
        side="left",
        round=1,
        rounds=3,
        position_ms=Ms(4200),
        length_ms=Ms(10_000),
        cue="Breathe into it.",
        cue_at_ms=Ms(3500),
        next_cue="Come up.",
        word="two",
        word_at_ms=Ms(4000),
        clock="hold",
        clock_left_ms=Ms(800),
        volume=70,
        speed=90,
        failed=("More",),
        trouble="'Headset' is disconnected: playing on the default loudspeaker.",
    )
