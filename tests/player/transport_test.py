"""What each command does, at each place of the session of conftest.py."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.player.command import Act, Command
from voicecoach.player.transport import Transport
from voicecoach.units import Frames, Ms, frames

COMMANDS = st.builds(Command, st.sampled_from(Act), st.integers(-3, 3))


def f(seconds: float) -> Frames:
    return frames(Ms(round(1000 * seconds)))


def after(landmarks, at: float, *acts: Act, state="playing") -> Transport:
    transport = Transport(f(at), state)
    for act in acts:
        transport = transport.take(Command(act), landmarks)
    return transport


@pytest.mark.parametrize(
    ("at", "acts", "to"),
    [
        (3.5, [Act.NEXT], 5.0),
        (0.0, [Act.NEXT], 1.0),
        (3.5, [Act.NEXT, Act.NEXT], 8.0),
        (8.5, [Act.NEXT], 9.0),
        (3.5, [Act.BACK], 1.0),
        (7.5, [Act.BACK, Act.BACK], 1.0),
        (6.9, [Act.BACK], 1.0),
        (7.0, [Act.BACK], 5.0),
        (2.0, [Act.BACK], 0.0),
        (0.5, [Act.BACK, Act.BACK], 0.0),
        (2.5, [Act.REPEAT], 1.0),
        (4.7, [Act.REPEAT], 3.5),
        (4.7, [Act.REPEAT, Act.REPEAT], 3.5),
    ],
)
def test_jumps(landmarks, at, acts, to):
    assert after(landmarks, at, *acts) == Transport(f(to))


def test_next_in_the_closing_ends_the_session(landmarks):
    assert after(landmarks, 9.5, Act.NEXT) == Transport(f(10), "ended")


def test_pause_and_resume_stay_where_they_are(landmarks):
    assert after(landmarks, 3, Act.PAUSE) == Transport(f(3), "paused")
    assert after(landmarks, 3, Act.PAUSE, Act.PAUSE) == Transport(f(3), "paused")
    assert after(landmarks, 3, Act.PAUSE, Act.RESUME) == Transport(f(3))
    assert after(landmarks, 3, Act.TOGGLE) == Transport(f(3), "paused")
    assert after(landmarks, 3, Act.TOGGLE, Act.TOGGLE) == Transport(f(3))


def test_a_jump_while_paused_plays(landmarks):
    assert after(landmarks, 3, Act.PAUSE, Act.NEXT) == Transport(f(5))


def test_stop_keeps_the_place(landmarks):
    assert after(landmarks, 3, Act.STOP) == Transport(f(3), "ended")


@pytest.mark.parametrize(("steps", "volume"), [(1, 60), (-1, 40), (-5, 0), (-9, 0), (5, 100), (9, 100)])
def test_volume_goes_in_steps_of_ten_percent_between_silence_and_what_was_mastered(landmarks, steps, volume):
    there = Transport(f(3), "playing", 50).take(Command(Act.VOLUME, steps), landmarks)
    assert there == Transport(f(3), "playing", volume)
    assert there.gain == volume / 100


def test_what_has_ended_takes_no_command(landmarks):
    ended = Transport(f(3), "ended")
    assert all(ended.take(Command(act, 1), landmarks) is ended for act in Act)


def test_playing_on_ends_at_the_end(landmarks):
    assert Transport(f(3)).advanced(480, landmarks) == Transport(Frames(f(3) + 480))
    assert Transport(f(9)).advanced(f(1), landmarks) == Transport(f(10), "ended")


@settings(deadline=None)
@given(start=st.integers(0, f(10)), commands=st.lists(COMMANDS, max_size=20))
def test_no_command_leaves_the_session(landmarks, start, commands):
    transport = Transport(Frames(start))
    for command in commands:
        transport = transport.take(command, landmarks)
        assert 0 <= transport.at <= f(10)
        assert 0 <= transport.gain <= 1
