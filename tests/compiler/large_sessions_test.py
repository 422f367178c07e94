"""The largest scripts that are accepted: time and memory stay in proportion to their events."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

import pytest
from bounded import bounded

from voicecoach.choices import Choices
from voicecoach.compiler import compile_session, estimate_lengths
from voicecoach.errors import ChoiceError
from voicecoach.routine import Routine
from voicecoach.units import Ms, ms

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


UNFIT = {"breaths", "lengths ahead", "nothing but rounds"}
"""They have no length between the shortest and the longest."""


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_large_sessions_compile(read: Read, name: str) -> None:
    routine = read(LARGE[name])
    with bounded(seconds=60, megabytes=110):
        lengths = [compile_session(routine, Choices(level=level), estimate_lengths).length for level in (0, 100)]
    with bounded(seconds=120, megabytes=110), nullcontext() if name not in UNFIT else pytest.raises(ChoiceError):
        compile_session(routine, Choices(length=Ms(ms(sum(lengths)) // 2)), estimate_lengths)
