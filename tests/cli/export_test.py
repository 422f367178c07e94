"""`voicecoach export`, from the command line to the file."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SHORT = ("cat-cow", "--level", "gentle", "--no-intro", "--voice", "espeak")


def frames(path: Path) -> bytes:
    with wave.open(str(path), "rb") as file:
        return file.readframes(file.getnframes())


def test_export_writes_the_session(run: Callable[..., Any], tmp_path: Path) -> None:
    ran = run("export", *SHORT, "-o", tmp_path / "s.flac", "--captions", "srt")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Wrote {tmp_path / 's.flac'} (1:")
    assert ran.out.endswith(f" MB), and {tmp_path / 's.srt'}.\n")
    assert sorted(tmp_path.iterdir()) == [tmp_path / "s.flac", tmp_path / "s.srt"]


def test_export_equals_playback(run: Callable[..., Any], tmp_path: Path) -> None:
    """Sample by sample, without commands."""
    assert run("export", *SHORT, "-o", tmp_path / "exported.wav").code == 0
    assert run("play", *SHORT, "--quiet", "--output", f"wav:{tmp_path / 'played.wav'}").code == 0
    assert frames(tmp_path / "exported.wav") == frames(tmp_path / "played.wav")


@pytest.mark.parametrize(
    ("file", "options", "code", "message"),
    [
        ("old.mp3", (), 2, "old.mp3 already exists; choose another name, or overwrite it with --force"),
        ("new.mp3", ("--captions", "vtt"), 2, "new.vtt already exists"),
        ("new.xyz", (), 2, "unknown file extension .xyz"),
        ("new.mp3", ("--format", "wma"), 2, "'wma' is not one of 'wav', 'flac', 'mp3', 'm4a', 'm4b', 'opus', 'html'"),
        ("new.mp3", ("--bitrate", "100"), 2, "mp3 has no bit rate of 100 kbit/s; choose one of 32, 40"),
        ("new.wav", ("--bitrate", "64"), 2, "wav keeps every sample and has no bit rate"),
        ("new.mp3", ("--split", "--captions", "ass"), 2, "'ass' is not one of 'vtt', 'srt', 'lrc', 'md'"),
        ("no/new.mp3", (), 3, "no such folder; make it first"),
        (".", (), 2, "is a folder; name a file in it"),
        ("n\nl.mp3", (), 2, "a name with a line break (n l.mp3); leave it out"),
    ],
)
def test_destination_is_refused_first(
    run: Callable[..., Any], tmp_path: Path, file: str, options: tuple[str, ...], code: int, message: str
) -> None:
    """The routine does not even exist."""
    for old in ("old.mp3", "new.vtt"):
        (tmp_path / old).write_text("old")
    ran = run("export", "no-such-routine", "-o", tmp_path / file, *options)
    assert ran.code == code
    assert message in ran.err
    assert ran.out == ""
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "old.mp3": "old",
        "new.vtt": "old",
    }


@pytest.mark.parametrize("options", [(), ("--format", "mp3")])
def test_stdout_is_refused(run: Callable[..., Any], options: tuple[str, ...]) -> None:
    ran = run("export", *SHORT, "-o", "-", *options)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "a session cannot be written to standard output; name a file, such as session.m4a\n"


def test_one_file_in_singular(run: Callable[..., Any], tmp_path: Path) -> None:
    ran = run("export", *SHORT, "-o", tmp_path / "s.wav", "--split")
    assert ran.out.startswith(f"Wrote {tmp_path / 's.m3u8'} and 1 file beside it (1:")


def test_split_writes_one_file_per_move(run: Callable[..., Any], tmp_path: Path) -> None:
    options = ("--split", "--stereo", "--bitrate", "32", "--captions", "lrc", "--captions", "md", "--caption-holds")
    ran = run("export", *SHORT, "-o", tmp_path / "s.mp3", *options)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Wrote {tmp_path / 's.m3u8'} and 3 files beside it (1:")
    names = ["s 01 Cat and cow.lrc", "s 01 Cat and cow.md", "s 01 Cat and cow.mp3", "s.m3u8"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    transcript = (tmp_path / "s 01 Cat and cow.md").read_text("utf-8")
    assert transcript.startswith("# Cat and cow\n\nlevel 0, 1:")
    assert ", no intro, espeak:en" in transcript


@pytest.mark.parametrize(("how", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_interrupted_export_leaves_nothing(
    run: Callable[..., Any], tmp_path: Path, how: signal.Signals, code: int
) -> None:
    assert run("show", "heat", "--voice", "espeak").code == 0  # so that all is spoken
    ours, theirs = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "voicecoach",
        "export",
        "heat",
        "--voice",
        "espeak",
        "-o",
        tmp_path / "s.mp3",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs) as child:
        os.close(theirs)
        shown = b""
        while b"%" not in shown:
            shown += os.read(ours, 1000)
        child.send_signal(how)
        assert child.wait() == code
    os.close(ours)
    assert b"Writing s.mp3" in shown
    assert list(tmp_path.iterdir()) == []
