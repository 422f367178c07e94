"""A session read line by line: what is new, and nothing twice."""

from __future__ import annotations

from dataclasses import replace

from voicecoach.choices import Choices
from voicecoach.outputs.output import DeviceHealth
from voicecoach.player.display import describe_changes
from voicecoach.player.queue import QueueItem, QueueSlot
from voicecoach.player.snapshot import view
from voicecoach.player.transport import Transport
from voicecoach.routine import Routine
from voicecoach.units import Ms, frames


def read(landmarks, *seen: tuple[float, dict]) -> list[str]:
    """What is told when the session of conftest.py is looked at in those seconds, in those states."""
    told, last = [], None
    for at, fields in seen:
        now = view(Transport(landmarks, frames(Ms(round(1000 * at))), **fields))
        told += [line.strip() for line in describe_changes(last, now)]
        last = now
    return told


def test_move_side_round_cue_and_clock(landmarks):
    assert read(landmarks, *((at / 10, {}) for at in range(56))) == [
        "0:00  Side stretch",
        "0:00  Side stretch, ten minutes.",
        "0:01  Lean",
        "0:01  Left side.",
        "0:01  Round 1 of 3.",
        "0:01  Lean over.",
        "0:02  Hold: 0:03.",
        "0:04  Breathe into it.",
        "0:05  Cat and cow",
        "0:05  Come up.",
    ]


def test_a_loudspeaker_that_is_not_there_from_the_start(landmarks):
    held = {"health": DeviceHealth(away=True, message="Another program holds the loudspeaker. Trying again.")}
    assert read(landmarks, (0, held), (0, held), (0, {})) == [
        "0:00  Side stretch",
        "0:00  Side stretch, ten minutes.",
        "0:00  Another program holds the loudspeaker. Trying again.",
        "0:00  The loudspeaker is there again.",
    ]


def test_what_was_steered(landmarks):
    told = read(landmarks, (3, {}), (3, {"state": "paused"}), (3, {"volume": 80}), (3, {"volume": 80}))
    assert told[-3:] == ["0:03  Paused, 0:07 left.", "0:03  Going on.", "0:03  Volume 80 %."]


def test_what_was_added(landmarks):
    queue = tuple(QueueSlot(QueueItem(Routine(title=title, steps=()), Choices())) for title in ("More", "Still more"))
    told = read(landmarks, (3, {}), (3, {"queue": queue[:1]}), (3, {"queue": queue}), (3, {"queue": queue[1:]}))
    assert told[-2:] == ["0:03  After this: More.", "0:03  After this: More, Still more."]


def test_what_was_added_in_vain(landmarks):
    told = read(landmarks, (3, {}), (3, {"failed": ("More",)}), (4, {"failed": ("More",)}))
    assert [line for line in told if "cannot follow" in line] == [
        "0:03  More cannot follow: it could not be spoken, or would end beyond 24 hours."
    ]


def test_a_routine_cannot_steer_the_terminal(landmarks):
    hostile = replace(view(Transport(landmarks)), cue="a\x1b[2Jb\x07", cue_at=Ms(0))
    assert "   0:00  a [2Jb" in describe_changes(None, hostile)
