"""What is heard of a command, in the session of conftest.py."""

from __future__ import annotations

from dataclasses import replace

import pytest
from durations import seconds

from voicecoach.compiler.phrases import load_phrases
from voicecoach.player.command import Action, Command
from voicecoach.player.feedback import Feedback, choose_feedback
from voicecoach.player.transport import LONG_PAUSE, Transport

CHIME = Feedback()


@pytest.fixture(scope="session")
def answered(index):
    """The answer to a command at a second of that session."""

    def ask(act: Action, at: float, language: str | None = "en", amount: int = 0, **fields: object) -> Feedback | None:
        before, command = Transport(index, seconds(at), **fields), Command(act, amount)
        return choose_feedback(command, before, before.take(command), load_phrases(language) if language else None)

    return ask


@pytest.mark.parametrize(
    "act", [Action.NEXT, Action.PREVIOUS, Action.AGAIN, Action.BACK, Action.REPEAT, Action.READY, Action.FASTER]
)
def test_jump_and_speed_get_chime(answered, act):
    assert answered(act, 3) == CHIME


def test_pause_and_stop_are_silent(answered):
    assert answered(Action.PAUSE, 3) is answered(Action.TOGGLE, 3) is answered(Action.STOP, 3) is None
    assert answered(Action.RESUME, 3, state="paused") == answered(Action.TOGGLE, 3, state="paused") == CHIME


def test_no_feedback_without_change(answered):
    assert answered(Action.VOLUME, 3, amount=1) is None
    assert answered(Action.VOLUME, 3, amount=-1) == CHIME
    assert answered(Action.FASTER, 3, speed=200) is None
    assert answered(Action.RESUME, 3) is None
    assert answered(Action.MORE_TIME, 0.5) is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Lean", "On the left.", "Round 1 of 3.", "1 minute left.")),
        ("de", ("Lean", "Linke Seite.", "Runde 1 von 3.", "Noch eine Minute.")),
        ("es", ("Lean", "Lado izquierdo.", "Ronda 1 de 3.", "Un minuto más.")),
        ("fr", ("Lean", "Côté gauche.", "Tour 1 sur 3.", "Encore une minute.")),
    ],
)
def test_where_says_position(answered, language, words):
    assert answered(Action.WHERE, 3, language) == Feedback(words)


def test_where_outside_moves_names_session(answered):
    assert answered(Action.WHERE, 0.2) == Feedback(("Side stretch", "1 minute left."))


def test_more_time_says_seconds(answered):
    assert answered(Action.MORE_TIME, 3) == Feedback(("2 seconds more.",))


def test_too_much_is_said_first(answered):
    assert answered(Action.TOO_MUCH, 3) == Feedback(("All right, we leave that.",), first=True)


def test_chimes_without_phrases(answered):
    assert answered(Action.WHERE, 3, None) == answered(Action.TOO_MUCH, 3, None) == CHIME


def test_long_pause_repeats_instruction(index):
    paused = Transport(index, seconds(3), "paused")
    assert paused.advance(LONG_PAUSE - 1).take(Command(Action.RESUME)) == Transport(index, seconds(3))
    resumed = paused.advance(LONG_PAUSE).take(Command(Action.RESUME))
    assert resumed == replace(Transport(index, seconds(3)), repeat=index.timeline.placements[1].source)


def test_broken_instruction_starts_anew(index):
    paused = Transport(index, seconds(1.2), "paused").advance(LONG_PAUSE)
    assert paused.take(Command(Action.TOGGLE)) == Transport(index, seconds(1))
