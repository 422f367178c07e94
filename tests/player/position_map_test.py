"""Positions of the session under frames of the output."""

from __future__ import annotations

import pytest

from voicecoach.player.position_map import PositionMap
from voicecoach.player.transport import Transport
from voicecoach.units import Frames


@pytest.fixture(scope="session")
def there(index):
    return lambda at: Transport(index, Frames(at))


@pytest.fixture
def trail(there) -> PositionMap:
    """100 frames of lead-in, then the session from its start: 500 frames."""
    trail = PositionMap(there(0))
    trail.add(100, there(0), moves=False)
    for at in range(0, 500, 50):
        trail.add(50, there(at), moves=True)
    return trail


def test_lead_in_stands_at_start(trail):
    assert [trail.transport_at(heard).at for heard in (0, 99, 100, 101)] == [0, 0, 0, 1]


def test_position_follows_heard_frames(trail):
    assert [trail.transport_at(heard).at for heard in (150, 350, 600)] == [50, 250, 500]


def test_drop_returns_next_frame(trail):
    assert trail.drop(200).at == 300
    assert trail.written == 400


def test_frames_before_drop_stay_mapped(trail, there):
    trail.add(60, trail.drop(200), moves=False)
    trail.add(90, there(7000), moves=True)
    assert [trail.transport_at(heard).at for heard in (390, 400, 459, 460, 470)] == [290, 300, 300, 7000, 7010]


def test_drop_undoes_jump_and_silence(trail, there):
    trail.add(20, there(500), moves=False)
    trail.add(20, there(7000), moves=True)
    assert trail.drop(40).at == 500
    assert trail.drop(600).at == 0
    assert trail.written == 0


def test_empty_map_stands_at_start(there):
    assert PositionMap(there(7)).transport_at(0) == PositionMap(there(7)).drop(0) == there(7)


def test_drop_keeps_jump_at_its_start(trail, there):
    trail.drop(200)
    trail.add(100, there(7000), moves=True)
    assert trail.drop(100).at == 7000
