"""An export that is ended from outside, as a process of its own: nothing half-written under the name."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from voicecoach.exporter import FORMATS

KINDS = [name for name in FORMATS if name != "m4b"]
"""One for each way of writing: an M4B is written as an M4A is."""

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
    def told(*_):
        print("going", flush=True)
        raise_pending()
    export(silence, {}.get, Path(sys.argv[1]), ExportOptions(force=True), progress=told)
"""


def interrupted(path: Path, how: signal.Signals) -> int:
    """The exit code of a 12-hour export to `path` that gets a signal after its first blocks."""
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
@pytest.mark.parametrize(("how", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, -signal.SIGINT)])
def test_a_polite_end_leaves_the_folder_as_it_was(tmp_path: Path, name: str, how: signal.Signals, code: int) -> None:
    (path := tmp_path / f"s.{name}").write_bytes(b"old")
    assert interrupted(path, how) == code
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"old"


def test_after_a_kill_the_old_file_is_there_and_the_next_export_clears_up(tmp_path: Path) -> None:
    (path := tmp_path / "s.mp3").write_bytes(b"old")
    interrupted(path, signal.SIGKILL)
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.glob(".s.mp3.*"))) == 1
    interrupted(path, signal.SIGTERM)
    assert list(tmp_path.iterdir()) == [path]
