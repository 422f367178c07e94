"""More time for the running hold, in the session of conftest.py: 3 s of it, from 2.0 to 5.0."""

from __future__ import annotations

from durations import seconds

from voicecoach.player.timeline_edits import lengthen_clock


def said(timeline) -> list[tuple[float, str]]:
    return [(event.start / 48_000, event.text) for event in timeline.events if event.text]


def test_later_events_move(timeline, index):
    longer = lengthen_clock(timeline, index.clock(seconds(3.7)), seconds(3.7), seconds(2))
    assert said(longer) == [
        (0.0, "Side stretch, ten minutes."),
        (1.0, "Lean over."),
        (3.5, "Breathe into it."),
        (6.0, "two"),
        (6.5, "one"),
        (7.0, "Come up."),
        (8.0, "Cat and cow."),
        (10.0, "Roll."),
        (11.0, "That is all."),
    ]
    assert [(move.start, move.end) for move in longer.moves] == [
        (seconds(1), seconds(7)),
        (seconds(7), seconds(10)),
        (seconds(10), seconds(11)),
    ]


def test_begun_countdown_starts_anew(timeline, index):
    longer = lengthen_clock(timeline, index.clock(seconds(4.2)), seconds(4.2), seconds(2))
    assert [(at, text) for at, text in said(longer) if 3.5 < at < 7.5] == [
        (4.0, "two"),
        (6.0, "two"),
        (6.5, "one"),
        (7.0, "Come up."),
    ]


def test_placements_follow_events(timeline, index):
    longer = lengthen_clock(timeline, index.clock(seconds(4.2)), seconds(4.2), seconds(2))
    assert longer.length == seconds(12)
    for placement in longer.placements:
        event = longer.events[placement.event]
        assert (placement.start, placement.source.text) == (event.start, event.text)
    assert list(longer.events) == sorted(longer.events, key=lambda event: event.start)
    assert list(longer.placements) == sorted(longer.placements, key=lambda placement: placement.start)
