"""Standard streams that are closed, full, left by their reader, or in another encoding."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import pytest

VOICECOACH = [sys.executable, "-m", "voicecoach"]


def test_closed_pipe_exits_quietly() -> None:
    """As in `voicecoach schema | head -1`: the pipe is closed before the first byte."""
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run([*VOICECOACH, "schema"], stdout=write, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(write)
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a file system that is full: /dev/full")
def test_full_disk_exits_3() -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [*VOICECOACH, "schema"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    message = "standard output: No space left on device; the output is incomplete\n"
    assert (ran.returncode, ran.stderr) == (3, message)


ROUTINE = "title: Rest\nsteps:\n- say: Rest here.\n- pause: 1 s\n"
WORKING = ["export r.yaml --voice tones -o out.wav", "play r.yaml --voice tones --no-intro --output wav:out.wav"]
MORE_WORKING = [
    "batch r.yaml --voices tones --formats flac --jobs 1 --into out",
    "new out.yaml",
    "show r.yaml --voice tones --plot out.svg",
    "check r.yaml --voice none",
    "feed sound --url https://example.org",
    "cache --clear",
    "play r.yaml --voice tones --plain --output wav:out.wav",
]
"""Commands that do something else than print."""
PRINTING = ["list", "--help"]
MORE_PRINTING = [
    "show r.yaml --voice tones",
    "list --json",
    "list --help",
    "--version",
    "schema",
    "voices",
    "history",
    "history --json",
    "cache",
    "check broken.yaml",
]


def rarely(value: str) -> Any:
    """A parameter for the slow tests."""
    return pytest.param(value, marks=pytest.mark.slow)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOICECOACH_CACHE", str(tmp_path / "cache"))
    (tmp_path / "r.yaml").write_text(ROUTINE)
    (tmp_path / "broken.yaml").write_text("title: A\nsteps: [{sya: A}]\n")
    (tmp_path / "sound").mkdir()
    with wave.open(str(tmp_path / "sound" / "s.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16_000))
    return tmp_path


def shell(words: str, redirection: str) -> subprocess.CompletedProcess[str]:
    line = f'"$0" -m voicecoach {words} {redirection}'
    return subprocess.run(["bash", "-c", line, sys.executable], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.usefixtures("folder")
@pytest.mark.system("bash")
@pytest.mark.parametrize("redirection", ["2>&-", "<&- >&- 2>&-", *map(rarely, [">&-", "<&- 2>&-", "2>/dev/full"])])
@pytest.mark.parametrize("words", [*WORKING, *map(rarely, MORE_WORKING)])
def test_work_needs_no_streams(words: str, redirection: str) -> None:
    """A message that has nowhere to go is no reason to fail, and never lands in the file that got its number."""
    ran = shell(words, redirection)
    assert (ran.returncode, ran.stderr) == (0, "")
    for path in Path.cwd().glob("out.*"):
        assert b"Wrote" not in path.read_bytes()
    if (wav := Path("out.wav")).exists():
        with wave.open(str(wav)) as file:
            assert file.getnframes() > 48_000


@pytest.mark.usefixtures("folder")
@pytest.mark.system("bash")
@pytest.mark.parametrize("redirection", [">&-", "<&- >&- 2>&-", rarely(">&- 2>&-")])
@pytest.mark.parametrize("words", [*PRINTING, *map(rarely, MORE_PRINTING)])
def test_result_needs_standard_output(words: str, redirection: str) -> None:
    ran = shell(words, redirection)
    message = "" if "2>" in redirection else "standard output is closed; send it to a file, or to /dev/null\n"
    assert (ran.returncode, ran.stderr) == (3, message)


@pytest.mark.usefixtures("folder")
@pytest.mark.system("bash")
@pytest.mark.parametrize("words", [*PRINTING, WORKING[0], *map(rarely, [*MORE_PRINTING, WORKING[1], *MORE_WORKING])])
def test_full_streams_exit_3(words: str) -> None:
    one = shell(words, ">/dev/full")
    message = "standard output: No space left on device; the output is incomplete\n"
    assert (one.returncode, one.stderr) == (3, message)
    both = shell(re.sub(r"\bout\b", "again", words), ">/dev/full 2>/dev/full")
    assert (both.returncode, both.stderr) == (3, "")


@pytest.mark.usefixtures("folder")
@pytest.mark.system("bash")
@pytest.mark.parametrize("words", [*PRINTING, *map(rarely, MORE_PRINTING)])
def test_reader_that_leaves_ends_quietly(words: str) -> None:
    ran = shell(words, "| true; exit ${PIPESTATUS[0]}")
    assert ran.stderr == ""
    assert ran.returncode == 0 or words == "check broken.yaml"


@pytest.mark.system("bash")
def test_closed_stdin_holds_no_routine() -> None:
    ran = shell("check -", "<&-")
    message = "standard input is closed; name the routine's file instead of `-`\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (3, "", message)


@pytest.mark.system("bash")
def test_workers_start_without_streams() -> None:
    assert "tones" in shell("voices", "<&- 2>&-").stdout


def test_unencodable_characters_are_escaped(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("title: Größe ’s\nsteps: [{say: 你好 a}]", "utf-8")
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}
    ran = subprocess.run(
        [*VOICECOACH, "show", tmp_path / "r.yaml", "--voice", "tones"],
        capture_output=True, env=environment, timeout=60, check=True,
    )  # fmt: skip
    assert ran.stdout.decode("latin-1").startswith(r"Größe \u2019s: ")
    assert rb"\u4f60\u597d a" in ran.stdout
