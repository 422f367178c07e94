"""Chapters: one per pass through a move, not nested."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from voicecoach.timeline import Timeline

Session = Callable[..., Timeline]

FLOOR = """
    - say: Loose.
    - move: Floor
      position: on your back
      steps:
        - say: Lie down.
        - repeat: 2
          steps:
            - move: Bridge
              steps:
                - say: Lift.
        - say: Roll over.
    - move: Sides
      steps:
        - sides: [left, right]
          steps:
            - move: "Lie {side}"
              position: on your {side} side
              steps:
                - say: Rest.
    - say: Loose again.
"""


def chapters(timeline: Timeline) -> list[tuple[str, str | None]]:
    return [(move.title, move.position) for move in timeline.moves]


def test_chapters_are_flat_and_numbered(session: Session) -> None:
    assert chapters(session(FLOOR)) == [
        ("Floor", "on your back"),
        ("Bridge (1 of 2)", "on your back"),
        ("Bridge (2 of 2)", "on your back"),
        ("Lie left", "on your left side"),  # `Sides` has no cue of its own
        ("Lie right", "on your right side"),
    ]


def test_loose_steps_belong_to_previous_move(session: Session) -> None:
    timeline = session(FLOOR)
    of = {event.text: event.move for event in timeline.events if event.text}
    assert of["Loose."] is None
    assert of["Lie down."] == 0
    assert of["Roll over."] == 2
    assert of["Change sides. Now the right."] == 3
    assert of["Loose again."] == 4


def test_chapters_last_until_the_next(session: Session) -> None:
    timeline = session(FLOOR)
    first, *_, last = timeline.moves
    assert [a.end for a in timeline.moves[:-1]] == [b.start for b in timeline.moves[1:]]
    assert first.start == next(event.start for event in timeline.events if event.text == "Lie down.")
    assert last.end == next(event.start for event in timeline.events if event.sound == "done")


@pytest.mark.parametrize("more", ["", "\n  - move: Arm\n    steps: [{say: Up.}]"])
def test_routine_without_moves_is_one_chapter(session: Session, more: str) -> None:
    timeline = session(f"title: Nod\nsteps:\n  - say: Nod.{more}", skip=("arm",) if more else ())
    assert chapters(timeline) == [("Nod", None)]
    assert {event.move for event in timeline.events if event.pos} == {0}


def test_positions_and_sides_stay_english(session: Session) -> None:
    timeline = session(
        "title: Liegen\nlanguage: de\nsteps:\n  - sides: [left, right]\n    steps:\n"
        "      - {move: 'Lage {side}', position: 'on your {side} side', steps: [{say: Ruh dich aus.}]}"
    )
    assert chapters(timeline) == [("Lage links", "on your left side"), ("Lage rechts", "on your right side")]
    assert {event.side for event in timeline.events} == {None, "left", "right"}


def test_events_know_side_and_round(session: Session) -> None:
    timeline = session("- repeat: 2\n  steps:\n    - sides: [right, left]\n      steps: [{say: Up.}]")
    known = [(event.side, event.round) for event in timeline.events if event.text == "Up."]
    assert known == [("right", (1, 2)), ("left", (1, 2)), ("right", (2, 2)), ("left", (2, 2))]
