"""`voicecoach new`: a starter that passes `check`, whatever its file is called, and that overwrites nothing."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voicecoach.routine import Move
from voicecoach.script.library import Library

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_starter_passes_check(run: Run) -> None:
    ran = run("new", "my-routine")
    assert (ran.code, ran.out) == (0, "Wrote my-routine.yaml. Hear it: voicecoach play ./my-routine.yaml\n")
    routine = Library(()).load("my-routine.yaml")
    assert (routine.title, routine.warnings) == ("My routine", ())
    assert isinstance(routine.steps[0], Move)
    assert run("check", "my-routine.yaml", "--voice", "none").code == 0


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("side_stretch.yml", "Side stretch"),
        ("null.yaml", "Null"),
        ("10.yaml", "10"),
        ("it's {odd}: 100% #1.yaml", "It's {odd}: 100% #1"),
        ("./---.yaml", "My routine"),
        ("🧘.yaml", "My routine"),
        ("two\nlines.yaml", "Two lines"),
        ("bell\x07.yaml", "Bell"),
        ("yoga für alle.yaml", "Yoga für alle"),
    ],
    ids=ascii,
)
def test_any_file_name_works(run: Run, name: str, title: str) -> None:
    assert run("new", name).code == 0
    assert Library(()).load_path(Path(name)).title == title


def test_title_option(run: Run) -> None:
    assert run("new", "a.yaml", "--title", "  Five 'quick' minutes:\n for {you} ").code == 0
    assert Library(()).load("a.yaml").title == "Five 'quick' minutes: for {you}"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("new", "a.yaml", "--title", "🧘"), "--title: nothing that can be spoken (🧘)\n"),
        (("new", "a.yaml", "--title", ""), "--title: nothing that can be spoken (nothing)\n"),
        (("new", ""), "no file was named; for example: voicecoach new my-routine.yaml\n"),
        (("new", "there.yaml"), "there.yaml already exists; overwrite it with --force\n"),
    ],
)
def test_broken_routine_exits_2(run: Run, args: tuple[str, ...], message: str) -> None:
    Path("there.yaml").write_text("mine")
    ran = run(*args)
    assert (ran.code, ran.err) == (2, message)
    assert [path.name for path in Path().iterdir()] == ["there.yaml"]
    assert Path("there.yaml").read_text() == "mine"


def test_force_overwrites(run: Run) -> None:
    Path("there.yaml").write_text("mine")
    assert run("new", "there.yaml", "--force").code == 0
    assert Library(()).load("there.yaml").title == "There"


def test_full_disk_leaves_no_half_routine(run: Run) -> None:
    """An empty file would be refused as an existing one when the command is run again."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        ran = run("new", "a.yaml")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (ran.code, list(Path().iterdir())) == (3, [])
    assert run("new", "a.yaml").code == 0


@pytest.mark.parametrize("name", ["pipe.yaml", "dangling.yaml"])
def test_only_ordinary_files_are_overwritten(run: Run, name: str) -> None:
    os.mkfifo("pipe.yaml")
    Path("dangling.yaml").symlink_to("nowhere")
    assert run("new", name).err == f"{name} already exists; overwrite it with --force\n"
    ran = run("new", name, "--force")
    assert (ran.code, ran.err) == (2, f"{name} is not an ordinary file; choose another name\n")


def test_missing_folder(run: Run) -> None:
    ran = run("new", "no/where.yaml")
    assert (ran.code, ran.err) == (3, "no: no such folder; make it first, or choose another\n")
