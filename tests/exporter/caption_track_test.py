"""When a text is shown: from the first to the last sample that is heard."""

import numpy as np
import pytest

from voicecoach.exporter.caption_track import Caption, caption_track, one_at_a_time, split_long_captions
from voicecoach.sound.clip import Clip
from voicecoach.timeline import Event, EventKind, Placement, Sound, Source, Timeline, Utterance
from voicecoach.units import Ms, frames


def clip(source: Source) -> Clip:
    """100 ms of silence, 300 of a tone, 200 of silence."""
    if source == Utterance("silence"):
        return Clip(np.zeros(frames(Ms(600)), np.float32))
    samples = np.zeros(frames(Ms(600)), np.float32)
    samples[frames(Ms(100)) : frames(Ms(400))] = 0.25
    return Clip(samples)


def timeline(*steps: tuple[EventKind, int, int, str | None], source: Source | None = None) -> Timeline:
    events = tuple(Event(kind, frames(Ms(start)), frames(Ms(end)), text=text) for kind, start, end, text in steps)
    placements = tuple(
        Placement(event.start, frames(Ms(600)), source or Utterance(event.text or ""), number)
        for number, event in enumerate(events)
        if event.kind == "say"
    )
    return Timeline(
        title="T",
        language="en",
        level=50,
        length=frames(Ms(60_000)),
        placements=placements,
        events=events,
        moves=(),
    )


def test_a_cue_is_as_long_as_its_sound_is_heard() -> None:
    assert caption_track(timeline(("say", 1_000, 1_600, "In  and\nout.")), clip) == (
        Caption(Ms(1_100), Ms(1_400), "In and out."),
    )


def test_a_text_of_which_nothing_is_heard_is_shown_all_the_same() -> None:
    assert caption_track(timeline(("say", 1_000, 1_600, "silence")), clip) == (
        Caption(Ms(1_000), Ms(1_600), "silence"),
    )


@pytest.mark.parametrize("step", [("hold", 0, 9, "hold"), ("say", 0, 600, None), ("say", 0, 600, " ")])
def test_only_words_are_shown(step: tuple[EventKind, int, int, str | None]) -> None:
    assert caption_track(timeline(step), clip) == ()


def test_a_sound_that_rings_with_a_text_does_not_lengthen_it() -> None:
    assert caption_track(timeline(("say", 1_000, 1_200, "In"), source=Sound("start")), clip)[0].end == 1_200


def test_each_text_is_fetched_once() -> None:
    asked: list[Source] = []

    def counted(source: Source) -> Clip:
        asked.append(source)
        return clip(source)

    assert len(caption_track(timeline(*[("say", at, at + 600, "In") for at in range(0, 5000, 1000)]), counted)) == 5
    assert asked == [Utterance("In")]


def test_a_hold_counts_down_among_them_if_wanted() -> None:
    session = timeline(("hold", 500, 3_000, None), ("say", 1_100, 1_700, "Halfway"))
    assert caption_track(session, clip, holds=True) == (
        Caption(Ms(500), Ms(1_000), "0:03", said=False),
        Caption(Ms(1_000), Ms(2_000), "0:02", said=False),
        Caption(Ms(1_200), Ms(1_500), "Halfway"),
        Caption(Ms(2_000), Ms(3_000), "0:01", said=False),
    )
    assert [cue.text for cue in caption_track(session, clip)] == ["Halfway"]


def test_what_is_too_long_for_a_glance_is_shown_in_parts() -> None:
    """In the order of their beginnings, though another text begins meanwhile."""
    first, second = "Put your left hand on your left hip,", "and then sweep the right arm up beside your ear."
    long, on = Caption(Ms(1_000), Ms(1_084), f"{first} {second}"), Caption(Ms(1_010), Ms(1_020), "Go on")
    shown = (Caption(Ms(1_000), Ms(1_036), first), on, Caption(Ms(1_036), Ms(1_084), second))
    assert split_long_captions((long, on)) == shown
    assert split_long_captions((on,)) == (on,)


def test_where_one_text_is_shown_at_a_time_clocks_give_way() -> None:
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
