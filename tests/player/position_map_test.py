"""What of the session is heard, by what the output says it has played."""

from __future__ import annotations

import pytest

from voicecoach.player.position_map import PositionMap
from voicecoach.player.transport import Transport
from voicecoach.units import Frames


@pytest.fixture(scope="session")
def there(landmarks):
    return lambda at: Transport(landmarks, Frames(at))


@pytest.fixture
def trail(there) -> PositionMap:
    """100 frames of lead-in, then the session from its start: 500 frames."""
    trail = PositionMap(there(0))
    trail.add(100, there(0), moves=False)
    for at in range(0, 500, 50):
        trail.add(50, there(at), moves=True)
    return trail


def test_in_the_lead_in_the_session_stands_at_its_start(trail):
    assert [trail.at(heard).at for heard in (0, 99, 100, 101)] == [0, 0, 0, 1]


def test_then_it_moves_with_what_is_heard(trail):
    assert [trail.at(heard).at for heard in (150, 350, 600)] == [50, 250, 500]


def test_a_cut_tells_which_frame_comes_next(trail):
    assert trail.cut(200).at == 300
    assert trail.written == 400


def test_what_was_written_before_the_cut_can_still_be_on_its_way_to_the_ear(trail, there):
    trail.add(60, trail.cut(200), moves=False)
    trail.add(90, there(7000), moves=True)
    assert [trail.at(heard).at for heard in (390, 400, 459, 460, 470)] == [290, 300, 300, 7000, 7010]


def test_a_cut_may_take_back_a_jump_and_the_silence_before_it(trail, there):
    trail.add(20, there(500), moves=False)
    trail.add(20, there(7000), moves=True)
    assert trail.cut(40).at == 500
    assert trail.cut(600).at == 0
    assert trail.written == 0


def test_before_anything_is_written_it_stands_at_the_start(there):
    assert PositionMap(there(7)).at(0) == PositionMap(there(7)).cut(0) == there(7)


def test_a_jump_that_was_not_written_yet_is_not_taken_back_with_what_was(trail, there):
    trail.cut(200)
    trail.add(100, there(7000), moves=True)
    assert trail.cut(100).at == 7000
