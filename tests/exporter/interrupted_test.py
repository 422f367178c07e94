"""An export in its own process that is ended by a signal: no half-written file appears."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from voicecoach.exporter import FORMATS

KINDS = [name for name in FORMATS if name != "m4b"]
"""M4B is written like M4A."""

EXPORT = """
import sys
from pathlib import Path
from voicecoach.cli.interrupts import defer_interrupts, raise_on_sigterm
from voicecoach.exporter import ExportOptions, export
from voicecoach.timeline import Timeline
from voicecoach.units import Frames

hours = Frames(12 * 3600 * 48_000)
silence = Timeline(title="T", language="en", level=50, length=hours, placements=(), events=(), moves=())
raise_on_sigterm()
with defer_interrupts() as raise_pending:
    def report(*_):
        print("going", flush=True)
        raise_pending()
    export(silence, {}.get, Path(sys.argv[1]), ExportOptions(force=True), progress=report)
"""


def interrupt_export(path: Path, how: signal.Signals) -> int:
    """Send a signal to a 12-hour export after its first blocks, and return its exit code."""
    child = subprocess.Popen(
        [sys.executable, "-c", EXPORT, path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert child.stdout is not None
    with child, child.stdout:
        for _ in range(3):
            assert child.stdout.readline() == "going\n"
        child.send_signal(how)
        child.stdout.read()
    return child.returncode


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    ("how", "code"),
    [(signal.SIGTERM, 143), pytest.param(signal.SIGINT, -signal.SIGINT, marks=pytest.mark.slow)],
    ids=["SIGTERM", "SIGINT"],
)
def test_signal_leaves_folder_unchanged(tmp_path: Path, name: str, how: signal.Signals, code: int) -> None:
    (path := tmp_path / f"s.{name}").write_bytes(b"old")
    assert interrupt_export(path, how) == code
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"old"


def test_next_export_removes_killed_part_file(tmp_path: Path) -> None:
    (path := tmp_path / "s.mp3").write_bytes(b"old")
    interrupt_export(path, signal.SIGKILL)
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.glob(".s.mp3.*"))) == 1
    interrupt_export(path, signal.SIGTERM)
    assert list(tmp_path.iterdir()) == [path]
