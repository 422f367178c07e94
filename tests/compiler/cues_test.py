"""Texts, pauses, waits and chimes. The voice of these tests speaks ten characters a second."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc

Timetable = Callable[..., str]


def test_text_is_followed_by_silence(heard: Timetable) -> None:
    played = heard("""
        - say: Lift.
        - say: Lower it.
          then: 3 s
        - say: And
          then: 0 s
        - say: rest.
        - pause: 2 s
        - say: Go on.
    """)
    assert played == cleandoc("""
        0      0.5    Lift.
        1.5    2.4    Lower it.
        5.4    5.7    And
        5.7    6.2    rest.
        7.2    9.2    <pause>
        9.2    9.8    Go on.
    """)


def test_wait_follows_its_text(heard: Timetable) -> None:
    played = heard("""
        - wait: 10 s
          say: Fetch it, within {length}.
        - wait: 5 s
        - say: Go.
    """)
    assert played == cleandoc("""
        0      2.8    Fetch it, within 10 seconds.
        2.8    12.8   <wait>
        12.8   17.8   <wait>
        17.8   18.1   Go.
    """)


def test_chimes_play_whole(heard: Timetable) -> None:
    played = heard("""
        - chime: tick
        - chime: done
        - say: Go.
    """)
    assert played == cleandoc("""
        0      0.2    <tick>
        0.2    0.7    <done>
        0.7    1      Go.
    """)
