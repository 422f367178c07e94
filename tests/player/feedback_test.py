"""Feedback to commands, in the session of conftest.py."""

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
def feedback(index):
    """`feedback(Action.NEXT, 3)`: the feedback to a command at that second."""

    def choose(action: Action, at: float, language: str | None = "en", amount: int = 0, **fields) -> Feedback | None:
        before, command = Transport(index, seconds(at), **fields), Command(action, amount)
        return choose_feedback(command, before, before.take(command), load_phrases(language) if language else None)

    return choose


@pytest.mark.parametrize(
    "action", [Action.NEXT, Action.PREVIOUS, Action.AGAIN, Action.BACK, Action.REPEAT, Action.READY, Action.FASTER]
)
def test_jump_and_speed_get_chime(feedback, action):
    assert feedback(action, 3) == CHIME


def test_pause_and_stop_are_silent(feedback):
    assert feedback(Action.PAUSE, 3) is feedback(Action.TOGGLE, 3) is feedback(Action.STOP, 3) is None
    assert feedback(Action.RESUME, 3, state="paused") == feedback(Action.TOGGLE, 3, state="paused") == CHIME


def test_no_feedback_without_change(feedback):
    assert feedback(Action.VOLUME, 3, amount=1) is None
    assert feedback(Action.VOLUME, 3, amount=-1) == CHIME
    assert feedback(Action.FASTER, 3, speed=200) is None
    assert feedback(Action.RESUME, 3) is None
    assert feedback(Action.MORE_TIME, 0.5) is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Lean", "On the left.", "Round 1 of 3.", "1 minute left.")),
        ("de", ("Lean", "Linke Seite.", "Runde 1 von 3.", "Noch eine Minute.")),
        ("es", ("Lean", "Lado izquierdo.", "Ronda 1 de 3.", "Un minuto más.")),
        ("fr", ("Lean", "Côté gauche.", "Tour 1 sur 3.", "Encore une minute.")),
    ],
)
def test_where_says_position(feedback, language, words):
    assert feedback(Action.WHERE, 3, language) == Feedback(words)


def test_where_outside_moves_names_session(feedback):
    assert feedback(Action.WHERE, 0.2) == Feedback(("Side stretch", "1 minute left."))


def test_more_time_says_seconds(feedback):
    assert feedback(Action.MORE_TIME, 3) == Feedback(("2 seconds more.",))


def test_too_much_is_said_first(feedback):
    assert feedback(Action.TOO_MUCH, 3) == Feedback(("All right, we leave that.",), interrupts=True)


def test_chimes_without_phrases(feedback):
    assert feedback(Action.WHERE, 3, None) == feedback(Action.TOO_MUCH, 3, None) == CHIME


def test_long_pause_repeats_instruction(index):
    paused = Transport(index, seconds(3), "paused")
    assert paused.advance(LONG_PAUSE - 1).take(Command(Action.RESUME)) == Transport(index, seconds(3))
    resumed = paused.advance(LONG_PAUSE).take(Command(Action.RESUME))
    assert resumed == replace(Transport(index, seconds(3)), repeat=index.timeline.placements[1].source)


def test_broken_instruction_starts_anew(index):
    paused = Transport(index, seconds(1.2), "paused").advance(LONG_PAUSE)
    assert paused.take(Command(Action.TOGGLE)) == Transport(index, seconds(1))
