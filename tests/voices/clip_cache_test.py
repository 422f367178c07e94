"""The store of clips: whole or not there, bounded, shared, and never in the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from voicecoach.errors import FileError
from voicecoach.voices.clip_cache import ClipCache, cache_key

SECOND = bytes(range(256)) * 375
HEAD = 32


def test_what_was_kept_comes_back_by_its_key(cache_folder):
    with_one = ClipCache()
    with_one.write(cache_key("hello"), SECOND)
    later = ClipCache()
    assert later.length(cache_key("hello")) == 48_000
    assert later.read(cache_key("hello")) == SECOND
    assert later.length(cache_key("goodbye")) is None
    assert later.read(cache_key("goodbye")) is None
    assert [path.stat().st_size for path in cache_folder.rglob("*") if path.is_file()] == [HEAD + len(SECOND)]


def test_the_key_tells_everything_apart_that_shapes_a_sound():
    shaping = [
        ("espeak", "1", "en", 100, "left"),
        ("espeak", "2", "en", 100, "left"),
        ("espeak", "1", "en", 90, "left"),
    ]
    assert (
        len({cache_key(*each) for each in [*shaping, ("espeak", "1", "en", 100, "right"), ("esp", "eak1", "en")]}) == 5
    )


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda content: content[:10],
        lambda content: content[:-2],
        lambda content: content + b"\0\0",
        lambda content: b"RIFF" + content[4:],
        lambda content: content[:16] + b"another key here" + content[HEAD:],
    ],
)
def test_damage_is_noticed_by_the_length_already(cache_folder, damage):
    cache, key = ClipCache(), cache_key("hello")
    cache.write(key, SECOND)
    path = cache_folder / "clips" / f"{key}.clip"
    path.write_bytes(damage(path.read_bytes()))
    assert cache.length(key) is None
    assert cache.read(key) is None


def test_a_flipped_bit_is_noticed_when_the_sound_is_read(cache_folder):
    cache, key = ClipCache(), cache_key("hello")
    cache.write(key, SECOND)
    path = cache_folder / "clips" / f"{key}.clip"
    content = bytearray(path.read_bytes())
    content[5_000] ^= 1
    path.write_bytes(content)
    assert cache.read(key) is None
    cache.write(key, SECOND)
    assert cache.read(key) == SECOND


def used(cache_folder, name, age):
    """Set back when a clip was last used, by seconds."""
    path = cache_folder / "clips" / f"{cache_key(name)}.clip"
    os.utime(path, (path.stat().st_mtime - age,) * 2)


def test_the_least_recently_used_goes_first(cache_folder):
    earlier = ClipCache()
    for age, name in enumerate(["newest", "new", "old", "oldest"]):
        earlier.write(cache_key(name), SECOND)
        used(cache_folder, name, age * 100)
    cache = ClipCache(limit=3 * len(SECOND) + 200)
    assert cache.length(cache_key("oldest"))
    cache.write(cache_key("another"), SECOND)
    cache.close()
    kept = {name for name in ["another", "newest", "new", "old", "oldest"] if ClipCache().length(cache_key(name))}
    assert kept == {"another", "oldest", "newest"}


def test_what_this_session_uses_stays_even_over_the_limit():
    cache = ClipCache(limit=10)
    cache.write(cache_key("hello"), SECOND)
    cache.close()
    assert cache.read(cache_key("hello")) == SECOND


def test_a_session_that_made_nothing_new_gives_up_nothing():
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


def test_usage_and_clearing(cache_folder):
    cache = ClipCache(limit=1_000_000)
    for name in ("one", "two"):
        cache.write(cache_key(name), SECOND)
    usage = cache.usage()
    assert (usage.folder, usage.files, usage.bytes) == (cache_folder / "clips", 2, 2 * (HEAD + len(SECOND)))
    assert cache.clear() == usage
    assert cache.usage().files == 0
    assert cache.length(cache_key("one")) is None


def test_who_is_still_using_it_may_find_it_cleared_or_gone(cache_folder):
    cache = ClipCache()
    cache.write(cache_key("one"), SECOND)
    ClipCache().clear()
    cache.close()
    (cache_folder / "clips").rmdir()
    cache.close()
    assert cache.read(cache_key("one")) is None


def test_a_folder_that_cannot_be_written_costs_a_word_and_nothing_else(cache_folder):
    """A file stands where the folder should be: refused to any user, root included."""
    cache_folder.write_text("in the way")
    told = []
    cache = ClipCache(tell=told.append)
    for name in ("one", "two"):
        cache.write(cache_key(name), SECOND)
    assert cache.length(cache_key("one")) == 48_000
    assert cache.read(cache_key("two")) == SECOND
    assert len(told) == 1
    assert "not kept for next time" in told[0]
    cache.close()
    assert cache.length(cache_key("one")) is None
    assert cache_folder.read_text() == "in the way"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a file system that is full: /dev/full")
def test_a_full_disk_leaves_nothing_half_written(cache_folder):
    cache_folder.mkdir()
    (cache_folder / "clips").symlink_to("/dev/full")
    told = []
    cache = ClipCache(tell=told.append)
    cache.write(cache_key("one"), SECOND)
    assert cache.read(cache_key("one")) == SECOND
    assert len(told) == 1
    cache.close()


def test_nowhere_to_write_at_all_is_a_clear_error(cache_folder):
    cache_folder.write_text("in the way")
    cache = ClipCache()
    cache.write(cache_key("one"), SECOND)
    spare = next(path for path in cache._places(cache_key("one")) if path.exists()).parent
    for path in spare.iterdir():
        path.unlink()
    spare.rmdir()
    spare.write_text("in the way, too")
    with pytest.raises(FileError, match="set VOICECOACH_CACHE"):
        cache.write(cache_key("two"), SECOND)
    spare.unlink()
    spare.mkdir()
    cache.close()


def test_a_folder_that_is_none_is_a_clear_error_where_it_is_shown(cache_folder):
    cache_folder.write_text("in the way")
    with pytest.raises(FileError, match="clips: Not a directory"):
        ClipCache().usage()
