"""The ledger: what a folder knows about its files, whichever batch wrote it."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from bounded import bounded
from hostile_texts import FILE_NAMES

from voicecoach.batch.ledger import Ledger, LedgerEntry
from voicecoach.errors import FileError
from voicecoach.files import digest_file


def entry(folder, file, inputs):
    """The true entry of a file."""
    status = (folder / file).stat()
    return LedgerEntry(file, inputs, status.st_size, status.st_mtime_ns, digest_file(folder / file))


def open_ledger(folder):
    return Ledger(folder, folder / "made.jsonl")


def test_file_is_up_to_date_until_changed(tmp_path):
    (path := tmp_path / "a.m4a").write_text("sound")
    open_ledger(tmp_path).add([entry(tmp_path, "a.m4a", "x")])
    ledger = open_ledger(tmp_path)
    assert ledger.is_up_to_date("a.m4a", "x")
    assert not ledger.is_up_to_date("a.m4a", "y")
    assert not ledger.is_up_to_date("b.m4a", "x")
    os.utime(path, ns=(1, 1))
    assert ledger.is_up_to_date("a.m4a", "x"), "copied with another time"
    path.write_text("soUnd")
    assert not ledger.is_up_to_date("a.m4a", "x"), "damaged, of the same size"
    path.write_text("sou")
    assert not ledger.is_up_to_date("a.m4a", "x"), "cut short"
    path.unlink()
    assert not ledger.is_up_to_date("a.m4a", "x")
    assert ledger.has("a.m4a")


def test_late_entry_of_old_file_does_no_harm(tmp_path):
    """One batch made the file from old inputs, another from new ones, and the entry of the first comes last."""
    one, other = open_ledger(tmp_path), open_ledger(tmp_path)
    (tmp_path / "a").write_text("old")
    old = entry(tmp_path, "a", "old")
    (tmp_path / "a").write_text("newer")
    other.add([entry(tmp_path, "a", "new")])
    one.add([old])
    one.catch_up()
    for ledger in (one, open_ledger(tmp_path)):
        assert ledger.is_up_to_date("a", "new")
        assert not ledger.is_up_to_date("a", "old")


def test_unreadable_lines_are_skipped(tmp_path):
    (tmp_path / "a").write_text("sound")
    with (tmp_path / "made.jsonl").open("a") as file:
        file.write('{"file": "a", "inp')
    open_ledger(tmp_path).add([entry(tmp_path, "a", "x")])
    with (tmp_path / "made.jsonl").open("a") as file:
        file.write('[1]\n{"later": "version"}\nnonsense\n')
    assert open_ledger(tmp_path).is_up_to_date("a", "x")


def test_hostile_names_take_one_line_each(tmp_path):
    for name in FILE_NAMES.values():
        (tmp_path / name).write_text("sound")
    open_ledger(tmp_path).add([entry(tmp_path, name, name) for name in FILE_NAMES.values()])
    ledger = open_ledger(tmp_path)
    assert all(ledger.is_up_to_date(name, name) for name in FILE_NAMES.values())
    assert ledger.others(()) == tuple(sorted(set(FILE_NAMES.values())))
    assert len([line for line in (tmp_path / "made.jsonl").read_bytes().split(b"\n") if line]) == len(FILE_NAMES)


@pytest.mark.parametrize(
    "line",
    [
        *(f'{{"file": {file}, "inputs": "x", "size": 5, "changed": 1, "content": ""}}' for file in ("[]", "1", "null")),
        '{"file": "a", "inputs": {}, "size": 5, "changed": 1, "content": ""}',
        '{"file": "a", "inputs": "x", "size": "5", "changed": true, "content": ""}',
        "true",
        "[" * 40_000,
        '{"file": ' * 4_000,
        "7" * 10_000,
        '"' + "a" * 60_000 + '"',
        "\0",
    ],
    ids=lambda line: line[:60],
)
def test_lines_of_another_shape_are_skipped(tmp_path, line):
    (tmp_path / "a").write_text("sound")
    with (tmp_path / "made.jsonl").open("w") as file:
        file.write(f"{line}\n")
    open_ledger(tmp_path).add([entry(tmp_path, "a", "x")])
    with (tmp_path / "made.jsonl").open("a") as file:
        file.write(f"{line}\n")
    with bounded(seconds=5, megabytes=50):
        ledger = open_ledger(tmp_path)
        assert ledger.is_up_to_date("a", "x")
        assert not ledger.has("b")
        assert ledger.others([]) == ("a",)


def test_damaged_lines_are_removed_in_time(tmp_path):
    (tmp_path / "made.jsonl").write_text("[]\n" * 1_100)
    ledger = open_ledger(tmp_path)
    (tmp_path / "a").write_text("sound")
    ledger.add([entry(tmp_path, "a", "x")])
    assert open_ledger(tmp_path).is_up_to_date("a", "x")
    assert (tmp_path / "made.jsonl").stat().st_size < 1_000


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such files")
@pytest.mark.parametrize("kind", ["pipe", "endless", "huge"])
def test_only_regular_ledger_is_read(tmp_path, kind):
    path = tmp_path / "made.jsonl"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "endless":
        path.symlink_to("/dev/zero")
    else:
        path.touch()
        os.truncate(path, 1 << 40)
    with (
        bounded(seconds=5, megabytes=50),
        pytest.raises(FileError, match=r"made\.jsonl: (Not a reg|Larger than).*keep"),
    ):
        open_ledger(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such files")
def test_other_kind_of_file_is_not_up_to_date(tmp_path):
    os.mkfifo(tmp_path / "a")
    open_ledger(tmp_path).add([LedgerEntry("a", "x", 0, (tmp_path / "a").stat().st_mtime_ns, "")])
    with bounded(seconds=2, megabytes=50):
        assert not open_ledger(tmp_path).is_up_to_date("a", "x")


def test_old_lines_are_removed(tmp_path):
    (tmp_path / "a").write_text("sound")
    ledger = open_ledger(tmp_path)
    for number in range(1_200):
        ledger.add([LedgerEntry("a", str(number), number, number, "")])
    ledger.add([entry(tmp_path, "a", "x")])
    assert open_ledger(tmp_path).is_up_to_date("a", "x")
    assert len((tmp_path / "made.jsonl").read_text().strip().splitlines()) == 1
    ledger.catch_up()  # as another batch, which does not know of the rewrite
    ledger.add([LedgerEntry("b", "x", 1, 1, "")])
    assert open_ledger(tmp_path).is_up_to_date("a", "x")
    assert open_ledger(tmp_path).has("b")


def test_rewrite_loses_no_addition(tmp_path):
    """Each addition is long enough for the next reader to rewrite the ledger."""
    names = [f"file {number}" for number in range(20)]

    def add_all():
        ledger = open_ledger(tmp_path)
        for name in names:
            ledger.add([LedgerEntry("often", str(number), 0, 0, "") for number in range(1_100)])
            ledger.add([LedgerEntry(name, "x", 1, 1, "")])

    reader = open_ledger(tmp_path)
    reader.add([LedgerEntry("first", "x", 1, 1, "")])
    rewrites = set()
    with ThreadPoolExecutor(1) as threads:
        adding = threads.submit(add_all)
        while not adding.done():
            open_ledger(tmp_path)
            reader.catch_up()
            rewrites.add((tmp_path / "made.jsonl").stat().st_ino)
        adding.result()
    reader.catch_up()
    assert len(rewrites) > 1
    for ledger in (open_ledger(tmp_path), reader):
        assert [name for name in names if not ledger.has(name)] == []


@pytest.mark.skipif(sys.platform == "win32", reason="no such limits there")
def test_full_disk_is_an_error(tmp_path):
    import resource

    ledger = open_ledger(tmp_path)
    ledger.add([LedgerEntry("a", "x", 1, 1, "")])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / "made.jsonl").stat().st_size + 20, hard))
    try:
        with pytest.raises(FileError, match="what was made will be made again"):
            ledger.add([LedgerEntry("b", "x", 1, 1, "")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not open_ledger(tmp_path).has("b")
    ledger.add([LedgerEntry("b", "x", 1, 1, "")])
    assert open_ledger(tmp_path).has("b")


def test_others_are_existing_files_only(tmp_path):
    for name in "ab":
        (tmp_path / name).write_text(name)
        open_ledger(tmp_path).add([entry(tmp_path, name, "x")])
    ledger = open_ledger(tmp_path)
    assert ledger.others(["a"]) == ("b",)
    (tmp_path / "b").unlink()
    assert ledger.others(["a"]) == ()


def test_unreadable_ledger_is_an_error(tmp_path):
    (tmp_path / "made.jsonl").mkdir()
    with pytest.raises(FileError, match="keep their list"):
        open_ledger(tmp_path)
