"""The clips that a worker has, and those that it reports as missing."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from voicecoach.batch.clip_source import ClipSource, MemoryCache, MissingClipError
from voicecoach.timeline import Sound, Utterance
from voicecoach.voices.synthesizer import clip_key
from voicecoach.voices.tones_engine import TONES

HELLO, BELL = Utterance("Hello."), Sound("bell", "/far/away/bell.wav")


def key(source, digest="d1"):
    return clip_key(TONES, source, lambda _: digest)


@pytest.fixture
def memory():
    return MemoryCache(1_000_000)


def test_cache_drops_least_recently_used():
    memory = MemoryCache(10)
    memory.write("a", b"1234")
    memory.write("b", b"1234")
    assert memory.read("a") == b"1234"
    memory.write("c", b"1234")
    assert memory.read("b") is None
    memory.write("a", b"1234567890123")
    assert [memory.read(name) for name in "abc"] == [b"1234567890123", None, None]


def test_threads_share_one_cache():
    """Threads switch as often as possible; without a lock they lose count of the bytes."""
    memory = MemoryCache(40)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def work(_):
        for number in range(20_000):
            memory.write(key := str(number % 7), b"12345678")
            memory.read(key)

    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(work, range(4)))
    finally:
        sys.setswitchinterval(interval)
    assert memory._size == sum(map(len, memory._values.values())) <= 40


def test_words_are_missing_until_sent(memory):
    clips = ClipSource(TONES, {}, {}, None, memory)
    assert set(clips.lengths([HELLO, Sound("open")])) == {HELLO, Sound("open")}
    assert list(clips.missing) == [HELLO]
    with pytest.raises(MissingClipError):
        clips.clip(HELLO)
    sent = ClipSource(TONES, {}, {key(HELLO): bytes(9_600)}, None, memory)
    assert sent.lengths([HELLO]) == {HELLO: 4_800}
    assert sent.clip(HELLO).length == 4_800
    assert not sent.missing
    later = ClipSource(TONES, {}, {}, None, memory)
    assert later.clip(HELLO).length == 4_800
    assert not later.missing


def test_sound_file_is_known_by_its_bytes(memory):
    ClipSource(TONES, {}, {key(BELL, "d1"): bytes(96)}, None, memory)
    assert ClipSource(TONES, {BELL.path: "d1"}, {}, None, memory).lengths([BELL]) == {BELL: 48}
    other = ClipSource(TONES, {BELL.path: "d2"}, {}, None, memory)
    other.lengths([BELL])
    assert list(other.missing) == [BELL]


def test_own_clips_survive_eviction():
    memory = MemoryCache(100)
    clips = ClipSource(TONES, {}, {key(HELLO): bytes(960)}, None, memory)
    for number in range(5):
        memory.write(str(number), bytes(90))
    assert clips.clip(HELLO).length == 480
