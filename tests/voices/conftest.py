"""A cache folder for each test, and voices with misbehaving engines."""

from pathlib import Path

import pytest

from voicecoach.voices.voice import Voice


@pytest.fixture(autouse=True)
def cache_folder(tmp_path, monkeypatch):
    """A temporary cache folder instead of the user's own."""
    monkeypatch.setenv("VOICECOACH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def faulty(monkeypatch):
    """Makes the voice of an engine in `faulty_engines.py`, which workers can import; `at` is passed to it."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))

    def voice(engine, at="") -> Voice:
        return Voice(f"faulty:{engine}", "faulty", str(at), ("en",), "1", f"faulty_engines:{engine}")

    return voice
