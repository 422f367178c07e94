"""The MPRIS interfaces without a bus, at moments of the session of tests/player/conftest.py."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dbus_fast import DBusError
from durations import seconds

from voicecoach.outputs.output import DeviceHealth
from voicecoach.player.command import Action, Command
from voicecoach.player.mpris import PlayerInterface, PositionEstimate, RootInterface
from voicecoach.player.snapshot import take_snapshot
from voicecoach.player.transport import Transport


@pytest.fixture
def at(index):
    """`at(2.5, state="paused")`: a snapshot at that second."""
    return lambda time, **fields: take_snapshot(Transport(index, seconds(time), **fields))


@pytest.fixture
def sent() -> list[Command]:
    """The commands that the interfaces have sent."""
    return []


@pytest.fixture
def player(at, sent):
    """`player(2.5, state="paused")`: the player's interface at that second."""
    return lambda time, **fields: PlayerInterface(lambda command: not sent.append(command), at(time, **fields), float)


def names(interface) -> set[str]:
    return {each.name for each in interface.introspect().properties}


@pytest.mark.parametrize(
    ("time", "state", "possible"),
    [
        (0.5, "playing", {"CanGoNext", "CanPause", "CanPlay", "CanSeek", "CanControl"}),
        (2.5, "playing", {"CanGoNext", "CanGoPrevious", "CanPause", "CanPlay", "CanSeek", "CanControl"}),
        (2.5, "paused", {"CanGoNext", "CanGoPrevious", "CanPause", "CanPlay", "CanSeek", "CanControl"}),
        (9.5, "playing", {"CanGoPrevious", "CanPause", "CanPlay", "CanSeek", "CanControl"}),
        (9.5, "ended", {"CanControl"}),
    ],
)
def test_capabilities_follow_position(player, time, state, possible) -> None:
    interface = player(time, state=state)
    assert {name for name in names(interface) if name.startswith("Can") and getattr(interface, name)} == possible


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
def test_lost_device_is_status_paused(player, state, away, status) -> None:
    assert player(2.5, state=state, health=DeviceHealth(away=away)).PlaybackStatus == status


def test_all_properties_of_specification(player) -> None:
    """Those of MPRIS 2.2 but `DesktopEntry`: there is none."""
    root = "CanQuit Fullscreen CanSetFullscreen CanRaise HasTrackList Identity SupportedUriSchemes SupportedMimeTypes"
    session = (
        "PlaybackStatus LoopStatus Rate Shuffle Metadata Volume Position MinimumRate MaximumRate "
        "CanGoNext CanGoPrevious CanPlay CanPause CanSeek CanControl"
    )
    assert names(RootInterface(bool)) == {*root.split()}
    assert names(player(2.5)) == {*session.split()}


@pytest.mark.parametrize(
    ("method", "arguments", "command"),
    [
        ("seek", [500_000], Command(Action.GO, 3000, stays_paused=True)),
        ("seek", [-60_000_000], Command(Action.GO, 1000, stays_paused=True)),
        ("seek", [2_500_000], Command(Action.NEXT, stays_paused=True)),
        ("seek", [-(2**63)], Command(Action.GO, 1000, stays_paused=True)),
        ("seek", [2**63 - 1], Command(Action.NEXT, stays_paused=True)),
        ("set_position", ["/voicecoach/part/1", 0], Command(Action.GO, 1000, stays_paused=True)),
        ("set_position", ["/voicecoach/part/1", 4_000_001], None),
        ("set_position", ["/voicecoach/part/1", -1], None),
        ("set_position", ["/voicecoach/part/1", 2**63 - 1], None),
        ("set_position", ["/voicecoach/part/1", -(2**63)], None),
        ("set_position", ["/", 0], None),
        ("set_position", ["/voicecoach/part/2", 0], None),
    ],
)
def test_method_becomes_command(player, sent, method, arguments, command) -> None:
    getattr(player(2.5), method)(*arguments)
    assert sent == ([command] if command else [])


def test_quit_ends_session_and_raise_does_nothing(sent) -> None:
    root = RootInterface(lambda command: not sent.append(command))
    root.show_window()
    root.quit()
    assert sent == [Command(Action.STOP)]


@pytest.mark.parametrize(
    ("time", "method", "arguments"),
    [(0.5, "previous", []), (9.5, "next", []), (9.5, "seek", [2_500_000])],
)
def test_no_command_beyond_first_and_last_part(player, sent, time, method, arguments) -> None:
    getattr(player(time), method)(*arguments)
    assert sent == []
    getattr(player(2.5), method)(*arguments)
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("name", "value", "command"),
    [
        ("Volume", 0.0, Command(Action.VOLUME, -8)),
        ("Volume", 7.0, Command(Action.VOLUME, 2)),
        ("Volume", float("inf"), Command(Action.VOLUME, 2)),
        ("Volume", float("-inf"), Command(Action.VOLUME, -8)),
        ("Volume", -1e-320, Command(Action.VOLUME, -8)),
        ("Rate", -0.0, Command(Action.PAUSE)),
        ("Volume", 0.85, Command(Action.VOLUME, 1)),
        ("Volume", 0.82, None),
        ("Rate", 1.0, None),
        ("Rate", 0.0, Command(Action.PAUSE)),
        ("Shuffle", False, None),
    ],
)
def test_written_property_becomes_command(player, sent, name, value, command) -> None:
    setattr(player(2.5, volume=80), name, value)
    assert sent == ([command] if command else [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Volume", float("nan")),
        *(("Rate", value) for value in (2.0, -1.0, float("nan"), float("inf"))),
        ("Shuffle", True),
        *(("LoopStatus", value) for value in ("Track", "", "x" * 100_000)),
    ],
)
def test_unsupported_value_is_refused(player, name, value) -> None:
    with pytest.raises(DBusError):
        setattr(player(2.5), name, value)


def test_fullscreen_is_refused() -> None:
    with pytest.raises(DBusError):
        RootInterface(bool).Fullscreen = True


def test_full_inbox_refuses_command(at) -> None:
    with pytest.raises(DBusError, match="faster than they can be heard"):
        PlayerInterface(lambda _: False, at(2.5), float).pause()


@pytest.mark.parametrize(
    ("before", "after", "elapsed", "off"),
    [
        ((2.5, "playing"), (2.6, "playing"), 0.1, False),
        ((2.5, "playing"), (4.5, "playing"), 2.0, False),
        ((4.95, "playing"), (5.05, "playing"), 0.1, False),
        ((2.5, "playing"), (5.0, "playing"), 0.1, True),
        ((2.5, "playing"), (1.0, "playing"), 0.1, True),
        ((2.5, "paused"), (2.5, "playing"), 60.0, False),
        ((2.5, "paused"), (9.0, "paused"), 60.0, True),
    ],
)
def test_jump_puts_estimate_off(at, before, after, elapsed, off) -> None:
    estimate = PositionEstimate(at(before[0], state=before[1]))
    assert estimate.is_off(at(after[0], state=after[1]), elapsed) is off


@pytest.mark.parametrize(("pace", "announcements"), [(0.0, 10), (0.9, 1), (1.1, 1)])
def test_clients_are_never_off_by_a_second(at, pace, announcements) -> None:
    """Ten updates a second, in each of which another client has begun to reckon, while `pace` of each second plays."""
    reckoned, estimate, announced = [2.5], PositionEstimate(at(2.5)), 0
    for update in range(1, 61):
        heard = 2.5 + update * pace / 10
        off = estimate.is_off(at(heard), 0.1)
        announced += off
        reckoned = [heard if off else position + 0.1 for position in reckoned]
        assert all(abs(position - heard) <= 1 for position in reckoned)
        reckoned.append(heard)
    assert announced == announcements


def test_estimate_stands_still_without_device(at) -> None:
    away = DeviceHealth(away=True)
    estimate = PositionEstimate(at(2.5))
    assert not estimate.is_off(at(2.5, health=away), 0.1)
    assert not estimate.is_off(at(2.5, health=away), 60.0)
    assert estimate.is_off(at(1.0), 0.1)


def test_moved_track_is_no_jump(at) -> None:
    """As after "more time" in an earlier move, or at another speed."""
    before, after = at(2.5), at(2.6)
    later = replace(after, position_ms=after.position_ms + 7000, part_start_ms=after.part_start_ms + 7000)
    assert not PositionEstimate(before).is_off(later, 0.1)


@pytest.mark.parametrize("state", ["playing", "paused"])
@pytest.mark.parametrize("away", [False, True])
@pytest.mark.parametrize("method", ["play_pause", "play", "pause"])
def test_buttons_do_what_status_suggests(index, sent, state, away, method) -> None:
    transport = Transport(index, seconds(2.5), state, health=DeviceHealth(away=away))
    interface = PlayerInterface(lambda command: not sent.append(command), take_snapshot(transport), float)
    plays = method == "play" or (method == "play_pause" and interface.PlaybackStatus == "Paused")
    getattr(interface, method)()
    assert transport.take(*sent).state == ("playing" if plays else "paused")
