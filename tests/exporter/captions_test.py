"""Captions, as text: what was said, when, as its writer spelled it."""

import pytest

from voicecoach.exporter.captions import srt, vtt
from voicecoach.timeline import Event, Kind, Timeline
from voicecoach.units import Ms, frames


def timeline(*said: tuple[int, int, str | None], kind: Kind = "say") -> Timeline:
    events = tuple(Event(kind, frames(Ms(start)), frames(Ms(end)), text=text) for start, end, text in said)
    return Timeline(
        title="T",
        language="en",
        level=50,
        length=frames(Ms(20_000_000)),
        placements=(),
        events=events,
        moves=(),
    )


TWO = timeline(
    (1_234, 4_000, "Pull < 5 kg & breathe --> out."),
    (
        3_661_000,
        3_665_050,
        "Put your {left} hand on\nyour left hip,\n\nthen sweep the right arm up beside your ear.",
    ),
)


def test_webvtt() -> None:
    assert vtt(TWO) == (
        "WEBVTT\n"
        "\n"
        "00:00:01.234 --> 00:00:04.000\n"
        "Pull &lt; 5 kg &amp; breathe --&gt; out.\n"
        "\n"
        "01:01:01.000 --> 01:01:05.050\n"
        "Put your {left} hand on your left hip,\n"
        "then sweep the right arm up beside your\n"
        "ear.\n"
    )


def test_subrip() -> None:
    assert srt(TWO) == (
        "1\n"
        "00:00:01,234 --> 00:00:04,000\n"
        "Pull < 5 kg & breathe → out.\n"
        "\n"
        "2\n"
        "01:01:01,000 --> 01:01:05,050\n"
        "Put your {left} hand on your left hip,\n"
        "then sweep the right arm up beside your\n"
        "ear.\n"
    )


@pytest.mark.parametrize(
    "silent", [timeline((0, 9, "hold"), kind="hold"), timeline((0, 9, None)), timeline((0, 9, " "))]
)
def test_only_words_are_captioned(silent: Timeline) -> None:
    assert vtt(silent) == "WEBVTT\n"
    assert srt(silent) == ""


def test_a_text_without_spaces_is_wrapped_too() -> None:
    lines = vtt(timeline((0, 9, "息" * 100))).splitlines()[3:]
    assert [len(line) for line in lines] == [42, 42, 16]
