"""Every property that the desktop sees, true to the state: no bus in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from voicecoach.outputs.output import DeviceHealth
from voicecoach.player.command import Action, Command
from voicecoach.player.mpris import (
    PLAYER,
    ROOT,
    PositionEstimate,
    UnsupportedRequest,
    command_for_method,
    command_for_property,
    properties,
)
from voicecoach.player.snapshot import take_snapshot
from voicecoach.player.transport import Transport
from voicecoach.units import Ms, frames


@pytest.fixture
def at(landmarks):
    """`at(2500, state="paused")`: that moment of the session of tests/player/conftest.py."""
    return lambda ms, **more: take_snapshot(Transport(landmarks, frames(Ms(ms)), **more))


@pytest.mark.parametrize(
    ("ms", "state", "true"),
    [
        (500, "playing", {"CanGoNext", "CanPause", "CanPlay", "CanSeek", "CanControl"}),
        (2500, "playing", {"CanGoNext", "CanGoPrevious", "CanPause", "CanPlay", "CanSeek", "CanControl"}),
        (2500, "paused", {"CanGoNext", "CanGoPrevious", "CanPause", "CanPlay", "CanSeek", "CanControl"}),
        (9500, "playing", {"CanGoPrevious", "CanPause", "CanPlay", "CanSeek", "CanControl"}),
        (9500, "ended", {"CanControl"}),
    ],
)
def test_what_can_be_done_is_offered(at, ms, state, true) -> None:
    table = properties(at(ms, state=state))[PLAYER]
    assert {name for name, (_, value) in table.items() if name.startswith("Can") and value} == true


@pytest.mark.parametrize(
    ("state", "away", "status"),
    [
        ("playing", False, "Playing"),
        ("paused", False, "Paused"),
        ("playing", True, "Paused"),
        ("ended", False, "Stopped"),
        ("ended", True, "Stopped"),
    ],
)
def test_who_hears_nothing_is_told_that_it_is_paused(at, state, away, status) -> None:
    seen = properties(at(2500, state=state, health=DeviceHealth(away=away)))[PLAYER]
    assert seen["PlaybackStatus"] == ("s", status)


def test_the_specification_s_properties_are_all_there(at) -> None:
    """Both interfaces of MPRIS 2.2; DesktopEntry is left out, there is none."""
    table = properties(at(2500))
    root = "CanQuit Fullscreen CanSetFullscreen CanRaise HasTrackList Identity SupportedUriSchemes SupportedMimeTypes"
    player = (
        "PlaybackStatus LoopStatus Rate Shuffle Metadata Volume Position MinimumRate MaximumRate "
        "CanGoNext CanGoPrevious CanPlay CanPause CanSeek CanControl"
    )
    assert {*table[ROOT]} == {*root.split()}
    assert {*table[PLAYER]} == {*player.split()}


@pytest.mark.parametrize(
    ("method", "arguments", "command"),
    [
        ("Seek", [500_000], Command(Action.GO, 3000, stays=True)),
        ("Seek", [-60_000_000], Command(Action.GO, 1000, stays=True)),
        ("Seek", [2_500_000], Command(Action.NEXT, stays=True)),
        ("Seek", [-(2**63)], Command(Action.GO, 1000, stays=True)),
        ("SetPosition", ["/voicecoach/part/1", 0], Command(Action.GO, 1000, stays=True)),
        ("SetPosition", ["/voicecoach/part/1", 4_000_001], None),
        ("SetPosition", ["/voicecoach/part/1", -1], None),
        ("SetPosition", ["/voicecoach/part/2", 0], None),
        ("Raise", [], None),
        ("Quit", [], Command(Action.STOP)),
    ],
)
def test_what_a_method_means(at, method, arguments, command) -> None:
    assert command_for_method(method, arguments, at(2500)) == command


@pytest.mark.parametrize(
    ("ms", "method", "arguments"),
    [(500, "Previous", []), (9500, "Next", []), (9500, "Seek", [2_500_000])],
)
def test_where_it_cannot_go_it_stays(at, ms, method, arguments) -> None:
    assert command_for_method(method, arguments, at(ms)) is None
    assert command_for_method(method, arguments, at(2500)) is not None


@pytest.mark.parametrize(
    ("name", "value", "command"),
    [
        ("Volume", 0.0, Command(Action.VOLUME, -8)),
        ("Volume", 7.0, Command(Action.VOLUME, 2)),
        ("Volume", 0.85, Command(Action.VOLUME, 1)),
        ("Volume", 0.82, None),
        ("Rate", 1.0, None),
        ("Rate", 0.0, Command(Action.PAUSE)),
        ("Shuffle", False, None),
    ],
)
def test_what_writing_a_property_means(at, name, value, command) -> None:
    assert command_for_property(name, value, at(2500, volume=80)) == command


@pytest.mark.parametrize(
    ("name", "value"),
    [("Volume", float("nan")), ("Rate", 2.0), ("Shuffle", True), ("LoopStatus", "Track"), ("Fullscreen", True)],
)
def test_what_a_session_does_not_do_is_refused(at, name, value) -> None:
    with pytest.raises(UnsupportedRequest):
        command_for_property(name, value, at(2500))


@pytest.mark.parametrize(
    ("before", "after", "seconds", "told"),
    [
        ((2500, "playing"), (2600, "playing"), 0.1, False),
        ((2500, "playing"), (4500, "playing"), 2.0, False),
        ((4950, "playing"), (5050, "playing"), 0.1, False),
        ((2500, "playing"), (5000, "playing"), 0.1, True),
        ((2500, "playing"), (1000, "playing"), 0.1, True),
        ((2500, "paused"), (2500, "playing"), 60.0, False),
        ((2500, "paused"), (9000, "paused"), 60.0, True),
    ],
)
def test_a_jump_is_what_going_on_does_not_explain(at, before, after, seconds, told) -> None:
    belief = PositionEstimate(at(before[0], state=before[1]))
    assert belief.astray(at(after[0], state=after[1]), seconds) is told


@pytest.mark.parametrize("gain", [0.0, 0.9, 1.1], ids=["it stands still", "it is slower", "it is faster"])
def test_who_reckons_from_what_it_was_told_is_never_wrong_by_more_than_a_second(at, gain) -> None:
    """Whenever it came: ten looks a second, while `gain` of each second is heard."""
    reckoned, belief, told = [2500.0], PositionEstimate(at(2500)), 0
    for look in range(1, 61):
        heard = 2500 + 100 * look * gain
        astray = belief.astray(at(round(heard)), 0.1)
        told += astray
        reckoned = [heard if astray else position + 100 for position in reckoned]
        assert all(abs(position - heard) <= 1000 for position in reckoned)
        reckoned.append(heard)
    assert told == {0.0: 10, 0.9: 1, 1.1: 1}[gain]


def test_while_the_loudspeaker_is_away_nobody_reckons_on(at) -> None:
    away = DeviceHealth(away=True)
    belief = PositionEstimate(at(2500))
    assert not belief.astray(at(2500, health=away), 0.1)
    assert not belief.astray(at(2500, health=away), 60.0)
    assert belief.astray(at(1000), 0.1)


def test_a_track_that_begins_elsewhere_in_the_session_is_no_jump_in_it(at) -> None:
    """As after "more time" in what is over, or another speed."""
    before, after = at(2500), at(2600)
    later = replace(after, position_ms=after.position_ms + 7000, part_start_ms=after.part_start_ms + 7000)
    assert not PositionEstimate(before).astray(later, 0.1)


@pytest.mark.parametrize("state", ["playing", "paused"])
@pytest.mark.parametrize("away", [False, True])
@pytest.mark.parametrize("method", ["PlayPause", "Play", "Pause"])
def test_what_the_status_says_and_what_the_button_does_agree(landmarks, state, away, method) -> None:
    """`PlayPause` plays where `Paused` is seen, and pauses where `Playing` is."""
    transport = Transport(landmarks, frames(Ms(2500)), state, health=DeviceHealth(away=away))
    seen = properties(take_snapshot(transport))[PLAYER]["PlaybackStatus"][1]
    command = command_for_method(method, [], take_snapshot(transport))
    assert command is not None
    plays = method == "Play" or (method == "PlayPause" and seen == "Paused")
    assert transport.take(command).state == ("playing" if plays else "paused")
