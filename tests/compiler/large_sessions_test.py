"""The largest scripts that are accepted: time and memory stay in proportion to their events."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bounded import bounded
from durations import seconds

from voicecoach.choices import Choices
from voicecoach.compiler import compile_session, estimate_lengths
from voicecoach.routine import Routine
from voicecoach.units import HOUR, Ms, frames

Read = Callable[..., Routine]


def often(step: str, rounds: int = 190, aliases: int = 250) -> str:
    """A script of a few bytes with so many steps."""
    return f"title: Large\nsteps:\n- repeat: {rounds}\n  steps: [&step {{{step}}}{', *step' * aliases}]"


LARGE = {
    "words": often("say: Up., then: 0.1-0.9 s"),
    "minutes left": often("say: '{left} of {total}', then: 0.1-0.9 s"),
    "many placeholders": often(f"say: '{'{left} {total} ' * 5}', then: 0.1-0.9 s", 40),
    "rounds": often("say: 'Round {round} of {rounds}', then: 0.1-0.9 s"),
    "lengths ahead": often("say: 'For {length}', then: 0 s", 4, 11_000)[:-1] + ", {pause: 1-2 s}]",
    "moves": often("move: 'Move {round}', needs: [a, b], steps: [{say: '{next}', then: 0.1-0.9 s}]", 96),
    "numbers": "title: Large\nsteps:\n" + "- {count: 5000-10000, each: 1.5 s, aloud: yes}\n" * 4,
    "breaths": "title: Large\nsteps:\n" + "- {breathe: {in: 1-2 s, out: 1 s}, rounds: 5000-6000}\n" * 4,
    "holds": often("hold: 6-7 s, cues: {at 1 s: ah, halfway: oh, 3 s left: '{left}'}, countdown: 1", 60, 100),
    "nothing but rounds": often("say: Up., when: chair", 1, 40_000) + "\n- say: Up.\noptions: {chair: A.}",
}


@pytest.mark.slow
@pytest.mark.parametrize("script", LARGE.values(), ids=LARGE)
def test_large_sessions_compile(read: Read, script: str) -> None:
    routine = read(script)
    with bounded(seconds=60, megabytes=110):
        assert compile_session(routine, Choices(level=100), estimate_lengths)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "hours"), [("words", 11), ("minutes left", 11), ("moves", 6)])
def test_large_sessions_fit_a_length(read: Read, name: str, hours: int) -> None:
    routine, length = read(LARGE[name]), Ms(hours * HOUR)
    with bounded(seconds=120, megabytes=110):
        timeline = compile_session(routine, Choices(length=length), estimate_lengths)
    assert timeline.length == pytest.approx(frames(length), abs=seconds(1))
