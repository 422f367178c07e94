"""The coach's words before the first step and after the last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from voicecoach.choices import Choices
from voicecoach.compiler import compile_session
from voicecoach.routine import Routine, join_routines
from voicecoach.timeline import Timeline
from voicecoach.units import SAMPLE_RATE

Session = Callable[..., Timeline]
Texts = Callable[..., list[str]]


@pytest.fixture
def opening(session: Session) -> Texts:
    """The coach's words before the first step."""

    def texts(text: str, used: Mapping[str, str] | None = None, **choices: Any) -> list[str]:
        events = session(text, used, **choices).events
        first = next(index for index, event in enumerate(events) if event.pos)
        return [event.text for event in events[:first] if event.text]

    return texts


WHOLE = """
title: Knots
needs: [mat]
caution: Pain is a stop.
options: {rolling: With the roller.}
steps:
  - move: Release
    needs: [Ball, wall]
    steps:
      - say: Lean.
  - move: Roll
    needs: [ball, roller]
    when: rolling
    steps:
      - say: Roll.
"""
INNER = """
title: Cat and cow
needs: [mat]
caution: Slowly.
steps:
  - say: Round your back.
"""
OUTER = """
title: Evening
needs: [blanket]
steps:
  - use: inner.yaml
  - use: inner.yaml
"""


def test_opening_has_title_length_needs_caution(opening: Texts) -> None:
    assert opening(WHOLE) == ["Knots", "About one minute.", "You will need: mat, Ball and wall.", "Pain is a stop."]


def test_timeline_lists_needs_and_cautions(session: Session) -> None:
    timeline = session(WHOLE, intro=False)
    assert (timeline.needs, timeline.cautions) == (("mat", "Ball", "wall"), ("Pain is a stop.",))
    assert session(OUTER, {"inner": INNER}).cautions == ("Slowly.",)
    assert session(OUTER, {"inner": INNER}).needs == ("blanket", "mat")


def test_opening_texts_are_a_second_apart(session: Session) -> None:
    events = session(WHOLE).events[:5]
    assert [(event.sound or event.text, event.start / SAMPLE_RATE, event.end / SAMPLE_RATE) for event in events] == [
        ("open", 0, 0.5),
        ("Knots", 0.5, 1),
        ("About one minute.", 2, 3.7),
        ("You will need: mat, Ball and wall.", 4.7, 8.1),
        ("Pain is a stop.", 9.1, 10.6),
    ]


def test_session_ends_with_chime_and_closing(session: Session) -> None:
    timeline = session(WHOLE)
    done, word = timeline.events[-2:]
    assert (done.sound, word.text) == ("done", "That is all for this session. Well done.")
    assert done.start == timeline.moves[-1].end
    assert timeline.length - word.end == SAMPLE_RATE


def test_needs_follow_the_selection(opening: Texts) -> None:
    assert "You will need: mat, Ball, wall and roller." in opening(WHOLE, options=["rolling"])
    assert "You will need: mat, ball and roller." in opening(WHOLE, options=["rolling"], only=("roll",))


def test_without_intro_only_caution_remains(session: Session, opening: Texts) -> None:
    assert opening(WHOLE, intro=False) == ["Pain is a stop."]
    assert session(WHOLE, intro=False).events[0].sound == "open"


def test_opening_length_covers_whole_session(opening: Texts) -> None:
    # The words and chimes take another 11.6 s.
    assert opening("- hold: 2:17\n  quiet: yes")[1] == "About 2 minutes."
    assert opening("- hold: 2:20\n  quiet: yes")[1] == "About 3 minutes."


def test_used_needs_and_cautions_come_once(opening: Texts) -> None:
    words = opening(OUTER, {"inner": INNER})
    assert words[2:] == ["You will need: blanket and mat.", "Slowly."]


def test_outer_caution_replaces_used_ones(opening: Texts) -> None:
    outer = OUTER.replace("needs:", "caution: No pain.\nneeds:")
    assert opening(outer, {"inner": INNER})[3:] == ["No pain."]


def test_skipped_routine_needs_nothing(opening: Texts) -> None:
    outer = OUTER + "  - move: Rest\n    steps: [{say: Lie down.}]\n"
    assert opening(outer, {"inner": INNER}, skip=("Cat and Cow",))[2:] == ["You will need: blanket."]


def test_joined_routines_share_one_opening(read: Callable[..., Routine], voice: Callable[..., object]) -> None:
    first, second = (
        read(f"title: {title}\n{more}steps:\n  - say: This is {title}.")
        for title, more in (
            ("Ice", "caution: Cloth between.\nneeds: [ice]\n"),
            ("Rest", "caution: Breathe.\nneeds: [mat]\n"),
        )
    )
    timeline = compile_session(join_routines((first, second)), Choices(), voice)
    assert [event.text for event in timeline.events if event.text] == [
        "Ice, Rest",
        "About one minute.",
        "You will need: ice and mat.",
        "Cloth between.",
        "Breathe.",
        "This is Ice.",
        "This is Rest.",
        "That is all for this session. Well done.",
    ]
    assert [move.title for move in timeline.moves] == ["Ice", "Rest"]
