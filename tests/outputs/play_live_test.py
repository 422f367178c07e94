"""`voicecoach play` on a terminal, into a real sound server."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from sound_server import SoundServer

from voicecoach.history.session_log import SessionLog
from voicecoach.outputs.watchdog import Watchdog
from voicecoach.units import SAMPLE_RATE

pytestmark = [pytest.mark.system("pulseaudio"), pytest.mark.system("parec")]

ROUTINE = """
title: Two moves
steps:
  - move: Lean
    steps:
      - say: Lean over to the left.
      - hold: 20 s
  - move: Rest
    steps:
      - say: Lie down.
        then: 0 s
"""


@pytest.fixture
def routine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VOICECOACH_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "two.yaml"
    path.write_text(ROUTINE)
    return path


@dataclass
class Terminal:
    """A program on a terminal of 40 by 12."""

    process: subprocess.Popen[bytes]
    screen: int
    settings: list
    output: bytes = b""

    def until(self, text: str, times: int = 1) -> None:
        """Read until `text` has been shown so many times."""
        while self.output.count(text.encode()) < times:
            if not select.select([self.screen], [], [], 20)[0]:
                pytest.fail(f"never showed {text!r}, but {self.output.decode()!r}")
            self.output += os.read(self.screen, 65536)

    def wait(self) -> int:
        """Read the rest of the output and return the exit status."""
        while self.process.poll() is None or select.select([self.screen], [], [], 0)[0]:
            if select.select([self.screen], [], [], 0.05)[0]:
                self.output += os.read(self.screen, 65536)
        return self.process.returncode

    def press(self, keys: bytes) -> None:
        os.write(self.screen, keys)


def command(*more: str) -> list[str]:
    return [sys.executable, "-m", "voicecoach", "play", "--voice", "tones", *more]


def start(routine: Path, *options: str, errors: IO[bytes] | None = None) -> tuple[Terminal, int]:
    """Play a session on a terminal; return it, and the program's end of it."""
    screen, tty = pty.openpty()
    termios.tcsetwinsize(tty, (12, 40))
    settings = termios.tcgetattr(tty)
    environment = os.environ | {"TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
    for fixed in ("COLUMNS", "LINES"):  # these would override the window's size
        environment.pop(fixed, None)
    process = subprocess.Popen(
        ["setsid", "--ctty", *command(str(routine), "--no-intro", "--lead-in", "0", *options)],
        stdin=tty,
        stdout=tty,
        stderr=errors or tty,
        env=environment,
    )
    return Terminal(process, screen, settings), tty


@pytest.fixture
def options() -> tuple[str, ...]:
    return ()


@pytest.fixture
def terminal(sound_server: SoundServer, routine: Path, options: tuple[str, ...]) -> Iterator[Terminal]:  # noqa: ARG001
    terminal, tty = start(routine, *options)
    try:
        yield terminal
        assert termios.tcgetattr(tty) == terminal.settings, "the terminal was not restored"
    finally:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.screen)
        os.close(tty)


def processes_in(session: int) -> list[str]:
    """A line for every process in a session of processes; each starts with the number."""
    ps = ["ps", "-ww", "-o", "pid=,stat=,args=", "-s", str(session)]
    found = subprocess.run(ps, capture_output=True, text=True, check=False).stdout.splitlines()
    return [line for line in found if " Z" not in line]


def test_keys_and_resize_on_screen(terminal: Terminal) -> None:
    terminal.until("Lean over")
    terminal.press(b" ")
    terminal.until("PAUSED")
    termios.tcsetwinsize(terminal.screen, (60, 200))
    terminal.until("\x1b[2J", 2)  # drawn again for the new size, down to its last row
    terminal.until("\x1b[60;1H")
    terminal.press(b"\x1b[C")
    terminal.until("Lie down")
    terminal.press(b"-")
    terminal.until("90 %")
    terminal.press(b"q")
    assert terminal.wait() == 0
    assert "Stopped at" in terminal.output.decode()


@pytest.mark.slow
@pytest.mark.parametrize("options", [("--one-key", "--plain", "--speed", "2.0")])
def test_one_key_with_plain_lines(terminal: Terminal) -> None:
    terminal.until("Hold: 0:20.")
    terminal.press(b"y")
    terminal.until("Paused, 0:")
    terminal.press(b"y")
    terminal.until("Resumed.")
    terminal.press(b"k")
    terminal.until("Paused", 2)
    terminal.press(b"k")
    terminal.until("Lie down.")
    assert b"\x1b" not in terminal.output
    terminal.press(b"\x03")
    assert terminal.wait() == 130


@pytest.mark.parametrize("ending", ["Ctrl-C", "SIGTERM"])
def test_end_leaves_clean_terminal(terminal: Terminal, ending: str) -> None:
    terminal.until("Lean over")
    maps = Path(f"/proc/{terminal.process.pid}/maps").read_text().splitlines()
    assert {line.endswith("(deleted)") for line in maps if "/dev/shm/psm_" in line} == {True}
    assert len(processes_in(terminal.process.pid)) >= 2
    if ending == "Ctrl-C":
        terminal.press(b"\x03")
    else:
        terminal.process.send_signal(signal.SIGTERM)
    assert terminal.wait() == {"Ctrl-C": 130, "SIGTERM": 143}[ending]
    assert terminal.output.endswith(b"\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l")
    assert b"Traceback" not in terminal.output
    assert processes_in(terminal.process.pid) == []


@pytest.mark.usefixtures("sound_server")
def test_closed_terminal_ends_session(routine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with (tmp_path / "errors").open("w+b") as errors:
        terminal, tty = start(routine, errors=errors)
        os.close(tty)
        try:
            terminal.until("0:01 of ")
            shown = time.monotonic()
            os.close(terminal.screen)
            assert terminal.process.wait(20) == 128 + signal.SIGHUP
        finally:
            terminal.process.kill()
            terminal.process.wait()
        errors.seek(0)
        assert errors.read() == b""
    assert processes_in(terminal.process.pid) == []
    with SessionLog() as log:
        (entry,) = log.entries()
    assert entry.ending == "interrupted"
    assert 500 <= entry.at <= 1500 + 1000 * (time.monotonic() - shown)


def test_dead_device_process_is_replaced(terminal: Terminal) -> None:
    terminal.until("Lean over")
    for line in processes_in(terminal.process.pid):
        if "spawn_main" in line:
            os.kill(int(line.split()[0]), signal.SIGKILL)
    terminal.until("The loudspeaker is disconnected.")
    terminal.until("0:02 of ")
    terminal.press(b"q")
    assert terminal.wait() == 0
    summary = terminal.output.decode().rpartition("\x1b[?1049l")[2]
    assert "The loudspeaker disconnected once.\r\n" in summary
    assert processes_in(terminal.process.pid) == []


@pytest.mark.parametrize(
    "pause", [pytest.param(Watchdog.TIMEOUT + 0.1, marks=pytest.mark.slow), pytest.param(30, marks=pytest.mark.long)]
)
def test_suspended_player_resumes(terminal: Terminal, pause: float) -> None:
    """Suspended alone, then with its device, for longer than a device may be silent. It draws only what changes."""
    terminal.until("0:01 of ")
    terminal.process.send_signal(signal.SIGSTOP)
    time.sleep(0.5)
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until("0:02 of ")
    os.killpg(terminal.process.pid, signal.SIGSTOP)
    time.sleep(pause)
    os.killpg(terminal.process.pid, signal.SIGCONT)
    terminal.until("0:03 of ")
    terminal.press(b"q")
    assert terminal.wait() == 0
    assert "is disconnected" not in terminal.output.decode()
    assert " in the sound: the machine was busy." in terminal.output.decode()
    assert terminal.output.count(b"\x1b[2J") == 1
    assert terminal.output.count(b"Next: Lie down") == 1


def test_missing_device_exits_with_3(routine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ALSA's own messages do not appear."""
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent/pulse")
    result = subprocess.run(command(str(routine)), capture_output=True, text=True, check=False)
    assert result.returncode == 3
    assert result.stdout == ""
    assert result.stderr.startswith("no sound device can be opened")
    assert "voicecoach export" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.slow
def test_session_without_terminal_sounds_like_wav(sound_server: SoundServer, routine: Path) -> None:
    with sound_server.record() as recording:
        more = ["--only", "Rest", "--no-intro", "--speed", "2.0", "--device", "loudsp", "--lead-in", "0"]
        result = subprocess.run(command(str(routine), *more), capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    assert "Lie down." in result.stdout
    assert "\x1b" not in result.stdout
    wav = routine.with_suffix(".wav")
    more = ["--only", "Rest", "--no-intro", "--speed", "2.0", "--output", f"wav:{wav}", "--quiet"]
    written = subprocess.run(command(str(routine), *more), capture_output=True, text=True, check=False)
    assert (written.returncode, written.stdout + written.stderr) == (0, "")
    loud = np.flatnonzero(recording.samples)
    expected = np.flatnonzero(np.frombuffer(wav.read_bytes()[44:], "<i2"))
    # From the first sound to the last, both take equally long.
    assert abs(int(np.ptp(loud)) - int(np.ptp(expected))) < SAMPLE_RATE // 2


@pytest.mark.usefixtures("sound_server")
def test_devices_as_text_and_json() -> None:
    listed = subprocess.run([sys.executable, "-m", "voicecoach", "devices"], capture_output=True, text=True, check=True)
    assert listed.stdout == "* LoudSpeaker\n  HeadPhones\n"
    listed_as_json = subprocess.run(
        [sys.executable, "-m", "voicecoach", "devices", "--json"], capture_output=True, text=True, check=True
    )
    assert json.loads(listed_as_json.stdout)[0] == {"name": "LoudSpeaker", "default": True}


@pytest.mark.usefixtures("sound_server")
def test_unknown_device_exits_with_2(routine: Path) -> None:
    result = subprocess.run(
        command(str(routine), "--device", "gramophone"), capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert "there are: LoudSpeaker, HeadPhones" in result.stderr
