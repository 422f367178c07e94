"""The renderer: whatever the pieces it is read in, always the same sound."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.sound.clip import Clip, Samples
from voicecoach.sound.mix import Mix
from voicecoach.timeline import Placement, Sound, Source, Timeline, Utterance
from voicecoach.units import Frames

MS = 48


def session(length: int, *placed: tuple[int, int, str, float]) -> Timeline:
    """A session of `length` ms with sounds at (ms, length in ms, name, gain)."""
    placements = tuple(
        Placement(Frames(start * MS), Frames(long * MS), Sound(name), 0, gain) for start, long, name, gain in placed
    )
    return Timeline(
        title="T",
        language="en",
        level=50,
        length=Frames(length * MS),
        placements=placements,
        events=(),
        moves=(),
    )


class Shelf:
    """Gives noise that differs from sound to sound, and remembers what was asked of it."""

    def __init__(self, timeline: Timeline) -> None:
        self.lengths = {placement.source: placement.length for placement in timeline.placements}
        self.asked: list[Source] = []

    def __call__(self, source: Source) -> Clip:
        self.asked.append(source)
        seed = sum(map(ord, str(source)))
        noise = np.random.default_rng(seed).uniform(-0.5, 0.5, self.lengths[source])
        return Clip(noise.astype(np.float32))


def whole(timeline: Timeline) -> Samples:
    return Mix(timeline, Shelf(timeline)).read(0, timeline.length)


def test_a_clip_sounds_where_it_is_placed_and_all_else_is_silent() -> None:
    timeline = session(10, (3, 2, "tick", 1.0))
    sound = whole(timeline)
    tick = Shelf(timeline)(Sound("tick")).samples
    assert np.array_equal(sound[3 * MS : 5 * MS], tick)
    assert not sound[: 3 * MS].any()
    assert not sound[5 * MS :].any()


def test_sounds_at_once_are_added_with_their_gains() -> None:
    timeline = session(6, (0, 4, "sea", 0.5), (1, 2, "tick", 2.0))
    shelf = Shelf(timeline)
    sea, tick = shelf(Sound("sea")).samples, shelf(Sound("tick")).samples
    assert np.array_equal(whole(timeline)[MS : 3 * MS], sea[MS : 3 * MS] * np.float32(0.5) + tick * np.float32(2))


def test_a_long_sound_is_heard_under_many_short_ones() -> None:
    timeline = session(40, (0, 30, "sea", 1.0), *((at, 1, "tick", 1.0) for at in range(2, 20, 2)))
    sea = Shelf(timeline)(Sound("sea")).samples
    late = Mix(timeline, Shelf(timeline)).read(25 * MS, 10 * MS)
    assert np.array_equal(late[: 5 * MS], sea[25 * MS :])
    assert not late[5 * MS :].any()


def test_past_the_end_there_is_silence_even_where_a_clip_would_go_on() -> None:
    sound = Mix(timeline := session(3, (2, 4, "tick", 1.0)), Shelf(timeline)).read(0, 10 * MS)
    assert len(sound) == 10 * MS
    assert not sound[3 * MS :].any()


def test_an_empty_session_renders_to_nothing() -> None:
    timeline = session(0)
    assert list(Mix(timeline, Shelf(timeline)).blocks(479)) == []


def test_what_was_read_may_be_changed_without_harm() -> None:
    renderer = Mix(timeline := session(4, (0, 4, "tick", 1.0)), Shelf(timeline))
    renderer.read(0, 4 * MS).fill(9)
    assert np.array_equal(renderer.read(0, 4 * MS), whole(timeline))


def test_a_clip_is_not_fetched_before_it_sounds_nor_again_for_the_next_block() -> None:
    renderer = Mix(timeline := session(8, (4, 2, "tick", 1.0)), shelf := Shelf(timeline))
    renderer.read(0, 4 * MS)
    assert shelf.asked == []
    for _ in renderer.blocks(MS):
        pass
    assert shelf.asked == [Sound("tick")]


def test_a_clip_of_another_length_than_placed_is_a_fault_of_ours() -> None:
    timeline = session(8, (0, 2, "tick", 1.0))
    with pytest.raises(ValueError, match="48 frames long, placed as 96"):
        Mix(timeline, lambda _: Clip(np.zeros(48, np.float32))).read(0, 10)


def test_few_clips_are_held_however_many_there_are() -> None:
    """Each of 100 words is asked for again when it comes again: none of the earlier ones was kept."""
    words = [Utterance(str(number)) for number in range(100)]
    placements = tuple(Placement(Frames(at * MS), Frames(MS), words[at % 100], 0) for at in range(200))
    timeline = Timeline(
        title="T",
        language="en",
        level=50,
        length=Frames(200 * MS),
        placements=placements,
        events=(),
        moves=(),
    )
    renderer = Mix(timeline, shelf := Shelf(timeline))
    for _ in renderer.blocks(479):
        pass
    assert len(shelf.asked) == 200


@st.composite
def sessions(draw: st.DrawFn) -> Timeline:
    at = st.tuples(st.integers(0, 60), st.sampled_from([("in", 3), ("out", 5), ("sea", 40)]), st.floats(0, 2))
    placed = [(start, long, name, gain) for start, (name, long), gain in draw(st.lists(at, max_size=8))]
    return session(draw(st.integers(0, 80)), *sorted(placed))


@given(sessions(), st.lists(st.integers(1, 2000), max_size=6), st.integers(0, 4000))
def test_any_pieces_join_to_the_whole(timeline: Timeline, sizes: Sequence[int], start: int) -> None:
    renderer = Mix(timeline, Shelf(timeline))
    pieces, at = [], start
    for size in sizes:
        pieces.append(renderer.read(at, size))
        at += size
    expected = np.concatenate([whole(timeline), np.zeros(20_000, np.float32)])[start:at]
    assert np.array_equal(np.concatenate([np.zeros(0, np.float32), *pieces]), expected)


@given(sessions(), st.sampled_from([1, 7, 479, 480, 960, 100_000]), st.integers(0, 500))
def test_blocks_of_any_size_join_to_the_session(timeline: Timeline, size: int, start: int) -> None:
    blocks = list(Mix(timeline, Shelf(timeline)).blocks(max(size, len(whole(timeline)) // 50), start))
    assert np.array_equal(np.concatenate([np.zeros(0, np.float32), *blocks]), whole(timeline)[start:])
