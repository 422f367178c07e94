"""A device that has stopped, and one that ran out of sound."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from voicecoach.outputs.watchdog import UnderrunDetector, Watchdog
from voicecoach.units import SAMPLE_RATE


def settled() -> tuple[Watchdog, float]:
    """A watchdog after 0.6 s of steady callbacks, and the time."""
    watchdog = Watchdog()
    for tick in range(61):
        assert watchdog.is_alive(count=tick, now=tick / 100)
    return watchdog, 0.6


def stays_alive(watchdog: Watchdog, start: float, seconds: float, *, pongs: bool = False) -> bool:
    """Whether the device counts as alive for `seconds` without a callback, checked every 50 ms."""
    for tick in range(1, round(20 * seconds) + 1):
        if pongs and watchdog.needs_ping:
            watchdog.pong()
        if not watchdog.is_alive(60, start + tick / 20):
            return False
    return True


def test_device_is_dead_after_timeout() -> None:
    assert stays_alive(*settled(), seconds=0.7)
    assert not stays_alive(*settled(), seconds=0.9)


def test_replying_system_may_pause_longer() -> None:
    assert stays_alive(Watchdog(), 0.0, seconds=3.5, pongs=True)
    assert not stays_alive(Watchdog(), 0.0, seconds=4.5, pongs=True)
    assert stays_alive(Watchdog(), 0.0, seconds=0.7)
    assert not stays_alive(Watchdog(), 0.0, seconds=0.9)


def test_system_that_stops_replying_is_dead() -> None:
    watchdog = Watchdog()
    assert stays_alive(watchdog, 0.0, seconds=2.0, pongs=True)
    assert not stays_alive(watchdog, 2.0, seconds=0.9)


def test_settled_device_needs_no_ping() -> None:
    watchdog, now = settled()
    stays_alive(watchdog, now, 0.7)
    assert not watchdog.needs_ping


@pytest.mark.parametrize("jump", [30, -3600])
def test_clock_jump_is_no_failure(jump: float) -> None:
    watchdog, now = settled()
    assert watchdog.is_alive(60, now + jump)


def test_callback_restarts_timeout() -> None:
    watchdog, now = settled()
    assert stays_alive(watchdog, now, 0.7)
    assert watchdog.is_alive(61, now + 0.8)
    assert watchdog.is_alive(61, now + 0.9)


Request = tuple[float, int]
"""Time in seconds, and number of frames."""


def steady(length: float, start: float = 0.0, period: float = 0.02, jitter: float = 0.0) -> list[Request]:
    """Requests for `length` seconds, each up to `jitter` seconds late."""
    chance = random.Random(1)
    times = sorted(start + at * period + jitter * chance.random() for at in range(round(length / period)))
    return [(time, round(period * SAMPLE_RATE)) for time in times]


def count_underruns(requests: Iterable[Request]) -> int:
    detector = UnderrunDetector()
    return sum(detector.request(count, now) for now, count in requests)


@pytest.mark.parametrize(
    "requests",
    [
        pytest.param(steady(60), id="steady"),
        pytest.param(steady(60, start=1e6), id="a clock that started long ago"),
        pytest.param(steady(60, jitter=0.039), id="late, but never too late"),
        pytest.param(steady(60, period=0.13), id="bursts, as from Bluetooth"),
        pytest.param([(1.0001 * at, count) for at, count in steady(600)], id="a slightly slower clock"),
        pytest.param([(0.0, 2 * SAMPLE_RATE), *steady(60, start=2.0)], id="an idle sink requests two seconds first"),
        pytest.param([(0.0, 480), *steady(60, start=1.7)], id="an idle sink's gap"),
        pytest.param([*steady(10), *steady(20, start=9.0)], id="a sudden larger request"),
    ],
)
def test_punctual_device_has_no_underruns(requests: list[Request]) -> None:
    assert count_underruns(requests) == 0


@pytest.mark.parametrize("gap", [0.015, 0.04, 0.9, 30.0])
@pytest.mark.parametrize("at", [5.0, 5.98, 6.5])
def test_gap_is_one_underrun(at: float, gap: float) -> None:
    assert count_underruns([*steady(at), *steady(20, start=at + gap)]) == 1


def test_every_gap_counts() -> None:
    starts = [10.1 * at for at in range(6)]
    assert count_underruns([request for start in starts for request in steady(10, start=start, jitter=0.005)]) == 5
