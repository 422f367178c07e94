"""A device is dead when it has not asked for frames for 0.8 s of our own running time."""

from __future__ import annotations

from voicecoach.outputs.watchdog import Watchdog


def settled() -> tuple[Watchdog, float]:
    heart = Watchdog()
    for tick in range(61):
        assert heart.is_alive(count=tick, now=tick / 100)
    return heart, 0.6


def looks_alive(heart: Watchdog, start: float, seconds: float, *, answers: bool = False) -> bool:
    """Whether it still does after `seconds` of looking, every 50 ms, at a count that stands."""
    for tick in range(1, round(20 * seconds) + 1):
        if answers and heart.needs_ping:
            heart.pong()
        if not heart.is_alive(60, start + tick / 20):
            return False
    return True


def test_a_short_stop_is_forgiven():
    assert looks_alive(*settled(), seconds=0.7)


def test_before_a_second_has_passed_it_is_dead():
    assert not looks_alive(*settled(), seconds=0.9)


def test_a_new_stream_may_take_longer_while_its_system_answers():
    assert looks_alive(Watchdog(), 0.0, seconds=3.5, answers=True)
    assert not looks_alive(Watchdog(), 0.0, seconds=4.5, answers=True)
    assert looks_alive(Watchdog(), 0.0, seconds=0.7)
    assert not looks_alive(Watchdog(), 0.0, seconds=0.9)


def test_one_that_answered_and_then_hung_is_dead_soon_after():
    heart = Watchdog()
    assert looks_alive(heart, 0.0, seconds=2.0, answers=True)
    assert not looks_alive(heart, 2.0, seconds=0.9)


def test_of_one_that_has_settled_nothing_is_asked():
    heart, now = settled()
    looks_alive(heart, now, 0.7)
    assert not heart.needs_ping


def test_when_we_were_stopped_ourselves_or_the_clock_jumped_nothing_was_missed():
    heart, now = settled()
    assert heart.is_alive(60, now + 30)
    assert heart.is_alive(60, now - 3600)


def test_a_beat_ends_the_waiting():
    heart, now = settled()
    assert looks_alive(heart, now, 0.7)
    assert heart.is_alive(61, now + 0.8)
    assert heart.is_alive(61, now + 0.9)
