"""Sessions of more moves than some lists of chapters can count."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen
import pytest

from voicecoach.exporter import FORMATS

SOUNDS = [name for name in FORMATS if name != "html"]


def titles(path: Path) -> list[str]:
    """The titles of all chapters, as ffprobe reads them."""
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_chapters", path]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return [chapter["tags"]["title"] for chapter in found["chapters"]]


@pytest.mark.system("ffprobe")
@pytest.mark.parametrize("name", SOUNDS)
@pytest.mark.parametrize("moves", [300, pytest.param(1_200, marks=pytest.mark.slow)])
def test_all_chapters_are_there(session: Callable[..., Any], tmp_path: Path, name: str, moves: int) -> None:
    """Comments have numbers of three digits, so FLAC and Opus name the first 1,000 chapters."""
    names = [f"Move {number}" for number in range(moves)]
    session(12_345, *((10 * number, title) for number, title in enumerate(names))).export(
        path := tmp_path / f"s.{name}"
    )
    assert titles(path) == (names[:1_000] if name in ("flac", "opus") else names)


@pytest.mark.parametrize("name", ["m4a", "m4b"])
def test_short_chapter_list_is_whole(session: Callable[..., Any], tmp_path: Path, name: str) -> None:
    """Nero's list holds 255 chapters; mutagen reads no other."""
    names = [f"Move {number}" for number in range(256)]
    for moves, listed in ((255, names[:255]), (256, [])):
        made = session(3_000, *((10 * number, title) for number, title in enumerate(names[:moves])))
        made.export(path := tmp_path / f"{moves}.{name}")
        assert [chapter.title for chapter in mutagen.File(path).chapters or []] == listed
        assert (b"chpl" in path.read_bytes()) == (moves <= 255)
