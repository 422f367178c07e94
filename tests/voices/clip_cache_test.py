"""The clip cache: whole files only, within its limit, shared by programs, never in the way."""

import os
import shutil
import stat
import struct
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from bounded import bounded

from voicecoach.errors import FileError
from voicecoach.voices.clip_cache import ClipCache, cache_key
from voicecoach.voices.engine_facts import FactCache

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
    shutil.rmtree(spare)
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


def pipe(path):
    path.unlink()
    os.mkfifo(path)


def endless(path):
    path.unlink()
    path.symlink_to("/dev/zero")


def folder(path):
    path.unlink()
    path.mkdir()


def circle(path):
    path.unlink()
    path.symlink_to(path)


def huge(path):
    """A whole header, and 200 GB of zeros that take no room."""
    with path.open("r+b") as file:
        file.seek(8)
        file.write(struct.pack("<Q", 100_000_000_000))
    os.truncate(path, HEADER_SIZE + 200_000_000_000)


@pytest.mark.skipif(sys.platform == "win32", reason="it has none of these")
@pytest.mark.parametrize("spoil", [pipe, endless, folder, circle, huge])
def test_other_kinds_of_file_are_made_anew(cache_folder, spoil):
    for name in ("one", "two"):
        ClipCache().write(cache_key(name), SECOND)
    spoil(cache_folder / "clips" / f"{cache_key('one')}.clip")
    warnings = []
    with closing(ClipCache(warn=warnings.append)) as cache, bounded(seconds=5, megabytes=50):
        assert cache.length(cache_key("one")) is None
        assert cache.read(cache_key("one")) is None
        for name in ("one", "three"):
            cache.write(cache_key(name), SECOND)
        assert [cache.read(cache_key(name)) for name in ("one", "two", "three")] == [SECOND] * 3
    assert bool(warnings) == (spoil is folder)
    later = ClipCache()
    assert (later.length(cache_key("one")) is None) == (spoil is folder), (
        "a folder may hold anything, and is left alone"
    )
    assert later.length(cache_key("three"))
    assert later.usage().files == 3 - (spoil is folder)
    later.clear()
    assert later.usage().files == 0


@pytest.mark.skipif(os.name != "posix", reason="file modes")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_folders_are_private_whatever_the_umask(tmp_path, monkeypatch, umask):
    monkeypatch.setenv("VOICECOACH_CACHE", str(tmp_path / "new" / "cache"))
    before = os.umask(umask)
    try:
        ClipCache().write(cache_key("hello"), SECOND)
        FactCache().put("fact", 1)
    finally:
        os.umask(before)
    folders = [path for path in tmp_path.rglob("*") if path.is_dir()]
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folders} == dict.fromkeys(
        ("new", "cache", "clips", "notes"), 0o700
    )


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_given_folder_keeps_its_rights(cache_folder):
    cache_folder.mkdir()
    cache_folder.chmod(0o2775)
    ClipCache().write(cache_key("hello"), SECOND)
    assert stat.S_IMODE(cache_folder.stat().st_mode) == 0o2775
