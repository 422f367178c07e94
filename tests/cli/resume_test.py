"""`voicecoach resume` without a loudspeaker; tests/outputs has the rest."""

from __future__ import annotations

import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from durations import seconds

from voicecoach.app.request import SessionRequest
from voicecoach.app.session import open_session
from voicecoach.choices import Choices
from voicecoach.history.entry import LoggedSession
from voicecoach.history.session_log import SessionLog
from voicecoach.sound.clip import to_pcm
from voicecoach.sound.mix import RAMP, Mix
from voicecoach.timeline import Timeline
from voicecoach.units import SAMPLE_RATE

Run = Callable[..., Any]

ROUTINE = """
title: Rest
steps:
  - say: Lie down.
  - chime: own
  - pause: 6 s
  - say: Get up.
"""


@pytest.fixture
def routine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VOICECOACH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    path = tmp_path / "rest.yaml"
    path.write_text(ROUTINE.replace("own", "tick"))
    return path


def left_at(routine: Path, at: float, voice: str = "tones") -> tuple[Timeline, np.ndarray]:
    """Log a session that was left there: its timeline, and how all of it sounds."""
    request = SessionRequest(routines=(str(routine),), voice="tones", choices=Choices(intro=False))
    with open_session(request) as session:
        with SessionLog() as log:
            number = log.begin(LoggedSession(routine="rest", voice=voice, timeline=session.timeline))
            log.update(number, seconds(at), seconds(at), "interrupted")
        sound = Mix(session.timeline, session.synthesizer.clip).read(0, session.timeline.length)
    return session.timeline, to_pcm(sound)


def played(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


@pytest.mark.parametrize("change", ["as it was", "changed", "gone"])
def test_resume_survives_routine_changes(run: Run, routine: Path, change: str):
    _, whole = left_at(routine, 6)
    if change == "changed":
        routine.write_text("title: Other\nsteps:\n  - say: Something else.\n")
    elif change == "gone":
        routine.unlink()
    wav = routine.with_suffix(".wav")
    ran = run("resume", "--output", f"wav:{wav}")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("Resuming Rest at 0:06 of ")
    np.testing.assert_array_equal(played(wav)[RAMP:], whole[seconds(6) + RAMP :])


def test_resume_speaks_again_without_cache(run: Run, routine: Path):
    _, whole = left_at(routine, 3)
    assert run("cache", "--clear").code == 0
    wav = routine.with_suffix(".wav")
    assert run("resume", "--output", f"wav:{wav}", "-q").out == ""
    np.testing.assert_array_equal(played(wav)[RAMP:], whole[seconds(3) + RAMP :])


def test_missing_voice_is_replaced(run: Run, routine: Path):
    _, whole = left_at(routine, 3, voice="piper:/nowhere.onnx")
    wav = routine.with_suffix(".wav")
    ran = run("resume", "--output", f"wav:{wav}")
    assert ran.code == 0
    assert ran.err.startswith("The voice of this session (piper:/nowhere.onnx) is gone: ")
    assert ran.err.count("\n") == 1
    got = played(wav)
    assert len(got) == len(whole) - seconds(3)
    said = np.flatnonzero(whole)[-SAMPLE_RATE // 4] - seconds(3)  # in the middle of the last words
    assert np.abs(got[said : said + SAMPLE_RATE // 5].astype(int)).max() > 1000
    assert not np.array_equal(got[said:], whole[seconds(3) + said :])


@pytest.mark.usefixtures("routine")
def test_nothing_to_resume(run: Run):
    ran = run("resume")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "there is no unfinished session; `voicecoach history` shows what was done\n"


OTHER = """
from voicecoach.history.session_log import SessionLog

with SessionLog() as log:
    print(log.unfinished())
"""


def test_resuming_claims_the_session_first(run: Run, routine: Path, monkeypatch: pytest.MonkeyPatch):
    left_at(routine, 3)
    found = []

    def play_live(*_: object, **__: object) -> None:
        found.append(subprocess.run([sys.executable, "-c", OTHER], capture_output=True, text=True, check=True).stdout)

    monkeypatch.setattr("voicecoach.cli.resume.play_live", play_live)
    assert run("resume").code == 0
    assert found == ["None\n"]


def test_file_output_is_not_logged(run: Run, routine: Path):
    run("play", routine, "--voice", "tones", "--output", f"wav:{routine.with_suffix('.wav')}")
    assert run("history").out == "No sessions yet.\n"
