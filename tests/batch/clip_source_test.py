"""The clips that a worker has, and those that it says it lacks."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from voicecoach.batch.clip_source import ClipSource, MemoryCache, MissingClipError
from voicecoach.timeline import Sound, Utterance
from voicecoach.voices.synthesizer import clip_key
from voicecoach.voices.tones_engine import TONES

HELLO, BELL = Utterance("Hello."), Sound("bell", "/far/away/bell.wav")


def key(source: object, digest: str = "d1") -> str:
    return clip_key(TONES, source, lambda _: digest)  # type: ignore[arg-type]


def test_what_is_kept_stays_within_its_bytes_the_least_used_goes_first() -> None:
    kept = MemoryCache(10)
    kept.write("a", b"1234")
    kept.write("b", b"1234")
    assert kept.read("a") == b"1234"
    kept.write("c", b"1234")
    assert kept.read("b") is None
    kept.write("a", b"1234567890123")
    assert [kept.read(name) for name in "abc"] == [b"1234567890123", None, None]


def test_threads_may_share_it() -> None:
    """Switched between as often as can be; without a lock they lose count of the bytes."""
    kept = MemoryCache(40)
    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def work(_: int) -> None:
        for number in range(20_000):
            kept.write(key := str(number % 7), b"12345678")
            kept.read(key)

    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(work, range(4)))
    finally:
        sys.setswitchinterval(often)
    assert kept._size == sum(map(len, kept._values.values())) <= 40


def test_chimes_are_at_hand_and_words_are_lacking_until_they_come_along() -> None:
    kept = MemoryCache(1_000_000)
    shelf = ClipSource(TONES, {}, {}, None, kept)
    lengths = shelf.lengths([HELLO, Sound("open")])
    assert set(lengths) == {HELLO, Sound("open")}
    assert list(shelf.lacking) == [HELLO]
    with pytest.raises(MissingClipError):
        shelf.clip(HELLO)
    sent = ClipSource(TONES, {}, {key(HELLO): bytes(9_600)}, None, kept)
    assert sent.lengths([HELLO]) == {HELLO: 4_800}
    assert sent.clip(HELLO).length == 4_800
    assert not sent.lacking
    later = ClipSource(TONES, {}, {}, None, kept)
    assert later.clip(HELLO).length == 4_800
    assert not later.lacking


def test_a_routine_s_own_sound_is_known_by_its_bytes_not_by_its_path() -> None:
    kept = MemoryCache(1_000_000)
    ClipSource(TONES, {}, {key(BELL, "d1"): bytes(96)}, None, kept)
    assert ClipSource(TONES, {BELL.path: "d1"}, {}, None, kept).lengths([BELL]) == {BELL: 48}
    other = ClipSource(TONES, {BELL.path: "d2"}, {}, None, kept)
    other.lengths([BELL])
    assert list(other.lacking) == [BELL]


def test_a_job_s_clips_stay_with_it_whatever_else_is_kept() -> None:
    kept = MemoryCache(100)
    shelf = ClipSource(TONES, {}, {key(HELLO): bytes(960)}, None, kept)
    for number in range(5):
        kept.write(str(number), bytes(90))
    assert shelf.clip(HELLO).length == 480
