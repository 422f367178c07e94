"""`voicecoach voices` and `voicecoach cache`."""

import json

import pytest
from click.testing import CliRunner

from voicecoach.cli import voicecoach
from voicecoach.errors import VoiceError
from voicecoach.voices.clip_cache import ClipCache, cache_key


@pytest.fixture
def call(tmp_path, monkeypatch):
    monkeypatch.setenv("VOICECOACH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "60")

    def run(*arguments):
        result = CliRunner().invoke(voicecoach, arguments)
        if result.exception is not None:
            raise result.exception
        return result.output

    return run


def test_voices_marks_automatic_choice(call):
    rows = call("voices", "--language", "en").splitlines()
    assert rows[0].split() == ["voice", "language"]
    starred = [row for row in rows if row.startswith("*")]
    assert len(starred) == 1
    assert any(row.split()[:2] == ["tones", "any"] for row in rows)


def test_voices_as_json(call):
    voices = json.loads(call("voices", "--json"))
    assert all(set(voice) == {"name", "languages", "engine", "about", "auto"} for voice in voices)
    english = [voice for voice in voices if voice["auto"] and voice["languages"][0].startswith("en")]
    assert english


def test_language_without_voice(call):
    with pytest.raises(VoiceError, match="no voice on this machine speaks 'tlh'"):
        call("voices", "--language", "tlh")


def test_cache_shows_and_clears(call, tmp_path):
    assert json.loads(call("cache", "--json"))["files"] == 0
    ClipCache().write(cache_key("hello"), bytes(96_000))
    shown = json.loads(call("cache", "--json"))
    assert shown == {
        "folder": str(tmp_path / "cache" / "clips"),
        "files": 1,
        "bytes": 96_032,
        "limit": 500_000_000,
    }
    assert "0.1 MB of at most 500 MB" in call("cache")
    assert call("cache", "--clear") == "Removed 1 file, 0.1 MB.\n"
    assert json.loads(call("cache", "--json"))["files"] == 0
