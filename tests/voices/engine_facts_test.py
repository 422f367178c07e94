"""Facts about engines: found once and kept, and found again where the store is damaged."""

from __future__ import annotations

import json
import os
import sys

import pytest
from bounded import bounded

from voicecoach.voices.engine_facts import FactCache
from voicecoach.voices.pyttsx3_engine import Pyttsx3
from voicecoach.voices.registry import choose_voice

ROWS = tuple[tuple[str, str, str], ...]


def test_fact_comes_back_as_its_kind():
    FactCache().put("a", [["id", "title", "en"]])
    assert FactCache().get("a", ROWS) == (("id", "title", "en"),)
    assert FactCache().get("a", str) is None
    assert FactCache().get("b", str) is None


@pytest.mark.parametrize(
    "content", [b"", b"true", b"[1, 2]", b"[1]", b"{}", b"\xff", b"[" * 100_000, b" " * 2_000_000 + b"1"], ids=len
)
def test_other_content_is_no_fact(cache_folder, content):
    FactCache().put("a", "fact")
    (path,) = (cache_folder / "notes").iterdir()
    path.write_bytes(content)
    with bounded(seconds=2, megabytes=50):
        assert FactCache().get("a", str) is None
    FactCache().put("a", "fact")
    assert FactCache().get("a", str) == "fact"


def test_changed_letter_is_noticed(cache_folder):
    """A digest of a model, say, that is as long as the right one."""
    FactCache().put("a", "58afce")
    (path,) = (cache_folder / "notes").iterdir()
    path.write_bytes(path.read_bytes().replace(b"58", b"59"))
    assert FactCache().get("a", str) is None


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such pipes")
def test_pipe_in_place_of_fact_is_replaced(cache_folder):
    FactCache().put("a", "fact")
    (path,) = (cache_folder / "notes").iterdir()
    path.unlink()
    os.mkfifo(path)
    with bounded(seconds=2, megabytes=50):
        assert FactCache().get("a", str) is None
        FactCache().put("a", "fact")
        assert FactCache().get("a", str) == "fact"


@pytest.mark.parametrize("rows", [True, [["id"]], [[1, 2, 3]], {}], ids=str)
def test_voices_are_listed_again_if_damaged(cache_folder, rows):
    before = Pyttsx3().voices()
    (path,) = (cache_folder / "notes").iterdir()
    path.write_text(json.dumps(rows))
    assert choose_voice("espeak", "en") in before
    assert Pyttsx3().voices() == before
