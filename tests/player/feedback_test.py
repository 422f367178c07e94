"""What is heard of a command, in the session of conftest.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from voicecoach.compiler.phrases import load_phrases
from voicecoach.player.command import Action, Command
from voicecoach.player.feedback import Feedback, choose_feedback
from voicecoach.player.transport import LONG_PAUSE, Transport
from voicecoach.units import Frames, Ms, frames

CHIME = Feedback()


def f(seconds: float) -> Frames:
    return frames(Ms(round(1000 * seconds)))


@pytest.fixture(scope="session")
def answered(landmarks):
    """The answer to a command at a second of that session."""

    def ask(act: Action, at: float, language: str | None = "en", amount: int = 0, **fields: object) -> Feedback | None:
        before, command = Transport(landmarks, f(at), **fields), Command(act, amount)
        return choose_feedback(command, before, before.take(command), load_phrases(language) if language else None)

    return ask


@pytest.mark.parametrize(
    "act", [Action.NEXT, Action.PREVIOUS, Action.AGAIN, Action.BACK, Action.REPEAT, Action.READY, Action.FASTER]
)
def test_a_jump_and_another_speed_are_a_chime(answered, act):
    assert answered(act, 3) == CHIME


def test_a_pause_and_the_end_are_their_own_silence(answered):
    assert answered(Action.PAUSE, 3) is answered(Action.TOGGLE, 3) is answered(Action.STOP, 3) is None
    assert answered(Action.RESUME, 3, state="paused") == answered(Action.TOGGLE, 3, state="paused") == CHIME


def test_what_changes_nothing_is_not_confirmed(answered):
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
def test_where_am_i_says_move_side_round_and_time_left(answered, language, words):
    assert answered(Action.WHERE, 3, language) == Feedback(words)


def test_outside_of_moves_it_is_the_session_that_is_named(answered):
    assert answered(Action.WHERE, 0.2) == Feedback(("Side stretch", "1 minute left."))


def test_more_time_says_how_much(answered):
    assert answered(Action.MORE_TIME, 3) == Feedback(("2 seconds more.",))


def test_too_much_is_said_before_the_next_move_begins(answered):
    assert answered(Action.TOO_MUCH, 3) == Feedback(("All right, we leave that.",), first=True)


def test_without_a_voice_there_are_chimes(answered):
    assert answered(Action.WHERE, 3, None) == answered(Action.TOO_MUCH, 3, None) == CHIME


def test_after_a_long_pause_the_instruction_is_told_again(landmarks):
    paused = Transport(landmarks, f(3), "paused")
    assert paused.advanced(LONG_PAUSE - 1).take(Command(Action.RESUME)) == Transport(landmarks, f(3))
    resumed = paused.advanced(LONG_PAUSE).take(Command(Action.RESUME))
    assert resumed == replace(Transport(landmarks, f(3)), told_again=landmarks.timeline.placements[1].source)


def test_an_instruction_that_a_long_pause_broke_off_begins_anew(landmarks):
    paused = Transport(landmarks, f(1.2), "paused").advanced(LONG_PAUSE)
    assert paused.take(Command(Action.TOGGLE)) == Transport(landmarks, f(1))
