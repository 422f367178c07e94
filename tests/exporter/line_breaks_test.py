"""Where a caption's text is broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.exporter.caption_track import LINE_WIDTH, split_text, wrap_lines


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
def test_at_clauses_first_then_evenly(text: str, broken: list[str]) -> None:
    assert wrap_lines(text) == broken


def test_a_word_that_is_too_long_is_cut() -> None:
    assert [len(line) for line in wrap_lines("x" * 100)] == [41, 41, 18]


@given(st.text(st.sampled_from("ab ,.—息\n\t"), max_size=300))
def test_no_line_is_too_long_and_nothing_is_lost(text: str) -> None:
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
def test_no_more_than_two_lines_are_read_at_a_glance(text: str, parts: list[str]) -> None:
    assert split_text(text) == parts
