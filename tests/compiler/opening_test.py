"""What the coach says before the first step and behind the last, and whole routines inside others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from voicecoach.compiler import Choices, compile_session
from voicecoach.errors import ChoiceError
from voicecoach.routine import Routine, join_routines
from voicecoach.timeline import Timeline
from voicecoach.units import SAMPLE_RATE

Session = Callable[..., Timeline]
Texts = Callable[..., list[str]]

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


def test_title_length_needs_and_caution_come_first(opening: Texts) -> None:
    assert opening(WHOLE) == ["Knots", "About one minute.", "You will need: mat, Ball and wall.", "Pain is a stop."]


def test_what_the_opening_tells_can_be_shown_too(session: Session) -> None:
    timeline = session(WHOLE, intro=False)
    assert (timeline.needs, timeline.cautions) == (("mat", "Ball", "wall"), ("Pain is a stop.",))
    assert session(OUTER, {"inner": INNER}).cautions == ("Slowly.",)
    assert session(OUTER, {"inner": INNER}).needs == ("blanket", "mat")


def test_each_is_followed_by_a_second_behind_the_chime(session: Session) -> None:
    events = session(WHOLE).events[:5]
    assert [(event.sound or event.text, event.start / SAMPLE_RATE, event.end / SAMPLE_RATE) for event in events] == [
        ("open", 0, 0.5),
        ("Knots", 0.5, 1),
        ("About one minute.", 2, 3.7),
        ("You will need: mat, Ball and wall.", 4.7, 8.1),
        ("Pain is a stop.", 9.1, 10.6),
    ]


def test_the_session_ends_with_a_chime_and_a_word(session: Session) -> None:
    timeline = session(WHOLE)
    done, word = timeline.events[-2:]
    assert (done.sound, word.text) == ("done", "That is all for this session. Well done.")
    assert done.start == timeline.moves[-1].end
    assert timeline.length - word.end == SAMPLE_RATE


def test_needs_are_those_of_what_is_played(opening: Texts) -> None:
    assert "You will need: mat, Ball, wall and roller." in opening(WHOLE, options=["rolling"])
    assert "You will need: mat, ball and roller." in opening(WHOLE, options=["rolling"], only=("roll",))


def test_without_intro_only_the_caution_is_spoken_behind_the_chime(session: Session, opening: Texts) -> None:
    assert opening(WHOLE, intro=False) == ["Pain is a stop."]
    assert session(WHOLE, intro=False).events[0].sound == "open"


def test_the_length_is_that_of_the_whole_session_in_whole_minutes(opening: Texts) -> None:
    # 11.6 s of words and chimes come on top
    assert opening("- hold: 2:17\n  quiet: yes")[1] == "About 2 minutes."
    assert opening("- hold: 2:20\n  quiet: yes")[1] == "About 3 minutes."


INNER = """
title: Cat and cow
needs: [mat]
caution: Slowly.
pronounce: {psoas: so-as}
options: {gentle: Less.}
steps:
  - say: Round your back.
    again: Round.
  - say: Not so far.
    when: gentle
"""
OUTER = """
title: Evening
needs: [blanket]
steps:
  - use: inner.yaml
  - use: inner.yaml
    options: [gentle]
"""


def test_a_used_routine_without_moves_is_a_move_and_again_begins_afresh(session: Session, said: Texts) -> None:
    timeline = session(OUTER, {"inner": INNER})
    assert [move.title for move in timeline.moves] == ["Cat and cow (1 of 2)", "Cat and cow (2 of 2)"]
    assert said(OUTER, {"inner": INNER}) == ["Round your back.", "Round your back.", "Not so far."]


def test_again_holds_where_the_same_use_comes_again(said: Texts) -> None:
    steps = "- repeat: 2\n  steps:\n    - use: inner.yaml"
    assert said(steps, {"inner": INNER}) == ["Round your back.", "Round."]


def test_options_reach_into_used_routines(said: Texts) -> None:
    words = ["Round your back.", "Not so far."]
    assert said("- use: inner.yaml", {"inner": INNER}, options=["gentle"]) == words


def test_needs_are_united_and_cautions_said_once_each(opening: Texts) -> None:
    words = opening(OUTER, {"inner": INNER})
    assert words[2:] == ["You will need: blanket and mat.", "Slowly."]


def test_the_outer_caution_stands_for_all(opening: Texts) -> None:
    outer = OUTER.replace("needs:", "caution: No pain.\nneeds:")
    assert opening(outer, {"inner": INNER})[3:] == ["No pain."]


def test_what_is_left_out_asks_for_nothing(opening: Texts) -> None:
    outer = OUTER + "  - move: Rest\n    steps: [{say: Lie down.}]\n"
    assert opening(outer, {"inner": INNER}, skip=("Cat and Cow",))[2:] == ["You will need: blanket."]


def test_words_are_respelled_whole_in_any_case_for_the_voice_only(session: Session) -> None:
    inner = INNER.replace("Round your back.", "PSOAS, psoas; psoases.")
    timeline = session("- use: inner.yaml\n- say: My psoas.", {"inner": inner})
    spoken = {timeline.events[each.event].text: each.source for each in timeline.placements}
    assert spoken["PSOAS, psoas; psoases."].text == "so-as, so-as; psoases."
    assert spoken["My psoas."].text == "My psoas."  # the other file's respelling


def test_a_caution_is_respelled_by_the_file_that_it_stands_in(session: Session) -> None:
    inner = INNER.replace("Slowly.", "Mind your psoas.")
    timeline = session("- use: inner.yaml", {"inner": inner})
    spoken = {timeline.events[each.event].text: each.source for each in timeline.placements}
    assert spoken["Mind your psoas."].text == "Mind your so-as."


def routine(read: Callable[..., Routine], title: str, more: str = "") -> Routine:
    return read(f"title: {title}\n{more}steps:\n  - say: This is {title}.")


def test_several_routines_are_one_session(read: Callable[..., Routine], voice: Callable[..., object]) -> None:
    first = routine(read, "Ice", "caution: Cloth between.\nneeds: [ice]\n")
    second = routine(read, "Rest", "caution: Breathe.\nneeds: [mat]\n")
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


def test_two_languages_do_not_join(read: Callable[..., Routine]) -> None:
    with pytest.raises(ChoiceError, match="two languages"):
        join_routines((routine(read, "Ice"), routine(read, "Eis", "language: de\n")))
