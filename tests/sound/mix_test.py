"""The mix: the same sound however it is read, volumes without clicks, overlays in blocks of any size."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.sound.clip import Clip, Samples
from voicecoach.sound.mix import RAMP, Mix, ramp_gain
from voicecoach.timeline import Placement, Sound, Source, Timeline, Utterance
from voicecoach.units import Frames

MS = 48
VOLUME = st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0])


def timeline_of(length: int, *placements: Placement) -> Timeline:
    return Timeline(
        title="T", language="en", level=50, length=Frames(length), placements=placements, events=(), moves=()
    )


def session(length: int, *placed: tuple[int, int, str, float]) -> Timeline:
    """A session of `length` ms, with sounds at (start in ms, length in ms, name, gain)."""
    return timeline_of(
        length * MS,
        *(Placement(Frames(start * MS), Frames(long * MS), Sound(name), 0, gain) for start, long, name, gain in placed),
    )


class Noise:
    """Gives each source its own noise, and records the calls."""

    def __init__(self, timeline: Timeline) -> None:
        self.lengths = {placement.source: placement.length for placement in timeline.placements}
        self.calls: list[Source] = []

    def __call__(self, source: Source) -> Clip:
        self.calls.append(source)
        seed = sum(map(ord, str(source)))
        noise = np.random.default_rng(seed).uniform(-0.5, 0.5, self.lengths[source])
        return Clip(noise.astype(np.float32))


def mix(timeline: Timeline) -> Mix:
    return Mix(timeline, Noise(timeline))


def whole(timeline: Timeline) -> Samples:
    return mix(timeline).read(0, timeline.length)


def level(value: float, count: int = 480) -> Clip:
    return Clip(np.full(count, value, np.float32))


def test_a_clip_sounds_where_placed() -> None:
    timeline = session(10, (3, 2, "tick", 1.0))
    sound = whole(timeline)
    assert np.array_equal(sound[3 * MS : 5 * MS], Noise(timeline)(Sound("tick")).samples)
    assert not sound[: 3 * MS].any()
    assert not sound[5 * MS :].any()


def test_simultaneous_sounds_add_up() -> None:
    timeline = session(6, (0, 4, "sea", 0.5), (1, 2, "tick", 2.0))
    sea, tick = (Noise(timeline)(Sound(name)).samples for name in ("sea", "tick"))
    assert np.array_equal(whole(timeline)[MS : 3 * MS], sea[MS : 3 * MS] * np.float32(0.5) + tick * np.float32(2))


def test_a_long_sound_continues_under_short_ones() -> None:
    timeline = session(40, (0, 30, "sea", 1.0), *((at, 1, "tick", 1.0) for at in range(2, 20, 2)))
    late = mix(timeline).read(25 * MS, 10 * MS)
    assert np.array_equal(late[: 5 * MS], Noise(timeline)(Sound("sea")).samples[25 * MS :])
    assert not late[5 * MS :].any()


def test_silence_follows_the_end() -> None:
    sound = mix(session(3, (2, 4, "tick", 1.0))).read(0, 10 * MS)
    assert len(sound) == 10 * MS
    assert not sound[3 * MS :].any()


def test_an_empty_session_has_no_blocks() -> None:
    assert list(mix(session(0)).blocks(479)) == []


def test_callers_may_change_a_block() -> None:
    timeline = session(4, (0, 4, "tick", 1.0))
    source = mix(timeline)
    source.read(0, 4 * MS).fill(9)
    assert np.array_equal(source.read(0, 4 * MS), whole(timeline))


def test_a_clip_is_fetched_once_when_needed() -> None:
    timeline = session(8, (4, 2, "tick", 1.0))
    source = Mix(timeline, noise := Noise(timeline))
    source.read(0, 4 * MS)
    assert noise.calls == []
    for _ in source.blocks(MS):
        pass
    assert noise.calls == [Sound("tick")]


def test_a_clip_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="48 frames long, placed as 96"):
        Mix(session(8, (0, 2, "tick", 1.0)), lambda _: Clip(np.zeros(48, np.float32))).read(0, 10)


def test_few_clips_are_cached() -> None:
    """Each of 100 words is fetched again when it comes again."""
    words = [Utterance(str(number)) for number in range(100)]
    timeline = timeline_of(200 * MS, *(Placement(Frames(at * MS), Frames(MS), words[at % 100], 0) for at in range(200)))
    source = Mix(timeline, noise := Noise(timeline))
    for _ in source.blocks(479):
        pass
    assert len(noise.calls) == 200


@st.composite
def sessions(draw: st.DrawFn) -> Timeline:
    at = st.tuples(st.integers(0, 60), st.sampled_from([("in", 3), ("out", 5), ("sea", 40)]), st.floats(0, 2))
    placed = [(start, long, name, gain) for start, (name, long), gain in draw(st.lists(at, max_size=8))]
    return session(draw(st.integers(0, 80)), *sorted(placed))


@given(sessions(), st.lists(st.integers(1, 2000), max_size=6), st.integers(0, 4000))
def test_pieces_of_any_size_join(timeline: Timeline, sizes: Sequence[int], start: int) -> None:
    source = mix(timeline)
    pieces, at = [], start
    for size in sizes:
        pieces.append(source.read(at, size))
        at += size
    expected = np.concatenate([whole(timeline), np.zeros(20_000, np.float32)])[start:at]
    assert np.array_equal(np.concatenate([np.zeros(0, np.float32), *pieces]), expected)


@given(sessions(), st.sampled_from([1, 7, 479, 480, 960, 100_000]), st.integers(0, 500))
def test_blocks_of_any_size_join(timeline: Timeline, size: int, start: int) -> None:
    blocks = list(mix(timeline).blocks(max(size, len(whole(timeline)) // 50), start))
    assert np.array_equal(np.concatenate([np.zeros(0, np.float32), *blocks]), whole(timeline)[start:])


@settings(deadline=None)
@given(before=VOLUME, after=VOLUME, count=st.integers(1, 3 * RAMP))
def test_a_gain_ramp_has_even_steps(before: float, after: float, count: int) -> None:
    got = ramp_gain(np.ones(count, np.float32), before, after)
    assert np.max(np.abs(np.diff(got, prepend=np.float32(before)))) <= 1.01 / RAMP
    assert np.all((got >= min(before, after) - 1e-6) & (got <= max(before, after) + 1e-6))
    assert got[RAMP - 1 :] == pytest.approx(after)
    assert got.dtype == np.float32


def test_full_volume_leaves_a_block_untouched() -> None:
    block = np.ones(10, np.float32)
    assert ramp_gain(block, 1.0, 1.0) is block


def two_kinds(length: int = 2000) -> Mix:
    """A voice at 0.5 over a chime at 0.25, both as long as the session."""
    levels = {Utterance("Hold."): level(0.5, 1920), Sound("tick"): level(0.25, 1920)}
    placements = (Placement(Frames(0), Frames(1920), source, 0) for source in levels)
    return Mix(timeline_of(length, *placements), levels.__getitem__)


def test_voice_and_chimes_have_their_own_volumes() -> None:
    source = two_kinds()
    assert source.read(0, 10)[0] == 0.75
    source.volumes = 1.0, 0.0
    turned_down = source.read(0, 1000)
    assert np.abs(np.diff(turned_down, prepend=0.75)).max() < 0.25 * 1.01 / RAMP
    assert set(turned_down[RAMP:]) == {0.5}
    source.volumes = 0.5, 0.5
    assert source.read(0, 1000)[-1] == 0.375


def test_a_restart_rises_from_silence() -> None:
    source = two_kinds()
    source.overlay(level(0.5))
    source.restart()
    assert source.overlay_left == 0
    sound = source.read(0, 1000)
    assert sound[0] == pytest.approx(0.75 / RAMP)
    assert set(sound[RAMP - 1 :]) == {0.75}


def constant(length: int = 2000) -> Mix:
    """A session of one sound at 0.125."""
    placement = Placement(Frames(0), Frames(4800), Sound("hum"), 0)
    return Mix(timeline_of(length, placement), lambda _: level(0.125, 4800))


HIGH, LOW = level(0.5), level(0.25)


@pytest.mark.parametrize("size", [2000, 479, 1])
def test_overlays_add_up_where_laid(size: int) -> None:
    source = constant()
    source.overlay(HIGH, after=100)
    source.overlay(LOW, gain=0.5, after=300)
    expected = np.full(2000, 0.125, np.float32)
    expected[100:580] += 0.5
    expected[300:780] += 0.125
    np.testing.assert_array_equal(np.concatenate(list(source.blocks(size))), expected)


def test_overlays_count_from_the_next_block() -> None:
    source = constant()
    source.read(0, 1000)
    source.overlay(HIGH)
    assert source.overlay_left == 480
    assert source.read(500, 100)[0] == 0.625
    assert source.read_overlays(100)[0] == 0.5
    assert source.overlay_left == 280


def test_overlays_survive_another_timeline() -> None:
    source = constant()
    source.overlay(HIGH)
    source.load(session(10), Noise(session(10)))
    assert source.read(0, 100)[0] == 0.5


def test_one_clip_is_laid_once_per_frame() -> None:
    source = constant()
    for gain in (1.0, 0.5):
        source.overlay(HIGH, gain, after=100)
        source.overlay(LOW, after=100)
    assert source.read(0, 200)[100] == 0.125 + 0.25 + 0.25
