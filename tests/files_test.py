"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bounded import bounded

from voicecoach.errors import FileError
from voicecoach.files import digest_file, fit_name, open_regular, read_regular, update_regular, whole_file


def test_made_name_fits() -> None:
    assert fit_name("session", ".vtt") == "session.vtt"
    long = [fit_name("é" * 200 + last, ".chapters.json") for last in "ab"]
    assert long[0] != long[1]
    for name in long:
        assert name.startswith("é" * 50)
        assert name.endswith(".chapters.json")
        assert 250 < len(name.encode()) <= 255


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_file_appears_when_complete(tmp_path: Path) -> None:
    with whole_file(path := tmp_path / "s.mp3") as file:
        file.write(b"sound")
        assert not path.exists()
        assert names(tmp_path)[0].startswith(".s.mp3.")
    assert path.read_bytes() == b"sound"
    assert names(tmp_path) == ["s.mp3"]


def test_regular_file_is_read_up_to_limit(tmp_path: Path) -> None:
    (path := tmp_path / "note.json").write_bytes(b"12345")
    (link := tmp_path / "link").symlink_to(path)
    assert read_regular(path, 5) == read_regular(link, 5) == b"12345"
    with open_regular(path, 5) as file:
        assert file.read(2) == b"12"


@pytest.mark.parametrize("read", [read_regular, open_regular])
def test_other_kinds_of_file_are_not_opened(tmp_path: Path, read: Callable[[Path, int], object]) -> None:
    """A pipe without a writer would hang, a device has no end."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "endless").symlink_to("/dev/zero")
    (huge := tmp_path / "huge").touch()
    os.truncate(huge, 3 << 30)
    for path, why in (
        (tmp_path / "pipe", "Not a regular file"),
        (tmp_path / "endless", "Not a regular file"),
        (tmp_path, "Is a directory"),
        (huge, "Larger than 1.5 MB"),
        (tmp_path / "none", "No such file or directory"),
    ):
        with pytest.raises(OSError, match=why) as error, bounded(seconds=1, megabytes=20):
            read(path, 1_500_000)
        assert error.value.filename in (str(path), path)


@pytest.mark.parametrize("flags", [os.O_WRONLY | os.O_APPEND | os.O_CREAT, os.O_RDWR])
def test_only_regular_files_are_written(tmp_path: Path, flags: int) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    for path in (pipe, Path("/dev/zero"), tmp_path):
        with pytest.raises(OSError, match=r"Not a regular file|directory"), bounded(seconds=1, megabytes=20):
            update_regular(path, flags)
        with pytest.raises(OSError, match=r"Not a regular file|directory"), bounded(seconds=1, megabytes=20):
            digest_file(path)


def test_file_without_a_size_is_bounded() -> None:
    """The system says that those in /proc have none."""
    assert b"cpu" in read_regular(Path("/proc/stat"), 1_000_000)
    with pytest.raises(OSError, match="Larger"):
        read_regular(Path("/proc/stat"), 3)


def test_new_file_has_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    with whole_file(path := tmp_path / "s.mp3"):
        pass
    assert path.stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_failed_write_keeps_old_file(tmp_path: Path, error: type[BaseException]) -> None:
    (path := tmp_path / "s.mp3").write_bytes(b"old")

    def write() -> None:
        with whole_file(path) as file:
            file.write(b"sound")
            raise error

    with pytest.raises(error):
        write()
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["s.mp3"]


def test_only_abandoned_part_files_are_removed(tmp_path: Path) -> None:
    """Part files of a process that ended, of one that runs, of one on another machine, and of another name."""
    fcntl = pytest.importorskip("fcntl")
    with whole_file(tmp_path / "[s]*.mp3") as file:
        prefix = file.part.name.partition(f"{os.getpid()}-")[0]
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for name in (
        f"{prefix}{ended.pid}-ab",
        running := f"{prefix}{os.getppid()}-ab",
        other := f".s.mp3.00000000.part-{ended.pid}-ab",
        elsewhere := f"{prefix}{ended.pid}-cd",
    ):
        (tmp_path / name).touch()
    with (tmp_path / elsewhere).open("w") as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        with whole_file(tmp_path / "[s]*.mp3"):
            pass
    assert names(tmp_path) == sorted([running, other, elsewhere, "[s]*.mp3"])


def test_last_of_two_writers_wins(tmp_path: Path) -> None:
    """Neither takes the other's part file, of the same process, for an abandoned one."""
    with whole_file(path := tmp_path / "s.mp3") as one:
        one.write(b"one")
        with whole_file(path) as other:
            other.write(b"other")
    assert path.read_bytes() == b"one"
    assert names(tmp_path) == ["s.mp3"]


def test_longest_names_stay_apart(tmp_path: Path) -> None:
    """Names of 255 bytes that differ only at the end, open at the same time."""
    long = "ü" * 125
    with whole_file(tmp_path / f"{long}.opus") as one, whole_file(tmp_path / f"{long}.flac") as other:
        one.write(b"1")
        other.write(b"2")
    assert (tmp_path / f"{long}.opus").read_bytes() == b"1"
    assert (tmp_path / f"{long}.flac").read_bytes() == b"2"


def test_seek_error_is_raised_later(tmp_path: Path) -> None:
    """Even if the disk has room again by then: what came next may lie in the wrong place."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def write() -> None:
        with whole_file(tmp_path / "s.mp3") as file:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
            try:
                file.write(b"sound")
                file.seek(0)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, before)
            file.write(b"head")

    with pytest.raises(FileError, match="File too large; make room there"):
        write()
    assert names(tmp_path) == []


def test_vanished_folder_is_file_error(tmp_path: Path) -> None:
    (folder := tmp_path / "stick").mkdir()

    def write() -> None:
        with whole_file(folder / "s.mp3") as file:
            file.part.unlink()
            folder.rmdir()

    with pytest.raises(FileError, match=r"s\.mp3: No such file or directory; choose another folder"):
        write()


@pytest.mark.parametrize("durable", [True, False])
def test_only_durable_file_waits_for_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, durable: bool) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    with whole_file(tmp_path / "file", durable=durable) as file:
        file.write(b"whole")
    assert (tmp_path / "file").read_bytes() == b"whole"
    assert bool(synced) == durable
