"""`voicecoach feed`, from the command line to the file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

URL = ("--url", "https://example.org/coach")


@pytest.fixture
def folder(run: Callable[..., Any], tmp_path: Path) -> Path:
    """With one short session of two that are there by name."""
    (made := tmp_path / "out").mkdir()
    script = tmp_path / "r.yaml"
    script.write_text("title: Desk break\nsteps:\n  - say: Sit up.\n", "utf-8")
    assert run("export", str(script), "--voice", "tones", "--no-intro", "-o", made / "desk.mp3").code == 0
    return made


def test_summary_is_one_line(run: Callable[..., Any], folder: Path) -> None:
    ran = run("feed", folder, *URL, "--title", "Ours", "--unlisted")
    assert (ran.code, ran.err) == (0, "")
    address = "https://example.org/coach/feed.xml"
    assert ran.out == f"Wrote {folder}/feed.xml (1 episode: 1 new). Subscribe at {address}\n"
    assert run("feed", folder, *URL).out == f"{folder}/feed.xml is up to date (1 episode).\n"
    (folder / "other.mp3").write_bytes((folder / "desk.mp3").read_bytes())
    (folder / "desk.mp3").write_bytes((folder / "desk.mp3").read_bytes() * 2)
    printed = run("feed", folder, *URL).out
    assert printed == f"Wrote {folder}/feed.xml (2 episodes: 1 new, 1 changed). Subscribe at {address}\n"
    (folder / "desk.mp3").unlink()
    assert "(1 episode: 1 gone)" in run("feed", folder, *URL).out
    assert "(1 episode). Subscribe" in run("feed", folder, *URL, "--author", "Praxis").out


def test_damaged_file_is_named(run: Callable[..., Any], folder: Path) -> None:
    (folder / "broken.m4a").write_bytes(b"rubbish")
    ran = run("feed", folder, *URL)
    assert ran.code == 3
    assert ran.err.startswith(f"{folder}/broken.m4a: ")
    assert ran.err.count("\n") == 1
    assert "(1 episode: 1 new)" in ran.out


@pytest.mark.parametrize(
    ("where", "options", "code", "message"),
    [
        ("out", (), 2, "'--url'"),
        ("out", ("--url", "example.org"), 2, "--url: not a web address (example.org); write it as https://"),
        ("out", (*URL, "--language", "?"), 2, "--language: not a language code (?)"),
        ("missing", URL, 3, "missing: no such folder; name the folder of the exported files"),
        ("out/desk.mp3", URL, 3, "desk.mp3: no such folder"),
        (".", URL, 2, "feed.xml already exists, and was not made by voicecoach; overwrite it with --force"),
        ("empty", URL, 2, "empty: no sound files in it; `voicecoach export` makes some"),
    ],
)
def test_mistakes_are_one_line(
    run: Callable[..., Any], folder: Path, where: str, options: tuple[str, ...], code: int, message: str
) -> None:
    (folder.parent / "feed.xml").write_text("<rss><channel/></rss>")
    (folder.parent / "empty").mkdir()
    (folder.parent / "empty" / ".hidden.mp3").write_bytes(b"")
    os.mkfifo(folder.parent / "empty" / "pipe.mp3")
    ran = run("feed", folder.parent / where, *options)
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err
    assert ran.err.count("\n") == 1
    assert [path.name for path in folder.iterdir()] == ["desk.mp3"]


@pytest.mark.parametrize(
    ("rights", "message"),
    [
        (0o555, "Permission denied; choose a folder that you may write to; nothing was changed"),
        (0o000, "Permission denied; choose a folder that you may read"),
    ],
)
def test_forbidden_folder(
    run: Callable[..., Any],
    folder: Path,
    unprivileged: Callable[[], AbstractContextManager[None]],
    rights: int,
    message: str,
) -> None:
    with TemporaryDirectory() as top:
        Path(top).chmod(0o755)
        place = Path(shutil.copytree(folder, Path(top, "out")))
        place.chmod(rights)
        with unprivileged():
            ran = run("feed", place, *URL)
        place.chmod(0o755)
        assert (ran.code, ran.out, ran.err.count("\n")) == (3, "", 1)
        assert message in ran.err
        assert [path.name for path in place.iterdir()] == ["desk.mp3"]
