"""A real podcast client, podget, against a web server."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.system("podget", "wget")
def test_podget_fetches_new_episodes(
    folder: Path, tmp_path: Path, make_feed: Callable[..., Any], serve: Callable[..., Any]
) -> None:
    shutil.copy(folder / "evening.mp3", folder / "Ä #1? & 100%.mp3")
    home = tmp_path / "home"
    home.mkdir()
    with serve(folder) as base:
        entries = make_feed(folder, base).entries
        podget(home, "--create-config", "podgetrc")
        with (home / "podgetrc").open("a", encoding="utf-8") as config:
            config.write("MIN_SPACE=0\n")  # the default is 600 MB
        (home / "serverlist").write_text(f"{base}/feed.xml Health Coach\n", "utf-8")
        assert fetched(home) == {
            "desk.m4a": (folder / "desk.m4a").read_bytes(),
            "evening.mp3": (folder / "evening.mp3").read_bytes(),
            "%C3%84%20%231%3F%20%26%20100%25.mp3": (folder / "evening.mp3").read_bytes(),
        }
        assert len(entries) == 3
        shutil.copy(folder / "desk.mp3", folder / "new.mp3")
        for path in (home / "POD").rglob("*.m*"):
            path.unlink()
        make_feed(folder, base)
        assert fetched(home) == {"new.mp3": (folder / "new.mp3").read_bytes()}


def fetched(home: Path) -> dict[str, bytes]:
    """Run podget, and return the sound in its library."""
    podget(home, "--no-playlist")
    found = (path for path in (home / "POD" / "Health" / "Coach").iterdir())
    return {path.name: path.read_bytes() for path in found}


def podget(home: Path, *options: str) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "no_proxy": "*"}
    command = ["podget", "-d", home, *options]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
