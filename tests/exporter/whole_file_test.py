"""A file appears whole, or not at all."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from voicecoach.errors import FileError
from voicecoach.files import whole_file


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_appears_when_it_is_whole(tmp_path: Path) -> None:
    with whole_file(path := tmp_path / "s.mp3") as file:
        file.write(b"sound")
        assert not path.exists()
        assert names(tmp_path)[0].startswith(".s.mp3.")
    assert path.read_bytes() == b"sound"
    assert names(tmp_path) == ["s.mp3"]


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_where_the_writing_fails_the_old_one_stays(tmp_path: Path, fault: type[BaseException]) -> None:
    (path := tmp_path / "s.mp3").write_bytes(b"old")

    def write() -> None:
        with whole_file(path) as file:
            file.write(b"sound")
            raise fault

    with pytest.raises(fault):
        write()
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["s.mp3"]


def test_what_a_killed_export_left_is_cleared_but_not_what_a_running_one_writes(tmp_path: Path) -> None:
    """Part files of this name: of a process that is gone, of one that runs, of one elsewhere, and another name's."""
    import fcntl

    with whole_file(tmp_path / "[s]*.mp3") as file:
        mine = file.part.name.partition(f"{os.getpid()}-")[0]
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for name in (
        f"{mine}{gone.pid}-ab",
        running := f"{mine}{os.getppid()}-ab",
        other := f".s.mp3.00000000.part-{gone.pid}-ab",
        elsewhere := f"{mine}{gone.pid}-cd",
    ):
        (tmp_path / name).touch()
    with (tmp_path / elsewhere).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with whole_file(tmp_path / "[s]*.mp3"):
            pass
    assert names(tmp_path) == sorted([running, other, elsewhere, "[s]*.mp3"])


def test_two_of_one_process_may_write_the_same_file(tmp_path: Path) -> None:
    """The last one stays; neither takes the other's part file for what a killed one of its own number left."""
    with whole_file(path := tmp_path / "s.mp3") as one:
        one.write(b"one")
        with whole_file(path) as other:
            other.write(b"other")
    assert path.read_bytes() == b"one"
    assert names(tmp_path) == ["s.mp3"]


def test_the_longest_names_work_and_are_not_mixed_up(tmp_path: Path) -> None:
    """Names of 255 bytes that differ only at their ends, open at once."""
    long = "ü" * 125
    with whole_file(tmp_path / f"{long}.opus") as one, whole_file(tmp_path / f"{long}.flac") as other:
        one.write(b"1")
        other.write(b"2")
    assert (tmp_path / f"{long}.opus").read_bytes() == b"1"
    assert (tmp_path / f"{long}.flac").read_bytes() == b"2"


def test_a_fault_while_moving_in_the_file_is_not_forgotten(tmp_path: Path, full_disk: Callable) -> None:
    """Even where there is room again afterwards: what came next may lie in the wrong place."""

    def write() -> None:
        with whole_file(tmp_path / "s.mp3") as file:
            with full_disk(0):
                file.write(b"sound")
                file.seek(0)
            file.write(b"head")

    with pytest.raises(FileError, match="File too large; make room there"):
        write()
    assert names(tmp_path) == []


def test_a_folder_that_goes_away_meanwhile_is_told(tmp_path: Path) -> None:
    (folder := tmp_path / "stick").mkdir()

    def write() -> None:
        with whole_file(folder / "s.mp3") as file:
            file.part.unlink()
            folder.rmdir()

    with pytest.raises(FileError, match=r"s\.mp3: No such file or directory; choose another folder"):
        write()


@pytest.mark.parametrize("lasting", [True, False])
def test_only_what_is_to_last_waits_for_the_disk(tmp_path, monkeypatch, lasting):
    asked = []
    monkeypatch.setattr(os, "fsync", asked.append)
    with whole_file(tmp_path / "file", lasting=lasting) as file:
        file.write(b"whole")
    assert (tmp_path / "file").read_bytes() == b"whole"
    assert bool(asked) == lasting
