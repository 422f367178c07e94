"""The ring between the player and the device's process, both ends in this one."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from multiprocessing.shared_memory import SharedMemory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.outputs.ring import FADE, Counter, Ring, Taker


@pytest.fixture
def ring() -> Iterator[Ring]:
    made = Ring(1000)
    yield made
    made.close()


def fill(ring: Ring, values: list[float]) -> None:
    written = ring.counters[Counter.WRITTEN]
    ring.put(written, memoryview(array("f", values)))
    ring.counters[Counter.WRITTEN] = written + len(values)


def cut(ring: Ring) -> None:
    ring.counters[Counter.CUT] = ring.counters[Counter.WRITTEN]


@settings(deadline=None)
@given(sizes=st.lists(st.tuples(st.integers(0, 479), st.integers(1, 479)), max_size=30))
def test_what_goes_in_comes_out_in_order_whatever_the_sizes(sizes):
    ring = Ring(1000)
    taker, given_, got = Taker(ring), 0, []
    try:
        for wanted, take in sizes:
            put = min(wanted, 1000 - (ring.counters[Counter.WRITTEN] - ring.counters[Counter.READ]))
            fill(ring, [float(at) for at in range(given_ + 1, given_ + put + 1)])
            given_ += put
            got += [frame for frame in taker.take(take).tolist() if frame]
        got += [frame for frame in taker.take(1000).tolist() if frame]
    finally:
        ring.close()
    assert got == list(range(1, given_ + 1))


def test_a_device_that_asks_for_more_gets_silence_and_it_is_counted(ring):
    taker = Taker(ring)
    fill(ring, [1.0] * 10)
    assert taker.take(15).tolist() == [1.0] * 10 + [0.0] * 5
    assert ring.counters[Counter.UNDERRUNS] == 1
    assert ring.counters[Counter.STARVED] == 5
    assert ring.counters[Counter.READ] == 10


def test_silence_before_the_first_frame_is_no_under_run(ring):
    assert Taker(ring).take(15).tolist() == [0.0] * 15
    assert ring.counters[Counter.UNDERRUNS] == 0


def test_a_cut_fades_what_is_on_its_way_and_drops_the_rest(ring):
    taker = Taker(ring)
    fill(ring, [1.0] * 900)
    taker.take(100)
    cut(ring)
    block = taker.take(960).tolist()
    assert block[0] < 1.0
    assert block[:FADE] == sorted(block[:FADE], reverse=True)
    assert block[FADE - 1 :] == [0.0] * (960 - FADE + 1)
    assert ring.counters[Counter.DROPPED] == 800 - FADE
    assert ring.counters[Counter.READ] == ring.counters[Counter.WRITTEN]
    assert ring.counters[Counter.UNDERRUNS] == 0


def test_what_is_written_after_a_cut_follows_the_fade_at_once(ring):
    taker = Taker(ring)
    fill(ring, [1.0] * 600)
    cut(ring)
    fill(ring, [0.5] * 100)
    assert taker.take(960).tolist()[FADE : FADE + 101] == [0.5] * 100 + [0.0]


def test_a_cut_of_nothing_drops_nothing(ring):
    taker = Taker(ring)
    cut(ring)
    assert taker.take(10).tolist() == [0.0] * 10
    assert ring.counters[Counter.DROPPED] == 0


def test_the_other_side_opens_it_by_name_and_the_name_can_be_forgotten(ring):
    other = Ring(1000, ring.name)
    fill(ring, [0.25])
    assert Taker(other).take(1).tolist() == [0.25]
    other.close()
    ring.forget()
    with pytest.raises(FileNotFoundError):
        SharedMemory(ring.name)


def test_the_device_tells_when_it_first_and_last_asked(ring):
    taker = Taker(ring)
    taker.take(1)
    taker.take(1)
    counters = ring.counters
    assert counters[Counter.CALLBACKS] == 2
    assert 0 < counters[Counter.FIRST] <= counters[Counter.LAST]
