"""`voicecoach play` as a person meets it: on a terminal, into a real sound server."""

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
    said: bytes = b""

    def until(self, text: str, times: int = 1) -> None:
        """Read on until it has shown `text`, so many times."""
        while self.said.count(text.encode()) < times:
            if not select.select([self.screen], [], [], 20)[0]:
                pytest.fail(f"never showed {text!r}, but {self.said.decode()!r}")
            self.said += os.read(self.screen, 65536)

    def ended(self) -> int:
        """Its exit status; what it has still to say is read."""
        while self.process.poll() is None or select.select([self.screen], [], [], 0)[0]:
            if select.select([self.screen], [], [], 0.05)[0]:
                self.said += os.read(self.screen, 65536)
        return self.process.returncode

    def press(self, keys: bytes) -> None:
        os.write(self.screen, keys)


def arguments(*more: str) -> list[str]:
    return [sys.executable, "-m", "voicecoach", "play", "--voice", "tones", *more]


def opened(routine: Path, *options: str, errors: IO[bytes] | None = None) -> tuple[Terminal, int]:
    """A session that plays on a terminal, and the program's own end of that."""
    screen, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (12, 40))
    settings = termios.tcgetattr(theirs)
    environment = os.environ | {"TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
    for fixed in ("COLUMNS", "LINES"):  # they would go before the window's own size
        environment.pop(fixed, None)
    process = subprocess.Popen(
        ["setsid", "--ctty", *arguments(str(routine), "--no-intro", "--lead-in", "0", *options)],
        stdin=theirs,
        stdout=theirs,
        stderr=errors or theirs,
        env=environment,
    )
    return Terminal(process, screen, settings), theirs


@pytest.fixture
def options() -> tuple[str, ...]:
    return ()


@pytest.fixture
def terminal(sound_server, routine, options) -> Iterator[Terminal]:  # noqa: ARG001
    made, theirs = opened(routine, *options)
    try:
        yield made
        assert termios.tcgetattr(theirs) == made.settings, "the terminal was not given back as it was found"
    finally:
        made.process.kill()
        made.process.wait()
        os.close(made.screen)
        os.close(theirs)


def processes_of(session: int) -> list[str]:
    """What runs in a session of processes: a line each, its number first."""
    ps = ["ps", "-ww", "-o", "pid=,stat=,args=", "-s", str(session)]
    found = subprocess.run(ps, capture_output=True, text=True, check=False).stdout.splitlines()
    return [line for line in found if " Z" not in line]


def test_keys_steer_it_its_window_may_change_and_q_ends_it(terminal):
    terminal.until("Lean over")
    terminal.press(b" ")
    terminal.until("PAUSED")
    termios.tcsetwinsize(terminal.screen, (60, 200))
    terminal.until("\x1b[2J", 2)  # drawn anew for the new size, down to its last row
    terminal.until("\x1b[60;1H")
    terminal.press(b"\x1b[C")
    terminal.until("Lie down")
    terminal.press(b"-")
    terminal.until("90 %")
    terminal.press(b"q")
    assert terminal.ended() == 0
    assert "Stopped at" in terminal.said.decode()


@pytest.mark.parametrize("options", [("--one-key", "--plain", "--speed", "2.0")])
def test_one_key_steers_it_and_lines_tell_it(terminal):
    terminal.until("Hold: 0:20.")
    terminal.press(b"y")
    terminal.until("Paused, 0:")
    terminal.press(b"y")
    terminal.until("Going on.")
    terminal.press(b"k")
    terminal.until("Paused", 2)
    terminal.press(b"k")
    terminal.until("Lie down.")
    assert b"\x1b" not in terminal.said
    terminal.press(b"\x03")
    assert terminal.ended() == 130


@pytest.mark.parametrize("ending", ["Ctrl-C", "SIGTERM"])
def test_it_leaves_a_clean_terminal_and_no_process(terminal, ending):
    terminal.until("Lean over")
    maps = Path(f"/proc/{terminal.process.pid}/maps").read_text().splitlines()
    assert {line.endswith("(deleted)") for line in maps if "/dev/shm/psm_" in line} == {True}
    assert len(processes_of(terminal.process.pid)) >= 2
    if ending == "Ctrl-C":
        terminal.press(b"\x03")
    else:
        terminal.process.send_signal(signal.SIGTERM)
    assert terminal.ended() == {"Ctrl-C": 130, "SIGTERM": 143}[ending]
    assert terminal.said.endswith(b"\x1b[0m\x1b[?25h\x1b[?1049l")
    assert b"Traceback" not in terminal.said
    assert processes_of(terminal.process.pid) == []


@pytest.mark.usefixtures("sound_server")
def test_a_terminal_that_is_closed_ends_it_cleanly_and_logged(routine, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with (tmp_path / "errors").open("w+b") as errors:
        terminal, theirs = opened(routine, errors=errors)
        os.close(theirs)
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
    assert processes_of(terminal.process.pid) == []
    with SessionLog() as book:
        (entry,) = book.entries()
    assert entry.ending == "interrupted"
    assert 500 <= entry.at <= 1500 + 1000 * (time.monotonic() - shown)


def test_when_the_devices_process_dies_it_says_so_and_goes_on_with_another(terminal):
    terminal.until("Lean over")
    for line in processes_of(terminal.process.pid):
        if "spawn_main" in line:
            os.kill(int(line.split()[0]), signal.SIGKILL)
    terminal.until("The loudspeaker is away.")
    terminal.until("0:02 of ")
    terminal.press(b"q")
    assert terminal.ended() == 0
    told = terminal.said.decode().rpartition("\x1b[?1049l")[2]
    assert "Times that the loudspeaker went away: 1.\r\n" in told
    assert processes_of(terminal.process.pid) == []


@pytest.mark.parametrize("seconds", [Watchdog.TIMEOUT + 0.1, pytest.param(30, marks=pytest.mark.long)])
def test_a_player_that_was_stopped_goes_on_and_tells_of_the_gap(terminal, seconds):
    """Alone, and then with its device: longer than a device may be silent, which it was not.

    And all the time it drew only what had changed.
    """
    terminal.until("0:01 of ")
    terminal.process.send_signal(signal.SIGSTOP)
    time.sleep(0.5)
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until("0:02 of ")
    os.killpg(terminal.process.pid, signal.SIGSTOP)
    time.sleep(seconds)
    os.killpg(terminal.process.pid, signal.SIGCONT)
    terminal.until("0:03 of ")
    terminal.press(b"q")
    assert terminal.ended() == 0
    assert "is away" not in terminal.said.decode()
    assert "Short gaps in the sound, because this machine was busy:" in terminal.said.decode()
    assert terminal.said.count(b"\x1b[2J") == 1
    assert terminal.said.count(b"Next: Lie down") == 1


def test_without_a_sound_device_it_exits_with_3_and_without_alsas_words(routine, monkeypatch):
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent/pulse")
    ended = subprocess.run(arguments(str(routine)), capture_output=True, text=True, check=False)
    assert ended.returncode == 3
    assert ended.stdout == ""
    assert ended.stderr.startswith("there is no sound device that can be played on")
    assert "voicecoach export" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_whole_session_is_heard_without_a_terminal(sound_server, routine):
    with sound_server.record() as recording:
        more = ["--only", "Rest", "--no-intro", "--speed", "2.0", "--device", "loudsp", "--lead-in", "0"]
        ended = subprocess.run(arguments(str(routine), *more), capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Lie down." in ended.stdout
    assert "\x1b" not in ended.stdout
    wav = routine.with_suffix(".wav")
    more = ["--only", "Rest", "--no-intro", "--speed", "2.0", "--output", f"wav:{wav}", "--quiet"]
    written = subprocess.run(arguments(str(routine), *more), capture_output=True, text=True, check=False)
    assert (written.returncode, written.stdout + written.stderr) == (0, "")
    loud = np.flatnonzero(recording.samples)
    expected = np.flatnonzero(np.frombuffer(wav.read_bytes()[44:], "<i2"))
    # What is heard and what is written last equally long, from their first sound to their last.
    assert abs(int(np.ptp(loud)) - int(np.ptp(expected))) < SAMPLE_RATE // 2


@pytest.mark.usefixtures("sound_server")
def test_the_devices_are_listed_for_people_and_for_programs():
    listed = subprocess.run([sys.executable, "-m", "voicecoach", "devices"], capture_output=True, text=True, check=True)
    assert listed.stdout == "* LoudSpeaker\n  HeadPhones\n"
    told = subprocess.run(
        [sys.executable, "-m", "voicecoach", "devices", "--json"], capture_output=True, text=True, check=True
    )
    assert json.loads(told.stdout)[0] == {"name": "LoudSpeaker", "default": True}


@pytest.mark.usefixtures("sound_server")
def test_a_device_that_there_is_not_is_a_mistake_that_names_those_there_are(routine):
    ended = subprocess.run(
        arguments(str(routine), "--device", "gramophone"), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "there are: LoudSpeaker, HeadPhones" in ended.stderr
