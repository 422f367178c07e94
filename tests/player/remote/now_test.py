"""What other programs see of the session of tests/player/conftest.py, moment by moment."""

from __future__ import annotations

import pytest

from voicecoach.player.control_server import RateLimiter
from voicecoach.player.snapshot import take_snapshot
from voicecoach.player.transport import Transport
from voicecoach.units import Ms, frames


@pytest.mark.parametrize(
    ("at", "seen"),
    [
        (500, {"part": 0, "move": None, "label": "Side stretch", "part_start_ms": 0, "part_end_ms": 1000}),
        (2500, {"part": 1, "move": "Lean", "side": "left", "round": 1, "rounds": 3, "clock": "hold"}),
        (2500, {"clock_left_ms": 2500, "cue": "Lean over.", "cue_at_ms": 1000, "next_cue": "Breathe into it."}),
        (4600, {"word": "one", "word_at_ms": 4500, "clock_left_ms": 400, "part_start_ms": 1000, "part_end_ms": 5000}),
        (8500, {"part": 3, "move": "Roll", "side": None, "round": None, "clock": None, "clock_left_ms": None}),
        (9900, {"part": 4, "move": None, "position_ms": 9900, "length_ms": 10_000, "next_cue": ""}),
    ],
)
def test_what_is_seen(landmarks, at, seen) -> None:
    found = take_snapshot(Transport(landmarks, frames(Ms(at))))
    assert {name: getattr(found, name) for name in seen} == seen


def test_so_many_turns_at_once_and_so_many_a_second() -> None:
    pace = RateLimiter(rate=100, burst=5)
    assert [pace.turn(50.0) for _ in range(5)] == [0.0] * 5
    assert [round(pace.turn(50.0), 9) for _ in range(3)] == [0.01, 0.02, 0.03]
    assert pace.turn(60.0) == 0.0
