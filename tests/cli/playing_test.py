"""`voicecoach play` without a loudspeaker; tests/outputs has the rest."""

from __future__ import annotations

import os
import pty
import shlex
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voicecoach.app.request import SessionRequest
from voicecoach.app.session import open_session
from voicecoach.sound.clip import to_pcm
from voicecoach.sound.mix import Mix

Run = Callable[..., Any]

ROUTINE = """
title: Rest
steps:
  - say: Lie down.
  - pause: 2 s
  - say: Lie down.
  - count: 2
    each: 1 s
    aloud: yes
"""


@pytest.fixture
def routine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VOICECOACH_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "rest.yaml"
    path.write_text(ROUTINE)
    return path


def test_played_samples_equal_the_mix(run: Run, routine: Path) -> None:
    wav = routine.with_suffix(".wav")
    assert run("play", routine, "--voice", "tones", "--output", f"wav:{wav}").code == 0
    with open_session(SessionRequest(routines=(str(routine),), voice="tones")) as session:
        rendered = Mix(session.timeline, session.synthesizer.clip).read(0, session.timeline.length)
    with wave.open(str(wav)) as file:
        played = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    np.testing.assert_array_equal(played, to_pcm(rendered))


def test_lead_in_only_on_request(run: Run, routine: Path) -> None:
    lengths = []
    for more in [(), ("--lead-in", "0.5")]:
        wav = routine.with_suffix(".wav")
        run("play", routine, "--voice", "tones", "--output", f"wav:{wav}", *more)
        with wave.open(str(wav)) as file:
            lengths.append(file.getnframes())
    assert lengths[1] - lengths[0] == 24_000


def test_plain_lines_without_terminal(run: Run, routine: Path) -> None:
    wav = routine.with_suffix(".wav")
    ran = run("play", routine, "--voice", "tones", "--no-intro", "--output", f"wav:{wav}")
    lines = [line.split(maxsplit=1)[1] for line in ran.out.splitlines()]
    assert lines[:3] == ["Rest", "Lie down.", "Lie down."]
    assert not [line for line in lines if line in ("One", "one", "1", "2")]


@pytest.mark.system("bash")
@pytest.mark.system("setsid")
def test_background_job_plays_on(routine: Path) -> None:
    """The system stops one that wants the keys, which are the shell's. The screen is the shell's, too."""
    play = [sys.executable, "-m", "voicecoach", "play", routine, "--voice", "tones", "--output", f"wav:{routine}.wav"]
    job = f"{shlex.join(map(str, play))} & wait $!; echo ended with $?"
    screen, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm"}
    with subprocess.Popen(
        ["setsid", "--ctty", "bash", "--norc", "-mc", job], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    ) as shell:
        os.close(theirs)
        said = b""
        while b"ended with" not in said:
            said += os.read(screen, 65536)
        shell.wait()
    os.close(screen)
    assert b"ended with 0" in said
    assert b"Lie down." in said
    assert b"\x1b[?1049h" not in said


def test_quiet_prints_nothing(run: Run, routine: Path) -> None:
    wav = routine.with_suffix(".wav")
    ran = run("play", routine, "--voice", "tones", "--quiet", "--output", f"wav:{wav}")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--output", "miniaudo"], "did you mean miniaudio?"),
        (["--output", "wav"], "write --output wav:session.wav"),
        (["--output", "wav:s.wav", "--device", "headset"], "--device does not apply to a file"),
        (["--output", "simpleaudio"], "pip install 'voicecoach[simpleaudio]'"),
        (["--lead-in", "-1"], "--lead-in"),
    ],
)
def test_mistakes_are_one_line(
    run: Run, routine: Path, options: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "simpleaudio", None)
    ran = run("play", routine, "--voice", "tones", *options)
    assert ran.code == 2
    assert message in ran.err
    assert ran.err.count("\n") == 1


def test_broken_routine_leaves_no_file(run: Run, routine: Path) -> None:
    routine.write_text("title: Rest\nsteps:\n  - sya: Lie down.\n")
    wav = routine.with_suffix(".wav")
    ran = run("play", routine, "--voice", "tones", "--output", f"wav:{wav}")
    assert ran.code == 2
    assert f"{routine}:3:5: " in ran.err
    assert [path.suffix for path in routine.parent.iterdir() if path.is_file()] == [".yaml"]


def test_unwritable_folder_is_named(run: Run, routine: Path) -> None:
    ran = run("play", routine, "--voice", "tones", "--output", f"wav:{routine.parent}/none/s.wav")
    assert ran.code == 3
    assert "none/s.wav: No such file or directory" in ran.err
