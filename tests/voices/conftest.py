"""A cache folder for each test, and voices whose engines misbehave."""

from pathlib import Path

import pytest

from voicecoach.voices.voice import Voice


@pytest.fixture(autouse=True)
def cache_folder(tmp_path, monkeypatch):
    """Nothing here reads or writes the user's own cache."""
    monkeypatch.setenv("VOICECOACH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def faulty(monkeypatch):
    """The voice of a callable in `faulty_booths.py`, which workers can import; `at` is passed to it."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))

    def voice(booth, at="") -> Voice:
        return Voice(f"faulty:{booth}", "faulty", str(at), ("en",), "1", f"faulty_booths:{booth}")

    return voice
