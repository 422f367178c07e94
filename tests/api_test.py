"""The public API: what the documentation shows is what works."""

from __future__ import annotations

import re
import wave
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import voicecoach
from voicecoach.sound.clip import FULL_SCALE
from voicecoach.voices.clip_cache import ClipCache
from voicecoach.voices.tones_engine import TONES

NAMES = [
    "Problem",
    "Routine",
    "Synthesizer",
    "Timeline",
    "VoicecoachError",
    "__version__",
    "check",
    "compile",
    "export",
    "export_batch",
    "feed",
    "load",
    "play",
    "render",
    "synthesizer",
]


def test_public_names() -> None:
    assert voicecoach.__all__ == NAMES
    assert all(getattr(voicecoach, name) for name in NAMES)
    with pytest.raises(AttributeError, match="no attribute 'speak'"):
        _ = voicecoach.speak  # type: ignore[attr-defined]


def test_five_lines_make_a_file(tmp_path: Path) -> None:
    routine = voicecoach.load("side-stretch")
    with voicecoach.synthesizer(routine, voice="tones") as synthesizer:
        session = voicecoach.compile(routine, synthesizer, level=100, only=("Side stretch",))
        voicecoach.export(session, synthesizer, tmp_path / "stretch.wav")
        rendered = np.concatenate(list(voicecoach.render(session, synthesizer, size=479)))
    with wave.open(str(tmp_path / "stretch.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (48_000, 1, session.length)
        written = np.frombuffer(file.readframes(session.length), "<i2")
    assert np.abs(written - rendered * FULL_SCALE).max() <= 1


def test_tags_hide_voice_path(tmp_path: Path) -> None:
    voice = replace(TONES, name="/home/anna/eva.onnx", known_as="eva")
    routine = voicecoach.load("side-stretch")
    with voicecoach.Synthesizer(voice, ClipCache()) as synthesizer:
        session = voicecoach.compile(routine, synthesizer, level=0)
        voicecoach.export(session, synthesizer, tmp_path / "stretch.html")
    assert '"voice":"eva"' in (tmp_path / "stretch.html").read_text("utf-8")


def test_api_takes_all_choices() -> None:
    routine = voicecoach.load("muscle-knots")
    with voicecoach.synthesizer(routine, voice="tones") as synthesizer:
        session = voicecoach.compile(
            routine, synthesizer, minutes=4.5, options={"load"}, only=["side stretch", "safe lift"], skip="Foam roll",
            side="left", speed=0.9, intro=False,
        )  # fmt: skip
        assert session.length / 48_000 == pytest.approx(270, abs=1)
        assert {move.title for move in session.moves} == {"Side stretch", "Safe lift"}
        assert {event.side for event in session.events} == {None, "left"}
        with pytest.raises(voicecoach.VoicecoachError, match="has no move"):
            voicecoach.compile(routine, synthesizer, only="Dog")
        wrong: list[dict[str, Any]] = [{"level": 101}, {"speed": 3}, {"side": "up"}, {"level": 50, "minutes": 20}]
        for choices in wrong:
            with pytest.raises(ValueError, match=r"allowed|together"):
                voicecoach.compile(routine, synthesizer, **choices)


def five_lines(path: Path) -> list[str]:
    """Those of an example in a page or a docstring."""
    start = r"import voicecoach|routine =|with voicecoach|session = voicecoach|voicecoach\.export\("
    return re.findall(rf"^ *((?:{start}).*)$", path.read_text("utf-8"), re.MULTILINE)


def test_documented_lines_work(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = five_lines(project / "README.md")
    assert lines == five_lines(project / "voicecoach" / "api.py")
    assert len(lines) == 5
    lines[3:] = ["    " + line for line in lines[3:]]
    monkeypatch.chdir(tmp_path)
    exec("\n".join(lines).replace("synthesizer(routine)", "synthesizer(routine, 'tones')"), {})
    assert list(tmp_path.glob("*.mp3"))


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (path := tmp_path / "wave.yaml").write_text("title: Wave\nsteps:\n- say: Wave.\n- pause: 1-3 s\n")
    return path


def test_play_writes_what_would_be_heard(script: Path, tmp_path: Path) -> None:
    routine = voicecoach.load(str(script))
    with voicecoach.synthesizer(routine, voice="tones") as synthesizer:
        session = voicecoach.compile(routine, synthesizer)
        result = voicecoach.play(session, synthesizer, output=f"wav:{tmp_path / 'played.wav'}")
        rendered = np.concatenate(list(voicecoach.render(session, synthesizer)))
    assert result.finished
    with wave.open(str(tmp_path / "played.wav")) as file:
        played = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert np.abs(played - rendered * FULL_SCALE).max() <= 1


def test_check_returns_problems(script: Path, tmp_path: Path) -> None:
    (broken := tmp_path / "broken.yaml").write_text("title: Broken\nsteps:\n- hold: 5\n")
    (problem,) = voicecoach.check(script, broken, voice="none")
    assert (problem.pos.file, problem.pos.line, problem.severity) == (str(broken), 3, "error")


def test_batch_and_feed(script: Path, tmp_path: Path) -> None:
    into = tmp_path / "sessions"
    for files in (4, 0):
        outcome = voicecoach.export_batch(
            into, str(script), formats=["mp3", "vtt"], voices="tones", levels=["gentle", 100], jobs=1
        )
        assert (outcome.exit_code, outcome.files) == (0, files)
    result = voicecoach.feed(into, "https://example.org/coach", title="Waves")
    assert (result.episodes, result.new) == (2, 2)
    assert "<title>Waves</title>" in (into / "feed.xml").read_text("utf-8")
