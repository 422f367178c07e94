"""Very short, very long, very many."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import pytest

from voicecoach.compiler import Choices, compile_session
from voicecoach.errors import ChoiceError, Pos, ScriptError
from voicecoach.routine import Hold, Pause, Range, Repeat, Routine, Say, Text
from voicecoach.timeline import Sound, Source, Timeline, Utterance
from voicecoach.units import SAMPLE_RATE, Frames

POS = Pos("made up")
HOUR = 3_600_000


def all_of(length: int) -> Callable[[Collection[Source]], Mapping[Source, Frames]]:
    """A voice that takes as long for every text; chimes take half a second, or less with it."""
    chime = Frames(min(length, SAMPLE_RATE // 2))
    return lambda sources: {each: chime if isinstance(each, Sound) else Frames(length) for each in sources}


def say(words: str) -> Say:
    return Say(text=Text(words, (words,), POS), pos=POS)


def routine(*steps: object) -> Routine:
    return Routine(title="Test", steps=steps)


def test_clips_of_one_frame_leave_the_silences_whole() -> None:
    timeline = compile_session(routine(say("Up."), Hold(length=Range(20_000, 20_000), pos=POS)), Choices(), all_of(1))
    hold = next(event for event in timeline.events if event.kind == "hold")
    spoken = next(event for event in timeline.events if event.text == "Up.")
    assert spoken.end - spoken.start == 1
    assert hold.start - spoken.end == SAMPLE_RATE
    assert hold.end - hold.start == 20 * SAMPLE_RATE


def test_words_of_a_minute_do_not_fit_into_a_hold_and_do_not_stretch_it() -> None:
    hold = Hold(length=Range(2_000, 2_000), countdown=1, pos=POS)
    timeline = compile_session(routine(hold, say("Done.")), Choices(), all_of(60 * SAMPLE_RATE))
    event = next(event for event in timeline.events if event.kind == "hold")
    assert event.end - event.start == 2 * SAMPLE_RATE
    assert [left.text for left in timeline.left_out] == ["1"]
    texts = [each.source.text for each in timeline.placements if isinstance(each.source, Utterance)]
    assert texts[-2] == "Done."


def test_thousands_of_rounds_stay_in_step() -> None:
    rounds = Repeat(number=Range(5_000, 5_000), steps=(Pause(length=Range(1_001, 1_001), pos=POS),), pos=POS)
    timeline = compile_session(routine(rounds), Choices(), all_of(SAMPLE_RATE))
    pauses = [event for event in timeline.events if event.kind == "pause"]
    assert len(pauses) == 5_000
    assert pauses[-1].end - pauses[0].start == 5_000 * 1_001 * SAMPLE_RATE // 1000
    assert pauses[-1].round == (5_000, 5_000)


def test_more_than_a_day_is_refused() -> None:
    compile_session(routine(Pause(length=Range(23 * HOUR, 23 * HOUR), pos=POS)), Choices(), all_of(SAMPLE_RATE))
    with pytest.raises(ScriptError, match=r"a session of more than 24 h \(24\.0 h\)"):
        compile_session(routine(Pause(length=Range(24 * HOUR, 24 * HOUR), pos=POS)), Choices(), all_of(SAMPLE_RATE))


@pytest.mark.parametrize("steps", [(), (Repeat(number=Range(3, 3), steps=(), pos=POS),)])
def test_a_session_of_nothing_is_refused(steps: tuple[Repeat, ...]) -> None:
    with pytest.raises(ChoiceError, match="nothing is left to do"):
        compile_session(routine(*steps), Choices(), all_of(SAMPLE_RATE))


def test_deep_nesting_compiles() -> None:
    step: object = say("Down.")
    for _ in range(60):
        step = Repeat(number=Range(1, 1), steps=(step,), pos=POS)
    timeline = compile_session(routine(step), Choices(), all_of(SAMPLE_RATE))
    assert [event.text for event in timeline.events if event.pos] == ["Down."]


@pytest.mark.parametrize("level", [0, 100])
def test_the_ends_of_the_scale_are_the_ends_of_the_range(session: Callable[..., Timeline], level: int) -> None:
    timeline = session("- hold: 20-40 s\n- count: 2-6\n  each: 1-5 s", level=level)
    efforts = [(event.end - event.start) // SAMPLE_RATE for event in timeline.events if event.kind in ("hold", "count")]
    assert efforts == ([20, 2] if level == 0 else [40, 30])
