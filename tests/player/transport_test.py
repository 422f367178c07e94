"""Commands and transitions at positions of the session of conftest.py."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from durations import seconds
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.player.command import Action, Command
from voicecoach.player.timeline_index import TimelineIndex
from voicecoach.player.transport import Transport
from voicecoach.units import Frames, Ms, frames

COMMANDS = st.builds(Command, st.sampled_from(Action), st.integers(-12_000, 12_000))


@pytest.fixture(scope="session")
def there(index):
    """The transport at a second of that session."""
    return lambda at, *more, **fields: Transport(index, seconds(at), *more, **fields)


@pytest.fixture(scope="session")
def after(there):
    """The same after some commands."""

    def steered(at: float, *asked: Action | Command) -> Transport:
        transport = there(at)
        for each in asked:
            transport = transport.take(each if isinstance(each, Command) else Command(each))
        return transport

    return steered


Seek, Go = partial(Command, Action.SEEK), partial(Command, Action.GO)


@pytest.mark.parametrize(
    ("at", "asked", "to"),
    [
        (3.5, [Action.NEXT], 5.0),
        (0.0, [Action.NEXT], 1.0),
        (3.5, [Action.NEXT, Action.NEXT], 8.0),
        (8.5, [Action.NEXT], 9.0),
        (3.5, [Action.TOO_MUCH], 5.0),
        (5.5, [Action.PREVIOUS], 1.0),
        (7.9, [Action.PREVIOUS], 1.0),
        (0.5, [Action.PREVIOUS], 0.0),
        (5.5, [Action.AGAIN], 5.0),
        (7.9, [Action.AGAIN, Action.AGAIN], 5.0),
        (3.5, [Action.BACK], 1.0),
        (7.5, [Action.BACK, Action.BACK], 1.0),
        (6.9, [Action.BACK], 1.0),
        (7.0, [Action.BACK], 5.0),
        (2.0, [Action.BACK], 0.0),
        (0.5, [Action.BACK, Action.BACK], 0.0),
        (2.5, [Action.REPEAT], 1.0),
        (4.7, [Action.REPEAT], 3.5),
        (4.7, [Action.REPEAT, Action.REPEAT], 3.5),
        (3.5, [Seek(2_000)], 5.5),
        (3.5, [Seek(-2_000)], 1.5),
        (3.5, [Seek(-10_000)], 0.0),
        (3.5, [Go(7_250)], 7.25),
        (3.5, [Go(-1)], 0.0),
    ],
)
def test_jumps(after, there, at, asked, to):
    assert after(at, *asked) == there(to)


@pytest.mark.parametrize(("stays", "state"), [(False, "playing"), (True, "paused")])
def test_jump_may_stay_paused(after, stays, state):
    jumped = after(3.5, Action.PAUSE).take(Command(Action.NEXT, stays_paused=stays))
    assert (jumped.at, jumped.state) == (seconds(5), state)


@pytest.mark.parametrize(
    ("at", "to"),
    [
        pytest.param(2.5, 5.0, id="in a hold: its end"),
        pytest.param(3.7, 5.0, id="even while something is said in it"),
        pytest.param(1.7, 2.0, id="in silence: what comes next"),
        pytest.param(1.2, 1.2, id="while an instruction is spoken: nothing"),
    ],
)
def test_ready_ends_wait(after, there, at, to):
    assert after(at, Action.READY) == there(to)


@pytest.mark.parametrize("asked", [Action.NEXT, Seek(10_000), Go(99_000), Action.READY])
def test_jump_beyond_closing_ends(after, there, asked):
    assert after(9.6, asked) == there(10, "ended")


def test_pause_and_resume_keep_position(after, there):
    assert after(3, Action.PAUSE) == there(3, "paused")
    assert after(3, Action.PAUSE, Action.PAUSE) == there(3, "paused")
    assert after(3, Action.PAUSE, Action.RESUME) == there(3)
    assert after(3, Action.TOGGLE) == there(3, "paused")
    assert after(3, Action.TOGGLE, Action.TOGGLE) == there(3)


def test_jump_resumes(after, there):
    assert after(3, Action.PAUSE, Action.NEXT) == there(5)


def test_stop_keeps_position(after, there):
    assert after(3, Action.STOP) == there(3, "ended")


@pytest.mark.parametrize("which", ["volume", "voice_volume", "chime_volume"])
@pytest.mark.parametrize(("steps", "percent"), [(1, 60), (-1, 40), (-5, 0), (-9, 0), (5, 100), (9, 100)])
def test_volume_steps_are_bounded(there, which, steps, percent):
    asked = Command(Action[which.upper()], steps)
    assert there(3, **{which: 50}).take(asked) == there(3, **{which: percent})


def test_gains_multiply_volumes(there):
    assert there(3).gains == (1.0, 1.0)
    assert there(3, volume=50, voice_volume=80).gains == (0.4, 0.5)


def test_speed_steps_are_bounded(after, there):
    assert after(3, Action.SLOWER) == there(3, speed=90)
    assert after(3, *[Action.FASTER] * 20) == there(3, speed=200)
    assert after(3, *[Action.SLOWER] * 20) == there(3, speed=50)


def test_more_time_is_half_the_hold(after):
    """3 s become 5: the hold and everything after it end 2 s later."""
    longer = after(3, Action.MORE_TIME)
    assert longer.at == seconds(3)
    assert longer.timeline.length == seconds(12)
    assert longer.index.clock(seconds(3)).end == seconds(7)


def test_more_time_repeats_same_amount(after):
    """Half of the written hold, not of the lengthened one: a key that is held down repeats 30 times a second."""
    assert [after(3, *[Action.MORE_TIME] * times).index.clock(seconds(3)).end for times in (2, 3, 90)] == [
        seconds(9),
        seconds(11),
        seconds(185),
    ]


def test_more_time_stops_at_a_day(timeline):
    nearly = replace(timeline, length=frames(Ms(24 * 3600_000 - 3000)))
    once = Transport(TimelineIndex(nearly), seconds(3)).take(Command(Action.MORE_TIME))
    assert once.timeline.length == nearly.length + seconds(2)
    assert once.take(Command(Action.MORE_TIME)) is once


@pytest.mark.parametrize("at", [0.5, 5.0, 6.8])
def test_more_time_without_hold_is_nothing(after, there, at):
    assert after(at, Action.MORE_TIME) == there(at)


def test_ended_session_takes_no_command(there):
    ended = there(3, "ended")
    assert all(ended.take(Command(action, 1)) is ended for action in Action)


def test_playing_ends_at_end(there):
    assert there(3).advance(48_000) == there(4)
    assert there(9).advance(seconds(1)) == there(10, "ended")


@settings(deadline=None)
@given(start=st.integers(0, seconds(10)), commands=st.lists(COMMANDS, max_size=20))
def test_commands_stay_inside_session(index, start, commands):
    transport = Transport(index, Frames(start))
    for command in commands:
        transport = transport.take(command)
        assert 0 <= transport.at <= transport.timeline.length
        assert all(0 <= gain <= 1 for gain in transport.gains)


@settings(deadline=None)
@given(
    start=st.integers(0, seconds(10)),
    command=COMMANDS,
    state=st.sampled_from(["playing", "paused", "ended"]),
    stays_paused=st.booleans(),
)
def test_interrupts_foresees_change(index, start, command, state, stays_paused):
    transport = Transport(index, Frames(start), state)
    command = replace(command, stays_paused=stays_paused)
    after = transport.take(command)
    changes = (after.index, after.at, after.state) != (transport.index, transport.at, transport.state)
    assert transport.interrupts(command) == changes
