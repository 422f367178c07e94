"""Texts: placeholders, capital letters and respellings."""

from __future__ import annotations

from collections.abc import Callable

from bounded import bounded
from durations import seconds

from voicecoach.timeline import Source, Timeline

Session = Callable[..., Timeline]
Texts = Callable[..., list[str]]


def test_length_names_next_timed_step(said: Texts) -> None:
    words = said("""
        - say: Hold for {length}.
        - say: Get ready.
        - hold: 1:30
          cues: {at 5 s: "That is {length}."}
          countdown: 0
        - say: Count for {length}.
        - count: 3
          each: 1.5 s
        - say: Breathe for {length}.
        - breathe: {in: 4 s, out: 6 s}
          rounds: 6
    """)
    assert words == [
        "Hold for 1 minute 30 seconds.",
        "Get ready.",
        "That is 1 minute 30 seconds.",
        "Count for 5 seconds.",
        "Breathe for 1 minute.",
        "Breathe in",
        "Breathe out",
        "Breathe in",
        "Breathe out",
    ]


def test_length_skips_inactive_steps(said: Texts) -> None:
    words = said(
        """
        title: Test
        options: {short: Less.}
        steps:
          - say: Hold for {length}.
          - hold: 1 h
            unless: short
          - hold: 1 min
            when: short
    """,
        options=["short"],
    )
    assert words == ["Hold for 1 minute.", "Halfway.", "3", "2", "1"]


def test_move_and_next_name_titles(said: Texts) -> None:
    words = said("""
        - say: First {next}.
        - move: Neck
          steps:
            - say: This is {move}, then {next}.
        - repeat: 2
          steps:
            - move: Hips
              steps:
                - say: This is {move}, then {next}.
    """)
    assert words == [
        "First Neck.",
        "This is Neck, then Hips.",
        "This is Hips, then Hips.",
        "This is Hips, then the end.",
    ]


def test_outer_move_returns_after_inner_move(said: Texts) -> None:
    words = said("""
        - move: Floor
          steps:
            - say: Lie down for {move}.
            - move: Bridge
              steps:
                - say: This is {move}.
            - say: That was {move}.
    """)
    assert words == ["Lie down for Floor.", "This is Bridge.", "That was Floor."]


def test_next_is_the_end_without_moves(said: Texts) -> None:
    words = said(
        """
        - say: This is {move}, then {next}.
        - move: Neck
          steps:
            - say: Nod.
    """,
        skip=("neck",),
    )
    assert words == ["This is Test, then the end."]


def test_total_and_left_are_whole_minutes(said: Texts) -> None:
    words = said("""
        - say: "{total} minutes."
        - pause: 4 min
        - say: "{left} of {total} left."
        - hold: 5 min
          countdown: 0
          cues: {halfway: "{left} left."}
    """)
    assert words == ["9 minutes.", "5 of 9 left.", "3 left."]


def test_sentences_start_with_a_capital(said: Texts) -> None:
    words = said(
        """
        - sides: [left, right]
          between: []
          steps:
            - say: "{side} arm up. {other} arm down! {strong|weak} side? The {side} one, {side}: {other}."
    """,
        side="left",
    )
    assert words == ["Left arm up. Right arm down! Strong side? The left one, left: right."]


def test_doubled_braces_stay_braces(said: Texts) -> None:
    words = said(
        """
        - sides: [left, right]
          steps:
            - say: A {{brace}} on the {side}.
    """,
        side="left",
    )
    assert words == ["A {brace} on the left."]


def utterances(timeline: Timeline) -> dict[str | None, Source]:
    return {timeline.events[each.event].text: each.source for each in timeline.placements}


def test_respelling_is_for_the_voice_only(session: Session) -> None:
    inner = "title: Inner\npronounce: {psoas: so-as}\nsteps:\n  - say: PSOAS, psoas; psoases."
    spoken = utterances(session("- use: inner.yaml\n- say: My psoas.", {"inner": inner}))
    assert spoken["PSOAS, psoas; psoases."].text == "so-as, so-as; psoases."
    assert spoken["My psoas."].text == "My psoas."  # the respelling belongs to the other file


def test_caution_uses_its_files_respelling(session: Session) -> None:
    inner = "title: Inner\ncaution: Mind your psoas.\npronounce: {psoas: so-as}\nsteps:\n  - say: Round."
    spoken = utterances(session("- use: inner.yaml", {"inner": inner}))
    assert spoken["Mind your psoas."].text == "Mind your so-as."


def test_respelling_prefers_longer_words(session: Session) -> None:
    script = """
        title: Test
        pronounce: {a: one, a b: two, "a-b c": three, Änne: four, hip flexor: five, hip: six}
        steps:
          - say: A, a b, A-B C, ab. ÄNNE hips, hip flexors, Hip Flexor, hip.
    """
    (spoken,) = (source for text, source in utterances(session(script)).items() if text and text.startswith("A, a b"))
    assert spoken.text == "one, two, three, ab. four hips, six flexors, five, six."


def test_thousands_of_respellings_take_no_time(session: Session) -> None:
    words = ", ".join(f"{'a b ' * 20}c{number}: so" for number in range(998))
    with bounded(seconds=1, megabytes=50):
        session(f"title: Test\npronounce: {{{words}, zz: so}}\nsteps:\n  - say: {'a b ' * 2_400}")


def test_every_number_left_is_true(session: Session) -> None:
    timeline = session("""
        - repeat: 100
          steps:
            - say: "{left} of {total} minutes are left, and it takes long to say so, for this text is a long one."
              then: 0 s
    """)

    def minutes(length: int) -> int:
        return max(1, (length + seconds(30)) // seconds(60))

    said = [event for event in timeline.events if event.text and "are left" in event.text]
    assert len(said) == 100
    for event in said:
        left, total = minutes(timeline.length - event.start), minutes(timeline.length)
        assert event.text.startswith(f"{left} of {total} minutes")


def test_titles_may_name_minutes(session: Session) -> None:
    timeline = session("""
        - repeat: 2
          steps:
            - move: The last {left} of {total}
              steps:
                - say: This is {move}, then {next}.
                - pause: 2 min
    """)
    assert [move.title for move in timeline.moves] == ["The last 4 of 4", "The last 2 of 4"]
    texts = [event.text for event in timeline.events if event.text and event.text.startswith("This")]
    assert texts == ["This is The last 4 of 4, then The last 2 of 4.", "This is The last 2 of 4, then the end."]
