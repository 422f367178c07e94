"""Routines and choices that cannot be compiled, and very short, long and many steps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import pytest
from durations import seconds

from voicecoach.choices import Choices
from voicecoach.compiler import compile_session
from voicecoach.errors import ChoiceError, Pos, ScriptError
from voicecoach.routine import Hold, Pause, Range, Repeat, Routine, Say, Text
from voicecoach.timeline import Sound, Source, Timeline, Utterance
from voicecoach.units import HOUR, Frames

Session = Callable[..., Timeline]
POS = Pos("made up")
FLOOR = """
    - move: Floor
      steps:
        - move: Bridge
          steps:
            - say: Lift.
"""


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"only": ("brigde",)}, r"--only: Test has no move \(brigde\), allowed: .*; did you mean Bridge"),
        ({"skip": ("Rest",)}, r"--skip: Test has no move \(Rest\)"),
        ({"options": ["chair"]}, r"--with: Test has no option \(chair\), allowed: none"),
        ({"only": ("bridge",), "skip": ("floor",)}, "nothing is left to do"),
    ],
)
def test_unknown_choices_are_refused(session: Session, choices: dict[str, object], message: str) -> None:
    with pytest.raises(ChoiceError, match=message):
        session(FLOOR, **choices)


def test_language_without_phrases_is_refused(session: Session) -> None:
    with pytest.raises(ScriptError, match=r"language: .*\(tlh\), allowed: de, en, es, fr"):
        session("title: Qapla\nlanguage: tlh\nsteps: [{say: Qapla}]")


def even_voice(length: int) -> Callable[[Collection[Source]], Mapping[Source, Frames]]:
    """A voice that takes as many frames for every text; chimes take half a second, or less with it."""
    chime = Frames(min(length, seconds(0.5)))
    return lambda sources: {each: chime if isinstance(each, Sound) else Frames(length) for each in sources}


def say(words: str) -> Say:
    return Say(text=Text(words, (words,), POS), pos=POS)


def pause(length: int) -> Pause:
    return Pause(length=Range(length, length), pos=POS)


def routine(*steps: object) -> Routine:
    return Routine(title="Test", steps=steps)


def test_one_frame_clips_keep_silences() -> None:
    timeline = compile_session(
        routine(say("Up."), Hold(length=Range(20_000, 20_000), pos=POS)), Choices(), even_voice(1)
    )
    hold = next(event for event in timeline.events if event.kind == "hold")
    spoken = next(event for event in timeline.events if event.text == "Up.")
    assert spoken.end - spoken.start == 1
    assert hold.start - spoken.end == seconds(1)
    assert hold.end - hold.start == seconds(20)


def test_long_words_never_stretch_a_hold() -> None:
    hold = Hold(length=Range(2_000, 2_000), countdown=1, pos=POS)
    timeline = compile_session(routine(hold, say("Done.")), Choices(), even_voice(seconds(60)))
    event = next(event for event in timeline.events if event.kind == "hold")
    assert event.end - event.start == seconds(2)
    assert [left.text for left in timeline.left_out] == ["1"]
    texts = [each.source.text for each in timeline.placements if isinstance(each.source, Utterance)]
    assert texts[-2] == "Done."


def test_thousands_of_rounds_stay_in_step() -> None:
    rounds = Repeat(number=Range(5_000, 5_000), steps=(pause(1_001),), pos=POS)
    timeline = compile_session(routine(rounds), Choices(), even_voice(seconds(1)))
    pauses = [event for event in timeline.events if event.kind == "pause"]
    assert len(pauses) == 5_000
    assert pauses[-1].end - pauses[0].start == seconds(5_000 * 1.001)
    assert pauses[-1].round == (5_000, 5_000)


def test_session_over_a_day_is_refused() -> None:
    compile_session(routine(pause(23 * HOUR)), Choices(), even_voice(seconds(1)))
    with pytest.raises(ScriptError, match=r"a session of more than 24 h \(24\.0 h\)"):
        compile_session(routine(pause(24 * HOUR)), Choices(), even_voice(seconds(1)))


@pytest.mark.parametrize("steps", [(), (Repeat(number=Range(3, 3), steps=(), pos=POS),)])
def test_empty_session_is_refused(steps: tuple[Repeat, ...]) -> None:
    with pytest.raises(ChoiceError, match="nothing is left to do"):
        compile_session(routine(*steps), Choices(), even_voice(seconds(1)))


def test_deep_nesting_compiles() -> None:
    step: object = say("Down.")
    for _ in range(60):
        step = Repeat(number=Range(1, 1), steps=(step,), pos=POS)
    timeline = compile_session(routine(step), Choices(), even_voice(seconds(1)))
    assert [event.text for event in timeline.events if event.pos] == ["Down."]
