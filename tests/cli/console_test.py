"""Standard output with a reader that leaves, on a full disk, or in another encoding."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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


def test_unencodable_characters_are_escaped(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("title: Größe ’s\nsteps: [{say: 你好 a}]", "utf-8")
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}
    ran = subprocess.run(
        [*VOICECOACH, "show", tmp_path / "r.yaml", "--voice", "tones"],
        capture_output=True, env=environment, timeout=60, check=True,
    )  # fmt: skip
    assert ran.stdout.decode("latin-1").startswith(r"Größe \u2019s: ")
    assert rb"\u4f60\u597d a" in ran.stdout
