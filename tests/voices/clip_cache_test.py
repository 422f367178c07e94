"""The clip cache: whole files only, within its limit, shared by programs, never in the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from voicecoach.errors import FileError
from voicecoach.voices.clip_cache import ClipCache, cache_key

SECOND = bytes(range(256)) * 375
HEADER_SIZE = 32


def test_a_clip_comes_back_by_key(cache_folder):
    ClipCache().write(cache_key("hello"), SECOND)
    later = ClipCache()
    assert later.length(cache_key("hello")) == 48_000
    assert later.read(cache_key("hello")) == SECOND
    assert later.length(cache_key("goodbye")) is None
    assert later.read(cache_key("goodbye")) is None
    assert [path.stat().st_size for path in cache_folder.rglob("*") if path.is_file()] == [HEADER_SIZE + len(SECOND)]


def test_keys_differ_in_every_ingredient():
    ingredients = [
        ("espeak", "1", "en", 100, "left"),
        ("espeak", "2", "en", 100, "left"),
        ("espeak", "1", "en", 90, "left"),
    ]
    assert (
        len({cache_key(*each) for each in [*ingredients, ("espeak", "1", "en", 100, "right"), ("esp", "eak1", "en")]})
        == 5
    )


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda content: content[:10],
        lambda content: content[:-2],
        lambda content: content + b"\0\0",
        lambda content: b"RIFF" + content[4:],
        lambda content: content[:16] + b"another key here" + content[HEADER_SIZE:],
    ],
)
def test_damaged_headers_and_sizes_are_noticed(cache_folder, damage):
    cache, key = ClipCache(), cache_key("hello")
    cache.write(key, SECOND)
    path = cache_folder / "clips" / f"{key}.clip"
    path.write_bytes(damage(path.read_bytes()))
    assert cache.length(key) is None
    assert cache.read(key) is None


def test_a_flipped_bit_is_noticed(cache_folder):
    cache, key = ClipCache(), cache_key("hello")
    cache.write(key, SECOND)
    path = cache_folder / "clips" / f"{key}.clip"
    content = bytearray(path.read_bytes())
    content[5_000] ^= 1
    path.write_bytes(content)
    assert cache.read(key) is None
    cache.write(key, SECOND)
    assert cache.read(key) == SECOND


def make_older(cache_folder, name, age):
    """Set the time of last use back by so many seconds."""
    path = cache_folder / "clips" / f"{cache_key(name)}.clip"
    os.utime(path, (path.stat().st_mtime - age,) * 2)


def test_least_recently_used_is_evicted_first(cache_folder):
    earlier = ClipCache()
    for age, name in enumerate(["newest", "new", "old", "oldest"]):
        earlier.write(cache_key(name), SECOND)
        make_older(cache_folder, name, age * 100)
    cache = ClipCache(limit=3 * len(SECOND) + 200)
    assert cache.length(cache_key("oldest"))
    cache.write(cache_key("another"), SECOND)
    cache.close()
    kept = {name for name in ["another", "newest", "new", "old", "oldest"] if ClipCache().length(cache_key(name))}
    assert kept == {"another", "oldest", "newest"}


def test_clips_in_use_are_never_evicted():
    cache = ClipCache(limit=10)
    cache.write(cache_key("hello"), SECOND)
    cache.close()
    assert cache.read(cache_key("hello")) == SECOND


def test_nothing_new_evicts_nothing():
    earlier = ClipCache()
    earlier.write(cache_key("hello"), SECOND)
    ClipCache(limit=10).close()
    assert earlier.read(cache_key("hello")) == SECOND


def test_killed_writers_part_files_are_removed(cache_folder):
    cache = ClipCache()
    cache.write(cache_key("hello"), SECOND)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    abandoned = cache_folder / "clips" / f".a.clip.00000000.part-{ended.pid}-ab"
    running = cache_folder / "clips" / f".b.clip.00000000.part-{os.getppid()}-ab"
    abandoned.touch()
    running.touch()
    cache.close()
    assert (abandoned.exists(), running.exists()) == (False, True)
    cache.clear()
    assert not running.exists()


def test_clearing_gives_the_usage_before(cache_folder):
    cache = ClipCache(limit=1_000_000)
    for name in ("one", "two"):
        cache.write(cache_key(name), SECOND)
    usage = cache.usage()
    assert (usage.folder, usage.files, usage.bytes) == (cache_folder / "clips", 2, 2 * (HEADER_SIZE + len(SECOND)))
    assert cache.clear() == usage
    assert cache.usage().files == 0
    assert cache.length(cache_key("one")) is None


def test_a_cleared_cache_harms_no_user(cache_folder):
    cache = ClipCache()
    cache.write(cache_key("one"), SECOND)
    ClipCache().clear()
    cache.close()
    (cache_folder / "clips").rmdir()
    cache.close()
    assert cache.read(cache_key("one")) is None


def test_an_unwritable_folder_only_warns(cache_folder):
    """A file takes the place of the folder, which stops even root."""
    cache_folder.write_text("in the way")
    warnings = []
    cache = ClipCache(warn=warnings.append)
    for name in ("one", "two"):
        cache.write(cache_key(name), SECOND)
    assert cache.length(cache_key("one")) == 48_000
    assert cache.read(cache_key("two")) == SECOND
    assert len(warnings) == 1
    assert "not kept for next time" in warnings[0]
    cache.close()
    assert cache.length(cache_key("one")) is None
    assert cache_folder.read_text() == "in the way"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_only_warns(cache_folder):
    cache_folder.mkdir()
    (cache_folder / "clips").symlink_to("/dev/full")
    warnings = []
    cache = ClipCache(warn=warnings.append)
    cache.write(cache_key("one"), SECOND)
    assert cache.read(cache_key("one")) == SECOND
    assert len(warnings) == 1
    cache.close()


def test_no_writable_folder_is_an_error(cache_folder):
    cache_folder.write_text("in the way")
    cache = ClipCache()
    cache.write(cache_key("one"), SECOND)
    spare = Path(cache._spare.name)
    for path in spare.iterdir():
        path.unlink()
    spare.rmdir()
    spare.write_text("in the way, too")
    with pytest.raises(FileError, match="set VOICECOACH_CACHE"):
        cache.write(cache_key("two"), SECOND)
    spare.unlink()
    spare.mkdir()
    cache.close()


def test_usage_of_an_unreadable_folder_is_an_error(cache_folder):
    cache_folder.write_text("in the way")
    with pytest.raises(FileError, match="clips: Not a directory"):
        ClipCache().usage()
