"""File names, titles and texts that would steer a terminal, through every command: each is printed with escapes."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hostile_texts import FILE_NAMES, HOSTILE_TEXTS, STEERING, TERMINAL_NAME

from voicecoach.cli import devices
from voicecoach.cli.console import print_json, print_lines, redraw, warn
from voicecoach.cli.progress_bar import bar
from voicecoach.history.entry import LoggedSession
from voicecoach.history.session_log import SessionLog
from voicecoach.outputs.output import DeviceInfo
from voicecoach.terminal_text import visible
from voicecoach.timeline import Timeline
from voicecoach.units import Ms, frames

Run = Callable[..., Any]
TEXT = "left \u202etfel\u2066 right"
"""The language allows no other controls."""
ROUTINE = f"title: {TEXT}\nabout: {TEXT}\nsteps:\n- move: {TEXT}\n  steps: [{{say: {TEXT}}}, {{pause: 1 s}}]\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, which has such a name; a routine of such a name is in it and in the library."""
    folder, library = tmp_path / TERMINAL_NAME, tmp_path / "library"
    for each in (folder, library):
        each.mkdir()
        (each / f"{TERMINAL_NAME}.yaml").write_text(ROUTINE)
    monkeypatch.setenv("VOICECOACH_PATH", str(library))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(folder)
    return folder


def harmless(ran: Any, code: int = 0) -> str:
    assert ran.code == code, ran.err
    printed: str = ran.out + ran.err
    assert not STEERING.search(printed)
    return printed


SCRIPT = f"./{TERMINAL_NAME}.yaml"
ONE_LINE = TERMINAL_NAME.replace("\n", "").replace("\r", "")
ESCAPED = visible(TERMINAL_NAME)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "words",
    [
        ["list"],
        ["show", TERMINAL_NAME, "--voice", "tones"],
        ["show", SCRIPT, "--voice", "tones", "--plot", f"{TERMINAL_NAME}.svg"],
        ["check", "--voice", "none", "."],
        ["new", f"new {TERMINAL_NAME}"],
        ["export", SCRIPT, "--voice", "tones", "-o", f"{ONE_LINE}.wav", "--captions", "srt"],
        ["play", SCRIPT, "--voice", "tones", "--no-intro", "--output", f"wav:{TERMINAL_NAME}.wav"],
    ],
    ids=lambda words: words[0],
)
def test_command_prints_escapes(run: Run, words: list[str]) -> None:
    harmless(run(*words))


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "words",
    [
        [TERMINAL_NAME],
        [f"--{TERMINAL_NAME}"],
        ["list", f"--{TERMINAL_NAME}"],
        ["list", "--tag"],
        ["show", "none " + TERMINAL_NAME],
        ["show", f"none {TERMINAL_NAME}.yaml"],
        ["show", TERMINAL_NAME, "--with", TERMINAL_NAME],
        ["show", TERMINAL_NAME, "--only", TERMINAL_NAME],
        ["show", TERMINAL_NAME, "--voice", TERMINAL_NAME],
        ["show", TERMINAL_NAME, "--voice", f"{TERMINAL_NAME}.onnx"],
        ["show", TERMINAL_NAME, "--level", TERMINAL_NAME],
        ["show", TERMINAL_NAME, "--speed", TERMINAL_NAME],
        ["show", TERMINAL_NAME, "--plot", TERMINAL_NAME],
        ["show", "--tag", TERMINAL_NAME],
        ["export", TERMINAL_NAME, "-o", TERMINAL_NAME],
        ["export", TERMINAL_NAME, "-o", f"{TERMINAL_NAME}.mp3", "--format", TERMINAL_NAME],
        ["play", TERMINAL_NAME, "--output", TERMINAL_NAME],
        ["play", TERMINAL_NAME, "--output", "wav:x.wav", "--device", TERMINAL_NAME],
        ["batch", "--into", "out", "--plan", TERMINAL_NAME],
        ["feed", ".", "--url", TERMINAL_NAME],
        ["ctl", TERMINAL_NAME],
        ["new", "x", "--title", "\x1b\u202e"],
        ["new", TERMINAL_NAME],
    ],
    ids=" ".join,
)
def test_mistake_is_printed_with_escapes(run: Run, words: list[str]) -> None:
    printed = harmless(run(*words), 3 if words[0] == "ctl" else 2)
    assert printed.count("\n") == 1


def test_problems_are_printed_with_escapes(run: Run, folder: Path) -> None:
    path = folder / f"{TERMINAL_NAME}.yaml"
    path.write_text(f"title: A\nsteps: [{{sya: A}}, {{chime: '{TEXT}'}}, {{use: '{TEXT}'}}]\n")
    text = harmless(run("check", path), 2).splitlines()
    assert len(text) == 3
    assert all(line.startswith(visible(str(path))) for line in text)
    assert harmless(run("check", path, "--format", "github"), 2).count("\n") == 3
    printed = harmless(run("check", path, "--format", "json"), 2)
    assert {row["file"] for row in json.loads(printed)} == {str(path)}


def test_json_keeps_the_text(run: Run, folder: Path) -> None:
    (listed,) = (row for row in json.loads(harmless(run("list", "--json"))) if row["name"] == TERMINAL_NAME)
    assert (listed["title"], listed["file"]) == (TEXT, str(folder.parent / "library" / f"{TERMINAL_NAME}.yaml"))
    assert json.loads(harmless(run("show", TERMINAL_NAME, "--voice", "tones", "--json")))["title"] == TEXT


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_json_is_read_back(capsys: pytest.CaptureFixture[str], text: str) -> None:
    print_json({text: [text]})
    printed = capsys.readouterr().out
    assert not STEERING.search(printed)
    assert json.loads(printed) == {text: [text]}


def test_batch_and_feed_print_escapes(run: Run, folder: Path) -> None:
    (folder / "broken.yaml").write_text("title: A\nsteps: [{sya: A}, {sya: A}]\n")
    words = ("--into", f"out {TERMINAL_NAME}", "--voices", "tones", "--formats", "m4a", "--jobs", "1")
    printed = harmless(run("batch", SCRIPT, "./broken.yaml", *words), 2)
    assert "sya" in printed
    Path(f"out {TERMINAL_NAME}", "damaged\x1b[31m.m4a").write_bytes(b"no sound")
    assert "Wrote" in harmless(run("feed", f"out {TERMINAL_NAME}", "--url", "https://example.org"), 3)


def test_history_prints_escapes(run: Run, folder: Path) -> None:
    timeline = Timeline(
        title=TERMINAL_NAME, language="en", level=50, length=frames(Ms(60_000)), placements=(), events=(), moves=()
    )
    with SessionLog(clock=lambda: datetime.now(UTC)) as log:
        number = log.begin(LoggedSession(routine=TERMINAL_NAME, voice="tones", timeline=timeline, choices={}))
        log.update(number, frames(Ms(30_000)), frames(Ms(30_000)), "stopped")
    assert ESCAPED in re.sub(r"\n +", "", harmless(run("history")))
    assert json.loads(harmless(run("history", "--json")))["sessions"][0]["title"] == TERMINAL_NAME
    assert "Drew" in harmless(run("history", "--plot", f"{TERMINAL_NAME}.svg"))
    resumed = harmless(run("resume", "--output", f"wav:{folder}.wav", "--plain"))
    assert resumed.startswith(f"Resuming {ESCAPED} at 0:30")


def test_devices_are_printed_with_escapes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "list_devices", lambda: (DeviceInfo(TERMINAL_NAME, True),))
    assert harmless(run("devices")) == f"* {ESCAPED}\n"
    assert json.loads(harmless(run("devices", "--json")))[0]["name"] == TERMINAL_NAME


def test_cache_folder_is_printed_with_escapes(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICECOACH_CACHE", str(folder / "clips"))
    harmless(run("cache"))
    assert json.loads(harmless(run("cache", "--json")))["folder"].startswith(str(folder / "clips"))


@contextmanager
def terminal() -> Iterator[tuple[int, Any]]:
    screen, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as output:
        yield screen, output
    os.close(screen)


def test_bars_show_escapes() -> None:
    with terminal() as (screen, output), redirect_stderr(output):
        with bar(f"Writing {TERMINAL_NAME}") as report:
            report(1, 2)
        redraw([TERMINAL_NAME], 1)
        output.flush()
        shown = os.read(screen, 100_000).decode()
    assert "\x1b[31m" not in shown
    assert not STEERING.search(shown.replace("\x1b[", "").replace("\r", ""))


@pytest.mark.parametrize("key", FILE_NAMES)
def test_lines_show_escapes(capsys: pytest.CaptureFixture[str], key: str) -> None:
    warn(FILE_NAMES[key], FILE_NAMES[key])
    print_lines(visible(FILE_NAMES[key]))
    printed = capsys.readouterr()
    assert not STEERING.search(printed.err + printed.out)
    assert (printed.err.count("\n"), printed.out.count("\n")) == (2, 1)


def test_bytes_reach_programs_and_no_terminal(tmp_path: Path) -> None:
    """A name that is not UTF-8: as it is in a pipe, where editors read it, with an escape on a terminal."""
    name = os.fsencode(tmp_path) + b"/caf\xe9.yaml"
    Path(os.fsdecode(name)).write_text("title: A\nsteps: [{sya: A}]\n")
    command = [sys.executable, "-m", "voicecoach", "check", name]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).stdout.startswith(name + b":2:")
    with terminal() as (screen, output):
        subprocess.run(command, stdout=output, timeout=60, check=False)
        assert b"/caf\\xe9.yaml:2:" in os.read(screen, 100_000)
