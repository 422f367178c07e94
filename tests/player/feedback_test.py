"""What is heard of a command, in the session of conftest.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from voicecoach.compiler.phrases import load
from voicecoach.player.command import Act, Command
from voicecoach.player.feedback import Answer, answer
from voicecoach.player.transport import LONG, Transport
from voicecoach.units import Frames, Ms, frames

CHIME = Answer()


def f(seconds: float) -> Frames:
    return frames(Ms(round(1000 * seconds)))


@pytest.fixture(scope="session")
def answered(landmarks):
    """The answer to a command at a second of that session."""

    def ask(act: Act, at: float, language: str | None = "en", amount: int = 0, **fields: object) -> Answer | None:
        before, command = Transport(landmarks, f(at), **fields), Command(act, amount)
        return answer(command, before, before.take(command), load(language) if language else None)

    return ask


@pytest.mark.parametrize("act", [Act.NEXT, Act.PREVIOUS, Act.AGAIN, Act.BACK, Act.REPEAT, Act.READY, Act.FASTER])
def test_a_jump_and_another_speed_are_a_chime(answered, act):
    assert answered(act, 3) == CHIME


def test_a_pause_and_the_end_are_their_own_silence(answered):
    assert answered(Act.PAUSE, 3) is answered(Act.TOGGLE, 3) is answered(Act.STOP, 3) is None
    assert answered(Act.RESUME, 3, state="paused") == answered(Act.TOGGLE, 3, state="paused") == CHIME


def test_what_changes_nothing_is_not_confirmed(answered):
    assert answered(Act.VOLUME, 3, amount=1) is None
    assert answered(Act.VOLUME, 3, amount=-1) == CHIME
    assert answered(Act.FASTER, 3, speed=200) is None
    assert answered(Act.RESUME, 3) is None
    assert answered(Act.MORE_TIME, 0.5) is None


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
    assert answered(Act.WHERE, 3, language) == Answer(words)


def test_outside_of_moves_it_is_the_session_that_is_named(answered):
    assert answered(Act.WHERE, 0.2) == Answer(("Side stretch", "1 minute left."))


def test_more_time_says_how_much(answered):
    assert answered(Act.MORE_TIME, 3) == Answer(("2 seconds more.",))


def test_too_much_is_said_before_the_next_move_begins(answered):
    assert answered(Act.TOO_MUCH, 3) == Answer(("All right, we leave that.",), first=True)


def test_without_a_voice_there_are_chimes(answered):
    assert answered(Act.WHERE, 3, None) == answered(Act.TOO_MUCH, 3, None) == CHIME


def test_after_a_long_pause_the_instruction_is_told_again(landmarks):
    paused = Transport(landmarks, f(3), "paused")
    assert paused.advanced(LONG - 1).take(Command(Act.RESUME)) == Transport(landmarks, f(3))
    resumed = paused.advanced(LONG).take(Command(Act.RESUME))
    assert resumed == replace(Transport(landmarks, f(3)), told_again=landmarks.timeline.placements[1].source)


def test_an_instruction_that_a_long_pause_broke_off_begins_anew(landmarks):
    paused = Transport(landmarks, f(1.2), "paused").advanced(LONG)
    assert paused.take(Command(Act.TOGGLE)) == Transport(landmarks, f(1))
