"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from voicecoach.errors import FileError
from voicecoach.files import whole_file


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_file_appears_when_complete(tmp_path: Path) -> None:
    with whole_file(path := tmp_path / "s.mp3") as file:
        file.write(b"sound")
        assert not path.exists()
        assert names(tmp_path)[0].startswith(".s.mp3.")
    assert path.read_bytes() == b"sound"
    assert names(tmp_path) == ["s.mp3"]


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
