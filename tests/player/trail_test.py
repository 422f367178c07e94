"""What of the session is heard, by what the output says it has played."""

from __future__ import annotations

from voicecoach.player.trail import Trail
from voicecoach.units import Frames


def played() -> Trail:
    """100 frames of lead-in, then the session from its start: 500 frames."""
    trail = Trail()
    trail.add(100, Frames(0), moves=False)
    for at in range(0, 500, 50):
        trail.add(50, Frames(at), moves=True)
    return trail


def test_in_the_lead_in_the_session_stands_at_its_start():
    assert [played().at(heard) for heard in (0, 99, 100, 101)] == [0, 0, 0, 1]


def test_then_it_moves_with_what_is_heard():
    trail = played()
    assert [trail.at(heard) for heard in (150, 350, 600)] == [50, 250, 500]


def test_a_cut_tells_which_frame_comes_next():
    trail = played()
    assert trail.cut(200) == 300
    assert trail.written == 400


def test_what_was_written_before_the_cut_can_still_be_on_its_way_to_the_ear():
    trail = played()
    trail.add(60, trail.cut(200), moves=False)
    trail.add(90, Frames(7000), moves=True)
    assert [trail.at(heard) for heard in (390, 400, 459, 460, 470)] == [290, 300, 300, 7000, 7010]


def test_a_cut_may_take_back_a_jump_and_the_silence_before_it():
    trail = played()
    trail.add(20, Frames(500), moves=False)
    trail.add(20, Frames(7000), moves=True)
    assert trail.cut(40) == 500
    assert trail.cut(600) == 0
    assert trail.written == 0


def test_before_anything_is_written_it_stands_at_the_start():
    assert Trail().at(0) == Trail().cut(0) == 0
