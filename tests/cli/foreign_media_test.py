"""Damaged and hostile sound files, as the commands meet them: one line each, and Ctrl-C at any time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
URL = ("--url", "https://example.org/coach")
LIST = "ffconcat version 1.0\nfile secret.wav\n"
NO_SOUND = "not a WAV, FLAC, Ogg, MP3, M4A or AIFF file (gong.wav); export it again, as WAV for example"


def write_wav(path: Path) -> bytes:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(range(1, 161)) * 20)
    return path.read_bytes()


def write_slow_wav(path: Path) -> None:
    """FFmpeg takes a minute to find out that the zeros are empty chunks; they take no room on the disk."""
    write_wav(path)
    os.truncate(path, 90_000_000)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A routine that plays gong.wav in its fourth line."""
    path = tmp_path / "r.yaml"
    path.write_text("title: A\nsteps:\n  - say: A\n  - chime: gong.wav\n")
    return path


@pytest.mark.parametrize(
    "command",
    [
        ("check", "--voice", "none"),
        ("check", "--voice", "tones"),
        ("export", "--voice", "tones", "-o", "session.wav"),
        ("play", "--voice", "tones", "--output", "wav:session.wav"),
    ],
)
def test_list_is_a_problem_of_its_step(run: Run, script: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    """The link leads out of the folder: FFmpeg would read what the list names."""
    (outside := tmp_path / "outside").mkdir()
    write_wav(outside / "secret.wav")
    (tmp_path / "secret.wav").symlink_to(outside / "secret.wav")
    (tmp_path / "gong.wav").write_text(LIST)
    name, *options = command
    ran = run(name, script, *options)
    assert ran.code == 2
    assert (ran.out if name == "check" else ran.err) == f"{script}:4:5: chime: {NO_SOUND}\n"
    assert not Path("session.wav").exists()


@pytest.mark.parametrize("command", ["check", "feed"])
def test_ctrl_c_interrupts_decoding(script: Path, tmp_path: Path, command: str) -> None:
    write_slow_wav(path := tmp_path / "gong.wav")
    arguments = [str(script), "--voice", "none"] if command == "check" else [str(tmp_path), *URL]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-m", "voicecoach", command, *arguments], **pipes) as running:
        reader = wait_for_reader(running.pid, path)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=20)
    assert running.returncode == 130
    assert out == b""
    assert b"Traceback" not in err
    assert not is_reading(reader, path)


def wait_for_reader(parent: int, path: Path, seconds: float = 60) -> int:
    """The process below `parent` that has opened a file."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            if is_reading(int(child), path):
                return int(child)
        time.sleep(0.01)
    raise TimeoutError(path)


def is_reading(process: int, path: Path) -> bool:
    try:
        return path in [descriptor.readlink() for descriptor in Path(f"/proc/{process}/fd").iterdir()]
    except OSError:
        return False


def test_feed_opens_only_regular_files(run: Run, tmp_path: Path) -> None:
    """None of these may hang, or be read without end."""
    (folder := tmp_path / "out").mkdir()
    write_wav(folder / "good.wav")
    with wave.open(str(folder / "blink.wav"), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes(bytes(20))
    (folder / "list.wav").write_text(LIST)
    (folder / "misnamed.mp3").write_bytes((folder / "good.wav").read_bytes())
    for name in ("pipe.mp3", "cover.png", "good.vtt", "good.html"):
        os.mkfifo(folder / name)
    (folder / "endless.wav").symlink_to("/dev/zero")
    (folder / "folder.wav").mkdir()
    ran = run("feed", folder, *URL)
    assert ran.code == 3
    assert ran.err.splitlines() == [
        f"{folder}/blink.wav: there is no sound in it; export it again, or remove it",
        f"{folder}/list.wav: its content is not WAV; export it again, or remove it",
        f"{folder}/misnamed.mp3: its content is not MP3; export it again, or remove it",
    ]
    assert "(1 episode: 1 new)" in ran.out
