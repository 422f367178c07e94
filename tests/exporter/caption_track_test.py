"""When a caption is shown, and how its text is split and broken into lines."""

import numpy as np
import pytest
from durations import seconds
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.exporter.caption_track import (
    LINE_WIDTH,
    Caption,
    caption_track,
    one_at_a_time,
    split_long_captions,
    split_text,
    wrap_lines,
)
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Event, EventKind, Placement, Sound, Source, Timeline, Utterance
from voicecoach.units import Ms, frames


def clip(source: Source) -> Clip:
    """100 ms of silence, 300 ms of a tone and 200 ms of silence."""
    if source == Utterance("silence"):
        return Clip(np.zeros(seconds(0.6), np.float32))
    samples = np.zeros(seconds(0.6), np.float32)
    samples[seconds(0.1) : seconds(0.4)] = 0.25
    return Clip(samples)


def timeline(*steps: tuple[EventKind, int, int, str | None], source: Source | None = None) -> Timeline:
    events = tuple(Event(kind, frames(Ms(start)), frames(Ms(end)), text=text) for kind, start, end, text in steps)
    placements = tuple(
        Placement(event.start, seconds(0.6), source or Utterance(event.text or ""), number)
        for number, event in enumerate(events)
        if event.kind == "say"
    )
    return Timeline(
        title="T",
        language="en",
        level=50,
        length=seconds(60),
        placements=placements,
        events=events,
        moves=(),
    )


def long_clip(_: Source) -> Clip:
    """100 ms of silence, 1.3 s of a tone and 200 ms of silence."""
    samples = np.zeros(seconds(1.6), np.float32)
    samples[seconds(0.1) : seconds(1.4)] = 0.25
    return Clip(samples)


def test_caption_lasts_while_text_is_audible() -> None:
    assert caption_track(timeline(("say", 1_000, 2_600, "In  and\nout.")), long_clip) == (
        Caption(Ms(1_100), Ms(2_400), "In and out."),
    )


def test_counted_number_can_be_read() -> None:
    """It stays for five sixths of a second, or until the next number or the end of the session."""
    steps = [("say", at, at + 600, text) for at, text in ((1_000, "one"), (3_000, "two"), (3_700, "three"))]
    found = caption_track(timeline(*steps, ("say", 59_400, 60_000, "four")), clip)
    assert [(each.start, each.end) for each in found] == [
        (1_100, 1_934),
        (3_100, 3_800),
        (3_800, 4_634),
        (59_500, 60_000),
    ]


def test_overlapping_captions_keep_their_ends() -> None:
    found = caption_track(timeline(("say", 1_000, 2_600, "a"), ("say", 2_000, 3_600, "b")), long_clip)
    assert [(each.start, each.end) for each in found] == [(1_100, 2_400), (2_100, 3_400)]


def test_silent_text_is_captioned() -> None:
    assert caption_track(timeline(("say", 1_000, 1_600, "silence")), clip) == (
        Caption(Ms(1_000), Ms(1_834), "silence"),
    )


@pytest.mark.parametrize("step", [("hold", 0, 9, "hold"), ("say", 0, 600, None), ("say", 0, 600, " ")])
def test_steps_without_text_have_no_caption(step: tuple[EventKind, int, int, str | None]) -> None:
    assert caption_track(timeline(step), clip) == ()


def test_chime_does_not_lengthen_caption() -> None:
    assert caption_track(timeline(("say", 1_000, 1_900, "In"), source=Sound("start")), clip)[0].end == 1_900


def test_equal_texts_need_one_clip() -> None:
    asked: list[Source] = []

    def counted(source: Source) -> Clip:
        asked.append(source)
        return clip(source)

    assert len(caption_track(timeline(*[("say", at, at + 600, "In") for at in range(0, 5000, 1000)]), counted)) == 5
    assert asked == [Utterance("In")]


def test_hold_counts_down() -> None:
    session = timeline(("hold", 500, 3_000, None), ("say", 1_100, 1_700, "Halfway"))
    assert caption_track(session, clip, holds=True) == (
        Caption(Ms(500), Ms(1_000), "0:03", said=False),
        Caption(Ms(1_000), Ms(2_000), "0:02", said=False),
        Caption(Ms(1_200), Ms(2_034), "Halfway"),
        Caption(Ms(2_000), Ms(3_000), "0:01", said=False),
    )
    assert [cue.text for cue in caption_track(session, clip)] == ["Halfway"]


def test_split_captions_stay_sorted() -> None:
    first, second = "Put your left hand on your left hip,", "and then sweep the right arm up beside your ear."
    long, on = Caption(Ms(1_000), Ms(1_084), f"{first} {second}"), Caption(Ms(1_010), Ms(1_020), "Go on")
    shown = (Caption(Ms(1_000), Ms(1_036), first), on, Caption(Ms(1_036), Ms(1_084), second))
    assert split_long_captions((long, on)) == shown
    assert split_long_captions((on,)) == (on,)


def test_speech_replaces_hold_times() -> None:
    halfway, on = Caption(Ms(1_200), Ms(1_500), "Halfway"), Caption(Ms(1_400), Ms(1_600), "Go on")
    clocks = [Caption(Ms(at), Ms(at + 1_000), str(at), said=False) for at in (0, 1_000, 1_500, 2_000, 2_500)]
    shown = sorted([halfway, on, *clocks], key=lambda cue: cue.start)
    assert one_at_a_time(tuple(shown)) == [
        clocks[0],
        Caption(Ms(1_200), Ms(1_400), "Halfway"),
        on,
        clocks[3],
    ]
    assert one_at_a_time(()) == []


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("Breathe out.", ["Breathe out."]),
        (
            "Breathe in, and slowly reach both your arms up.",
            ["Breathe in,", "and slowly reach both your arms up."],
        ),
        (
            "Let the knee sink outwards. Breathe out. Keep the hip still, and do not pull.",
            ["Let the knee sink outwards. Breathe out.", "Keep the hip still, and do not pull."],
        ),
        (
            "Now the whole arm moves slowly and without any force from the shoulder",
            ["Now the whole arm moves slowly and", "without any force from the shoulder"],
        ),
        (
            "Er sagte: „Langsam.“ Und dann hebt sich der Kopf ganz leicht",
            ["Er sagte: „Langsam.“", "Und dann hebt sich der Kopf ganz leicht"],
        ),
        ("", []),
    ],
)
def test_lines_break_at_clauses_then_evenly(text: str, broken: list[str]) -> None:
    assert wrap_lines(text) == broken


def test_overlong_word_is_cut() -> None:
    assert [len(line) for line in wrap_lines("x" * 100)] == [41, 41, 18]


@given(st.text(st.sampled_from("ab ,.—息\n\t"), max_size=300))
def test_any_text_fits_its_lines(text: str) -> None:
    broken = wrap_lines(text)
    assert all(line and len(line) <= LINE_WIDTH < 42 and line == line.strip() for line in broken)
    assert "".join("".join(broken).split()) == "".join(text.split())
    parts = split_text(text)
    assert all(1 <= len(wrap_lines(part)) <= 2 and part == part.strip() for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Breathe out.", ["Breathe out."]),
        (
            "Put your left hand on your left hip, and then sweep the right arm up beside your ear.",
            ["Put your left hand on your left hip,", "and then sweep the right arm up beside your ear."],
        ),
        (
            "Now " + "and then the whole arm moves slowly " * 3 + "up. Breathe in.",
            [
                "Now and then the whole arm moves slowly and then the whole arm moves slowly",
                "and then the whole arm moves slowly up. Breathe in.",
            ],
        ),
        ("", []),
    ],
)
def test_split_text(text: str, parts: list[str]) -> None:
    assert split_text(text) == parts
