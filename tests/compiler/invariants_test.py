"""Rules that hold for every routine, chosen and voice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from durations import seconds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from promises import (
    Lengths,
    assert_end_chimes_end_holds,
    assert_in_order,
    assert_nothing_overlaps,
    made_up_voice,
)

from voicecoach.choices import Choices
from voicecoach.compiler import compile_session
from voicecoach.compiler.selection import unknown_titles
from voicecoach.errors import ChoiceError, Pos
from voicecoach.routine import (
    Breathe,
    BySide,
    Chime,
    Count,
    Hold,
    HoldCue,
    Move,
    Option,
    Pause,
    Phase,
    Placeholder,
    Range,
    Repeat,
    Routine,
    Say,
    Sides,
    Text,
    Use,
    Wait,
)
from voicecoach.timeline import Timeline
from voicecoach.units import FRAMES_PER_MS, Ms, frames

POS = Pos("made up")
EFFORTS = ("hold", "count", "breathe", "pause", "wait")


def text(*parts: str | Placeholder | BySide) -> Text:
    return Text("".join(map(str, parts)), parts, POS)


MINUTES_LEFT = text(Placeholder("left"), " of ", Placeholder("total"), " left")
other_texts = st.sampled_from(
    [
        text("Up."),
        text("Lean over to one side."),
        text(Placeholder("side"), " arm, ", BySide("weak", "strong"), " one, not the ", Placeholder("other")),
        text("Round ", Placeholder("round"), " of ", Placeholder("rounds")),
        text("This is ", Placeholder("move"), ", then ", Placeholder("next")),
        text("For ", Placeholder("length"), "."),
    ]
)
texts = other_texts | st.just(MINUTES_LEFT)


def ranges(low: int, high: int, step: int) -> st.SearchStrategy[Range]:
    numbers = st.integers(low, high).map(lambda number: number * step)
    return st.tuples(numbers, numbers).map(lambda pair: Range(min(pair), max(pair)))


def step(kind: type, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    condition = st.sampled_from([None, None, None, "option"])
    return st.builds(kind, pos=st.just(POS), when=condition, unless=condition, **fields)


short, silence = ranges(1, 60, 100), ranges(1, 30, 1000)
moments = st.tuples(st.sampled_from(["halfway", "left", "at"]), st.integers(1, 300).map(lambda tenths: tenths * 100))
cues = st.lists(st.builds(lambda moment, said: HoldCue(*moment, said, POS), moments, texts), max_size=4).map(tuple)
holds = step(
    Hold,
    length=ranges(20, 900, 100),
    cues=st.none() | cues,
    every=st.none() | ranges(1, 30, 1000),
    countdown=st.none() | st.integers(0, 10),
    quiet=st.booleans(),
)
phases = st.lists(st.builds(Phase, texts, short), min_size=1, max_size=3).map(tuple)
counts = step(Count, number=ranges(1, 6, 1), phases=phases, aloud=st.booleans()) | step(
    Count, number=ranges(1, 6, 1), each=short, aloud=st.booleans()
)
breaths = st.tuples(short, short, short).map(lambda times: tuple(zip(("in", "out", "rest"), times, strict=True)))
breathing = step(Breathe, phases=breaths, rounds=ranges(1, 5, 1)) | step(Breathe, phases=breaths, time=silence)
sounding = st.one_of(
    step(Say, text=texts, then=st.none() | ranges(0, 9, 1000), again=st.none() | texts | st.just(text())),
    step(Pause, length=silence),
    step(Wait, length=silence, say=st.none() | texts),
    step(Chime, sound=st.sampled_from(["open", "tick", "gong.wav"])),
    holds,
    counts,
    breathing,
)
TITLES = ["Hip", "Neck", "Floor"]


def around(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    steps = st.lists(inner, min_size=1, max_size=3).map(tuple)
    between = st.lists(inner, max_size=1).map(tuple)
    return st.one_of(
        step(Repeat, number=ranges(1, 3, 1), steps=steps, between=between, announce=st.booleans()),
        step(Sides, order=st.sampled_from([("left", "right"), ("right", "left")]), steps=steps, between=between),
        step(Sides, order=st.just(("left", "right")), steps=steps),
        step(Move, title=st.sampled_from([*map(text, TITLES), text(Placeholder("side"), " hip")]), steps=steps),
        step(Use, routine=st.builds(Routine, title=st.just("Used"), steps=steps), options=st.just(("option",))),
    )


routines = st.builds(
    Routine,
    title=st.just("Made up"),
    steps=st.lists(st.recursive(sounding, around, max_leaves=12), min_size=1, max_size=5).map(tuple),
    caution=st.sampled_from(["", "No pain."]),
    options=st.just((Option("option", "A choice."),)),
    needs=st.sampled_from([(), ("mat", "ball")]),
    language=st.sampled_from(["en", "de", "es", "fr"]),
)
choices = st.builds(
    Choices,
    level=st.none() | st.integers(0, 100),
    options=st.sampled_from([frozenset(), frozenset(["option"])]),
    only=st.lists(st.sampled_from(TITLES), max_size=1).map(tuple),
    skip=st.lists(st.sampled_from(TITLES), max_size=1).map(tuple),
    side=st.sampled_from(["left", "right", "both"]),
    speed=st.sampled_from([50, 75, 100, 150, 200]),
    intro=st.booleans(),
)
voices = st.tuples(st.integers(0, 99), st.sampled_from([1, 400, 4_000, 60_000]))


def voice_of(drawn: tuple[int, int]) -> Lengths:
    return made_up_voice(*drawn)


def compiled(routine: Routine, chosen: Choices, lengths: Lengths) -> Timeline | None:
    """The timeline; None if nothing is left to play."""
    only, skip = (
        [title for title in titles if not unknown_titles(routine, (title,))] for titles in (chosen.only, chosen.skip)
    )
    chosen = replace(chosen, only=tuple(only), skip=tuple(skip))
    try:
        return compile_session(routine, chosen, lengths)
    except ChoiceError:
        return None


always = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@always
@given(routines, choices, voices)
def test_voices_never_overlap(routine: Routine, chosen: Choices, drawn: tuple[int, int]) -> None:
    lengths = voice_of(drawn)
    timeline = compiled(routine, chosen, lengths)
    if timeline is None:
        return
    assert_nothing_overlaps(timeline)
    known = lengths([each.source for each in timeline.placements])
    assert all(each.length == known[each.source] for each in timeline.placements)


@always
@given(routines, choices, voices)
def test_events_are_sorted_inside_the_session(routine: Routine, chosen: Choices, drawn: tuple[int, int]) -> None:
    timeline = compiled(routine, chosen, voice_of(drawn))
    if timeline is not None:
        assert_in_order(timeline)


@always
@given(routines, choices, voices, voices)
def test_efforts_last_equally_with_any_voice(
    routine: Routine, chosen: Choices, drawn: tuple[int, int], other: tuple[int, int]
) -> None:
    routine = replace(routine, title="Plain")
    timelines = [compiled(routine, chosen, voice_of(each)) for each in (drawn, other)]
    efforts = [
        [(event.kind, event.end - event.start) for event in timeline.events if event.kind in EFFORTS]
        for timeline in timelines
        if timeline
    ]
    assert all(each == efforts[0] for each in efforts)


@always
@given(routines, choices, voices)
def test_end_chime_starts_where_hold_ends(routine: Routine, chosen: Choices, drawn: tuple[int, int]) -> None:
    timeline = compiled(routine, chosen, voice_of(drawn))
    if timeline is not None:
        assert_end_chimes_end_holds(timeline)


@settings(always, max_examples=30)
@given(routines, choices, voices)
def test_compiling_is_deterministic(routine: Routine, chosen: Choices, drawn: tuple[int, int]) -> None:
    assert compiled(routine, chosen, voice_of(drawn)) == compiled(routine, chosen, voice_of(drawn))


def ends(routine: Routine, chosen: Choices, lengths: Lengths) -> tuple[int, int] | None:
    """The lengths in milliseconds at the lowest and the highest level."""
    timelines = [compiled(routine, replace(chosen, level=level), lengths) for level in (0, 100)]
    low, high = ([timeline.length // FRAMES_PER_MS] if timeline else [] for timeline in timelines)
    return (low[0], high[0]) if low and high else None


# Without texts that name the minutes: "10" takes longer than "9", so many of them leave 9:28 or 9:32, but no 9:30.
elastic = st.lists(
    st.recursive(
        step(Say, text=other_texts, then=st.none() | ranges(0, 9, 1000))
        | step(Pause, length=silence)
        | step(Wait, length=silence)
        | step(Hold, length=ranges(2, 90, 1000)),
        lambda inner: step(Repeat, number=st.just(Range(3, 3)), steps=st.tuples(inner, inner), announce=st.booleans()),
        max_leaves=8,
    ),
    min_size=1,
    max_size=5,
).map(tuple)


@settings(always, max_examples=60)
@given(elastic, st.sampled_from([50, 100, 200]), st.integers(0, 1000))
def test_minutes_met_if_only_times_vary(voice: Lengths, steps: tuple[Any, ...], speed: int, share: int) -> None:
    routine, chosen = Routine(title="Test", steps=steps), Choices(speed=speed)
    reach = ends(routine, chosen, voice)
    if reach:
        target = Ms(reach[0] + (reach[1] - reach[0]) * share // 1000)
        timeline = compile_session(routine, replace(chosen, length=target), voice)
        assert abs(timeline.length - frames(target)) <= seconds(1)


@settings(always, max_examples=60)
@given(routines, choices, voices, st.integers(0, 1000))
def test_minutes_met_or_refused(routine: Routine, chosen: Choices, drawn: tuple[int, int], share: int) -> None:
    lengths = voice_of(drawn)
    reach = ends(routine, chosen, lengths)
    if reach:
        target = Ms(reach[0] + (reach[1] - reach[0]) * share // 1000)
        timeline = compiled(routine, replace(chosen, level=None, length=target), lengths)
        assert timeline is None or abs(timeline.length - frames(target)) <= seconds(1)
