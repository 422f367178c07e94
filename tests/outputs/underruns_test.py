"""A device's requests against the clock."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from voicecoach.outputs.watchdog import UnderrunDetector
from voicecoach.units import SAMPLE_RATE

Request = tuple[float, int]
"""When, in seconds, and of how many frames."""


def steady(seconds: float, start: float = 0.0, period: float = 0.02, late: float = 0.0) -> list[Request]:
    """Requests on time, or up to `late` seconds later."""
    chance = random.Random(1)
    times = sorted(start + at * period + late * chance.random() for at in range(round(seconds / period)))
    return [(time, round(period * SAMPLE_RATE)) for time in times]


def counted(requests: Iterable[Request]) -> int:
    slips = UnderrunDetector()
    return sum(slips.request(count, now) for now, count in requests)


@pytest.mark.parametrize(
    "requests",
    [
        pytest.param(steady(60), id="steady"),
        pytest.param(steady(60, start=1e6), id="a clock that began long ago"),
        pytest.param(steady(60, late=0.039), id="late, but never too late"),
        pytest.param(steady(60, period=0.13), id="bursts, as Bluetooth has them"),
        pytest.param([(1.0001 * at, count) for at, count in steady(600)], id="another clock's second"),
        pytest.param([(0.0, 2 * SAMPLE_RATE), *steady(60, start=2.0)], id="an idle sink asks for two seconds at first"),
        pytest.param([(0.0, 480), *steady(60, start=1.7)], id="an idle sink's gap"),
        pytest.param([*steady(10), *steady(20, start=9.0)], id="one that asks for more at once"),
    ],
)
def test_a_device_that_keeps_pace_has_none(requests):
    assert counted(requests) == 0


@pytest.mark.parametrize("stood", [0.015, 0.04, 0.9, 30.0])
@pytest.mark.parametrize("at", [5.0, 5.98, 6.5])
def test_standing_still_is_counted_once(at, stood):
    assert counted([*steady(at), *steady(20, start=at + stood)]) == 1


def test_each_time_counts():
    starts = [10.1 * at for at in range(6)]
    assert counted([each for start in starts for each in steady(10, start=start, late=0.005)]) == 5
