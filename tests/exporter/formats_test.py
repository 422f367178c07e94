"""Every format, as ffprobe and ffmpeg see it: length, title, chapters, and the sound itself."""

import json
import subprocess
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voicecoach.errors import ChoiceError
from voicecoach.exporter import FORMATS
from voicecoach.sound.clip import to_pcm
from voicecoach.timeline import Timeline
from voicecoach.units import Frames

MOVES = ((0, "Side stretch"), (3_874, "Knie zur Brust, links & <rechts> = #1"), (8_749, "背中 (2 of 3)"))
LONGER = {"wav": 0, "flac": 0, "mp3": 0.050, "m4a": 0, "opus": 0.0065}
"""Seconds that ffprobe may add: MP3's encoder delay in whole frames, Opus's pre-skip."""

SOUNDS = [name for name in FORMATS if name != "html"]


def probe(path: Path) -> Any:
    output = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", "-show_chapters", path],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    return json.loads(output)


def decoded(path: Path, kind: str) -> np.ndarray:
    output = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-ar", "48000", "-f", kind, "-"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    return np.frombuffer(output, {"s16le": "<i2", "f32le": "<f4"}[kind])


@pytest.mark.system("ffprobe")
@pytest.mark.parametrize("name", LONGER)
@pytest.mark.parametrize("length", [12_345, 20_000, 1])
def test_duration_matches_session(session, tmp_path: Path, name: str, length: int) -> None:
    session(length).export(path := tmp_path / f"s.{name}")
    seconds = float(probe(path)["format"]["duration"])
    assert -1e-6 <= seconds - length / 1000 <= LONGER[name] + 1e-6


@pytest.mark.system("ffprobe")
@pytest.mark.parametrize("name", SOUNDS)
def test_title_and_chapters(session, tmp_path: Path, name: str) -> None:
    made = session(12_345, *MOVES, title="Ärger = \\weg; #1")
    made.export(path := tmp_path / f"s.{name}")
    found = probe(path)
    tags = found["format"].get("tags", {}) | found["streams"][0].get("tags", {})
    assert {key.lower(): value for key, value in tags.items()}["title"] == "Ärger = \\weg; #1"
    assert [chapter["tags"]["title"] for chapter in found["chapters"]] == [title for _, title in MOVES]
    starts = [float(chapter["start_time"]) * 1000 for chapter in found["chapters"]]
    assert starts == pytest.approx(made.starts(name), abs=1)
    assert starts == pytest.approx([start for start, _ in MOVES], abs=25)


@pytest.mark.system("ffprobe")
@pytest.mark.parametrize("name", SOUNDS)
@pytest.mark.parametrize("moves", [[(3_500, "Cat")], [(3_500, "Cat"), (8_000, "Cow")]])
def test_opening_does_not_shift_chapters(session, tmp_path: Path, name: str, moves: list[tuple[int, str]]) -> None:
    """In M4A, where chapters leave no gaps, the opening is a chapter of its own."""
    made = session(12_345, *moves, title="Both")
    made.export(path := tmp_path / f"s.{name}")
    found = [
        (round(float(chapter["start_time"]) * 1000), chapter["tags"]["title"]) for chapter in probe(path)["chapters"]
    ]
    expected = [(start, title) for start, (_, title) in zip(made.starts(name), moves, strict=True)]
    assert found == [*([(0, "Both")] if name in ("m4a", "m4b") else []), *expected]


@pytest.mark.system("ffprobe")
@pytest.mark.parametrize("name", SOUNDS)
def test_mono_without_chapters(session, tmp_path: Path, name: str) -> None:
    session(3_000).export(path := tmp_path / f"s.{name}")
    found = probe(path)
    assert [(stream["sample_rate"], stream["channels"]) for stream in found["streams"] if "channels" in stream] == [
        ("24000" if name == "mp3" else "48000", 1)
    ]
    assert found["chapters"] == []


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize("name", ["wav", "flac"])
def test_lossless_files_equal_playback(session, tmp_path: Path, name: str) -> None:
    exported = session(12_345, *MOVES)
    exported.export(path := tmp_path / f"s.{name}")
    assert np.array_equal(decoded(path, "s16le"), to_pcm(exported.sound()))


def test_wave_module_reads_wav(session, tmp_path: Path) -> None:
    exported = session(12_345, *MOVES)
    exported.export(path := tmp_path / "s.wav")
    with wave.open(str(path), "rb") as file:
        assert np.array_equal(np.frombuffer(file.readframes(file.getnframes()), "<i2"), to_pcm(exported.sound()))


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize("name", ["mp3", "m4a", "opus"])
def test_lossy_files_match_playback(session, tmp_path: Path, name: str) -> None:
    """In time: a shift by 1 ms would leave less than 3 dB of signal to noise. And as loud: LAME, left alone, lowers the
    volume by half a decibel."""
    exported = session(12_345, *MOVES)
    exported.export(path := tmp_path / f"s.{name}")
    played, heard = exported.sound(name), decoded(path, "f32le")
    assert 0 <= len(heard) - len(played) < 1024
    difference = heard[: len(played)] - played
    assert (played**2).sum() > 10 * (difference**2).sum()
    assert heard[: len(played)] @ played / (played @ played) == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("name", FORMATS)
def test_export_is_reproducible(session, tmp_path: Path, name: str) -> None:
    one, other = (session(5_000, *MOVES[:2]).export(tmp_path / f"{n}.{name}")[0] for n in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_wav_refuses_13_hours(session, tmp_path: Path) -> None:
    short = session(1).timeline
    long = Timeline(title="T", language="en", level=50, length=Frames(13 * 3600 * 48_000),
                    placements=(), events=short.events, moves=())  # fmt: skip
    with pytest.raises(ChoiceError, match="no more than 12 hours; choose another format, such as FLAC"):
        type(session(1))(long).export(tmp_path / "s.wav")
    assert list(tmp_path.iterdir()) == []
