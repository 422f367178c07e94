"""Chapters: flat, one for each pass through a move."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from voicecoach.compiler.selection import move_titles, routine_needs
from voicecoach.errors import ChoiceError, ScriptError
from voicecoach.routine import Routine
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


def test_chapters_are_flat_numbered_where_they_repeat_and_inner_ones_keep_the_position(session: Session) -> None:
    assert chapters(session(FLOOR)) == [
        ("Floor", "on your back"),
        ("Bridge (1 of 2)", "on your back"),
        ("Bridge (2 of 2)", "on your back"),
        ("Lie left", "on your left side"),  # of `Sides` itself nothing is heard
        ("Lie right", "on your right side"),
    ]


def test_loose_steps_belong_to_the_move_before(session: Session) -> None:
    timeline = session(FLOOR)
    of = {event.text: event.move for event in timeline.events if event.text}
    assert of["Loose."] is None
    assert of["Lie down."] == 0
    assert of["Roll over."] == 2
    assert of["Change sides. Now the right."] == 3
    assert of["Loose again."] == 4


def test_each_lasts_until_the_next_and_the_last_until_the_closing(session: Session) -> None:
    timeline = session(FLOOR)
    first, *_, last = timeline.moves
    assert [a.end for a in timeline.moves[:-1]] == [b.start for b in timeline.moves[1:]]
    assert first.start == next(event.start for event in timeline.events if event.text == "Lie down.")
    assert last.end == next(event.start for event in timeline.events if event.sound == "done")


def test_a_routine_without_moves_is_one(session: Session) -> None:
    timeline = session("title: Nod\nsteps:\n  - say: Nod.")
    assert chapters(timeline) == [("Nod", None)]
    assert {event.move for event in timeline.events if event.pos} == {0}


def test_so_is_one_whose_moves_are_all_left_out(session: Session) -> None:
    timeline = session("title: Nod\nsteps:\n  - say: Loose.\n  - move: Arm\n    steps: [{say: Up.}]", skip=("arm",))
    assert chapters(timeline) == [("Nod", None)]
    assert {event.move for event in timeline.events if event.pos} == {0}


def test_the_words_of_other_languages_do_not_reach_positions_and_sides(session: Session) -> None:
    timeline = session(
        "title: Liegen\nlanguage: de\nsteps:\n  - sides: [left, right]\n    steps:\n"
        "      - {move: 'Lage {side}', position: 'on your {side} side', steps: [{say: Ruh dich aus.}]}"
    )
    assert chapters(timeline) == [("Lage links", "on your left side"), ("Lage rechts", "on your right side")]
    assert {event.side for event in timeline.events} == {None, "left", "right"}


def test_events_know_their_side_and_round(session: Session) -> None:
    timeline = session("- repeat: 2\n  steps:\n    - sides: [right, left]\n      steps: [{say: Up.}]")
    known = [(event.side, event.round) for event in timeline.events if event.text == "Up."]
    assert known == [("right", (1, 2)), ("left", (1, 2)), ("right", (2, 2)), ("left", (2, 2))]


def test_what_found_no_room_is_told_with_its_line(session: Session) -> None:
    timeline = session("- hold: 10 s\n  every: 2 s\n  countdown: 3\n  cues:\n    2.5 s left: Far too long to be said.")
    (left,) = timeline.left_out  # of `every` nothing is told
    assert (left.text, left.pos.line) == ("Far too long to be said.", 7)
    assert left.why == "no room 7.5 s into a hold of 10 s, nor up to 2 s later"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"only": ("brigde",)}, r"--only: Test has no move \(brigde\), allowed: .*; did you mean Bridge"),
        ({"skip": ("Rest",)}, r"--skip: Test has no move \(Rest\)"),
        ({"options": ["chair"]}, r"--with: Test has no option \(chair\), allowed: none"),
        ({"only": ("bridge",), "skip": ("floor",)}, "nothing is left to do"),
    ],
)
def test_what_cannot_be_had_is_told(session: Session, asked: dict[str, object], message: str) -> None:
    with pytest.raises(ChoiceError, match=message):
        session(FLOOR, **asked)


def test_a_language_without_phrases_is_told_with_those_that_have_them(session: Session) -> None:
    with pytest.raises(ScriptError, match=r"language: .*\(tlh\), allowed: de, en, es, fr"):
        session("title: Qapla\nlanguage: tlh\nsteps: [{say: Qapla}]")


def test_titles_and_needs_can_be_listed_before_compiling(read: Callable[..., Routine]) -> None:
    routine = read(
        "title: A\nneeds: [mat]\noptions: {o: O.}\nsteps:\n"
        "  - {move: One, needs: [Ball], steps: [{use: inner.yaml}]}\n"
        "  - {move: '{left} two', needs: [ball, Mat], when: o, steps: [{say: Up.}]}",
        inner="title: B\nneeds: [roller]\nsteps: [{say: Roll.}]",
    )
    assert move_titles(routine) == ("One", "B", "{left} two")
    assert routine_needs(routine) == ("mat", "Ball", "roller")
    assert routine_needs(routine, frozenset({"o"})) == ("mat", "Ball", "roller")
