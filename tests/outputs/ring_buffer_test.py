"""The ring buffer between the player and the device's process, with both ends in this process."""

from __future__ import annotations

import subprocess
import sys
from array import array
from collections.abc import Iterator
from itertools import pairwise
from multiprocessing.shared_memory import SharedMemory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.outputs.ring_buffer import FADE, Counter, RingBuffer, RingReader


@pytest.fixture
def ring() -> Iterator[RingBuffer]:
    ring = RingBuffer(1000)
    yield ring
    ring.close()


def fill(ring: RingBuffer, values: list[float]) -> None:
    written = ring.counters[Counter.WRITTEN]
    ring.put(written, memoryview(array("f", values)))
    ring.counters[Counter.WRITTEN] = written + len(values)


def cut(ring: RingBuffer) -> None:
    ring.counters[Counter.CUT] = ring.counters[Counter.WRITTEN]


@settings(deadline=None)
@given(sizes=st.lists(st.tuples(st.integers(0, 479), st.integers(1, 479)), max_size=30))
def test_frames_come_out_in_order(sizes: list[tuple[int, int]]) -> None:
    ring = RingBuffer(1000)
    reader, total, got = RingReader(ring), 0, []
    try:
        for wanted, take in sizes:
            put = min(wanted, 1000 - (ring.counters[Counter.WRITTEN] - ring.counters[Counter.READ]))
            fill(ring, [float(at) for at in range(total + 1, total + put + 1)])
            total += put
            there = ring.counters[Counter.WRITTEN] - ring.counters[Counter.READ]
            got += reader.read(min(take, there)).tolist()
        got += reader.read(total - len(got)).tolist()
    finally:
        ring.close()
    assert got == list(range(1, total + 1))


FALL = [1 - (at + 1) / FADE for at in range(FADE)]


def test_underrun_fades_out_and_in(ring: RingBuffer) -> None:
    reader = RingReader(ring)
    fill(ring, [1.0] * 10)
    assert reader.read(15).tolist() == pytest.approx([1.0] * 10 + FALL[:5], abs=1e-6)
    assert reader.read(FADE).tolist() == pytest.approx(FALL[5:] + [0.0] * 5, abs=1e-6)
    assert ring.counters[Counter.UNDERRUNS] == 2
    assert ring.counters[Counter.STARVED] == 5 + FADE
    assert ring.counters[Counter.READ] == 10
    fill(ring, [1.0] * 500)
    assert reader.read(500).tolist() == pytest.approx([*FALL[-2::-1], *[1.0] * 21], abs=1e-6)


def test_underrun_is_counted(ring: RingBuffer) -> None:
    reader = RingReader(ring)
    fill(ring, [0.0] * 10)
    assert reader.read(15).tolist() == [0.0] * 15
    assert ring.counters[Counter.UNDERRUNS] == 1
    assert ring.counters[Counter.STARVED] == 5
    assert ring.counters[Counter.READ] == 10


def test_initial_silence_is_no_underrun(ring: RingBuffer) -> None:
    assert RingReader(ring).read(15).tolist() == [0.0] * 15
    assert ring.counters[Counter.UNDERRUNS] == 0


def test_cut_fades_out_and_drops_rest(ring: RingBuffer) -> None:
    reader = RingReader(ring)
    fill(ring, [1.0] * 900)
    reader.read(100)
    cut(ring)
    block = reader.read(960).tolist()
    assert block[0] < 1.0
    assert block[:FADE] == sorted(block[:FADE], reverse=True)
    assert block[FADE - 1 :] == [0.0] * (960 - FADE + 1)
    assert ring.counters[Counter.DROPPED] == 800 - FADE
    assert ring.counters[Counter.READ] == ring.counters[Counter.WRITTEN]
    assert ring.counters[Counter.UNDERRUNS] == 0


def test_new_frames_follow_fade_of_cut(ring: RingBuffer) -> None:
    reader = RingReader(ring)
    fill(ring, [1.0] * 600)
    cut(ring)
    fill(ring, [0.5] * 100)
    assert reader.read(960).tolist()[FADE : FADE + 100] == [0.5] * 100


@pytest.mark.parametrize("left", [0, 1, 5, 479])
def test_short_cut_decays_from_last_frame(ring: RingBuffer, left: int) -> None:
    reader = RingReader(ring)
    fill(ring, [1.0] * (300 + left))
    reader.read(300)
    cut(ring)
    got = [*reader.read(200).tolist(), *reader.read(300).tolist()]
    assert got == pytest.approx(FALL + [0.0] * 20, abs=1e-6)
    assert ring.counters[Counter.DROPPED] == max(0, left - 200)
    assert ring.counters[Counter.UNDERRUNS] == 0


@settings(deadline=None)
@given(
    sizes=st.lists(st.tuples(st.integers(0, 700), st.integers(1, 700), st.booleans()), max_size=40),
)
def test_level_never_jumps(sizes: list[tuple[int, int, bool]]) -> None:
    """The player plays a level of 1 and fades it in whenever it restarts."""
    ring = RingBuffer(1000)
    reader, got, since = RingReader(ring), [], 0
    try:
        for wanted, take, cuts in sizes:
            if cuts:
                cut(ring)
                got += reader.read(take).tolist()
                since = 0
            put = min(wanted, 1000 - (ring.counters[Counter.WRITTEN] - ring.counters[Counter.READ]))
            fill(ring, [min(1.0, (since + at + 1) / FADE) for at in range(put)])
            since += put
            got += reader.read(take).tolist()
    finally:
        ring.close()
    assert max(abs(one - other) for one, other in pairwise([0.0, *got, got[-1] if got else 0.0])) < 4 / FADE


def test_cut_of_empty_buffer_drops_nothing(ring: RingBuffer) -> None:
    reader = RingReader(ring)
    cut(ring)
    assert reader.read(10).tolist() == [0.0] * 10
    assert ring.counters[Counter.DROPPED] == 0


def test_other_process_opens_buffer_until_unlinked(ring: RingBuffer) -> None:
    other = RingBuffer(1000, ring.name)
    fill(ring, [0.25])
    assert RingReader(other).read(1).tolist() == [0.25]
    other.close()
    ring.unlink()
    with pytest.raises(FileNotFoundError):
        SharedMemory(ring.name)


NO_ROOM = """
import resource, signal
from voicecoach.outputs.ring_buffer import RingBuffer

resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    RingBuffer(1000)
except OSError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of file sizes")
def test_memory_without_room_raises_and_prints_nothing() -> None:
    """Nor does the process that looks after shared memory, for which `run` waits."""
    ran = subprocess.run([sys.executable, "-c", NO_ROOM], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("[Errno 27] File too large\n", "")


def test_memory_that_vanished_can_be_closed() -> None:
    """Python removes the name if the other process cannot open the memory."""
    ring = RingBuffer(1000)
    SharedMemory(ring.name).unlink()
    ring.close()


def test_request_times_are_recorded(ring: RingBuffer) -> None:
    reader = RingReader(ring)
    reader.read(1)
    reader.read(1)
    counters = ring.counters
    assert counters[Counter.CALLBACKS] == 2
    assert 0 < counters[Counter.FIRST] <= counters[Counter.LAST]
