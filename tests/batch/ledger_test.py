"""What a folder knows of its files, whoever wrote it down."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from voicecoach.batch.ledger import Ledger, LedgerEntry, content_digest
from voicecoach.errors import FileError


def stated(folder: Path, file: str, inputs: str) -> LedgerEntry:
    seen = (folder / file).stat()
    return LedgerEntry(file, inputs, seen.st_size, seen.st_mtime_ns, content_digest(folder / file))


def open_in(folder: Path) -> Ledger:
    return Ledger(folder, folder / "made.jsonl")


def test_a_file_is_fresh_while_it_is_what_was_stated(tmp_path: Path) -> None:
    (path := tmp_path / "a.m4a").write_text("sound")
    open_in(tmp_path).add([stated(tmp_path, "a.m4a", "x")])
    ledger = open_in(tmp_path)
    assert ledger.fresh("a.m4a", "x")
    assert not ledger.fresh("a.m4a", "y")
    assert not ledger.fresh("b.m4a", "x")
    os.utime(path, ns=(1, 1))
    assert ledger.fresh("a.m4a", "x"), "copied with another time"
    path.write_text("soUnd")
    assert not ledger.fresh("a.m4a", "x"), "damaged, of the same size"
    path.write_text("sou")
    assert not ledger.fresh("a.m4a", "x"), "cut short"
    path.unlink()
    assert not ledger.fresh("a.m4a", "x")
    assert ledger.knows("a.m4a")


def test_two_that_write_at_once_are_both_right_whoever_was_last(tmp_path: Path) -> None:
    """One made the file from old inputs, the other from new ones; each statement stays true of its own file."""
    one, other = open_in(tmp_path), open_in(tmp_path)
    (tmp_path / "a").write_text("old")
    old = stated(tmp_path, "a", "old")
    (tmp_path / "a").write_text("newer")
    other.add([stated(tmp_path, "a", "new")])
    one.add([old])
    one.catch_up()
    for ledger in (one, open_in(tmp_path)):
        assert ledger.fresh("a", "new")
        assert not ledger.fresh("a", "old")


def test_half_a_line_of_a_killed_batch_means_nothing_and_spoils_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("sound")
    with (tmp_path / "made.jsonl").open("a") as file:
        file.write('{"file": "a", "inp')
    open_in(tmp_path).add([stated(tmp_path, "a", "x")])
    with (tmp_path / "made.jsonl").open("a") as file:
        file.write('[1]\n{"later": "version"}\nnonsense\n')
    assert open_in(tmp_path).fresh("a", "x")


def test_it_stays_short(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("sound")
    ledger = open_in(tmp_path)
    for number in range(1_200):
        ledger.add([LedgerEntry("a", str(number), number, number, "")])
    ledger.add([stated(tmp_path, "a", "x")])
    assert open_in(tmp_path).fresh("a", "x")
    assert len((tmp_path / "made.jsonl").read_text().strip().splitlines()) == 1
    ledger.catch_up()  # another batch, which does not know that it was written anew
    ledger.add([LedgerEntry("b", "x", 1, 1, "")])
    assert open_in(tmp_path).fresh("a", "x")
    assert open_in(tmp_path).knows("b")


def test_what_is_added_while_it_is_written_anew_is_not_lost(tmp_path: Path) -> None:
    """Each addition is long enough for the next who opens it to write it anew."""
    names = [f"file {number}" for number in range(60)]

    def adds() -> None:
        ledger = open_in(tmp_path)
        for name in names:
            ledger.add([LedgerEntry("often", str(number), 0, 0, "") for number in range(2_000)])
            ledger.add([LedgerEntry(name, "x", 1, 1, "")])

    reader = open_in(tmp_path)
    reader.add([LedgerEntry("first", "x", 1, 1, "")])
    written_anew = set()
    with ThreadPoolExecutor(1) as threads:
        adding = threads.submit(adds)
        while not adding.done():
            open_in(tmp_path)
            reader.catch_up()
            written_anew.add((tmp_path / "made.jsonl").stat().st_ino)
        adding.result()
    reader.catch_up()
    assert len(written_anew) > 1
    for ledger in (open_in(tmp_path), reader):
        assert [name for name in names if not ledger.knows(name)] == []


@pytest.mark.skipif(sys.platform == "win32", reason="no such limits there")
def test_what_the_disk_takes_in_part_is_told(tmp_path: Path) -> None:
    import resource

    ledger = open_in(tmp_path)
    ledger.add([LedgerEntry("a", "x", 1, 1, "")])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / "made.jsonl").stat().st_size + 20, hard))
    try:
        with pytest.raises(FileError, match="what was made will be made again"):
            ledger.add([LedgerEntry("b", "x", 1, 1, "")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not open_in(tmp_path).knows("b")
    ledger.add([LedgerEntry("b", "x", 1, 1, "")])
    assert open_in(tmp_path).knows("b")


def test_files_of_other_batches_are_known(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text(name)
        open_in(tmp_path).add([stated(tmp_path, name, "x")])
    ledger = open_in(tmp_path)
    assert ledger.others(["a"]) == ("b",)
    (tmp_path / "b").unlink()
    assert ledger.others(["a"]) == ()


def test_one_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "made.jsonl").mkdir()
    with pytest.raises(FileError, match="keep their list"):
        open_in(tmp_path)
