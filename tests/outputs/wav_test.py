"""A session in a WAV file, which is complete or missing."""

from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from voicecoach.errors import ChoiceError, FileError
from voicecoach.outputs.wav import WavOutput

RAMP = np.linspace(-1, 1, 4800, dtype=np.float32)


def write(path: Path) -> WavOutput:
    output = WavOutput(str(path), "")
    output.begin()
    output.wait_ready()
    output.write(RAMP)
    return output


def test_wav_has_16_bit_mono(tmp_path: Path) -> None:
    output = write(tmp_path / "s.wav")
    output.finish()
    output.close()
    with wave.open(str(tmp_path / "s.wav")) as file:
        assert file.getparams()[:4] == (1, 2, 48000, 4800)
        assert np.frombuffer(file.readframes(4800), "<i2").tolist() == np.rint(RAMP * 32767).astype(int).tolist()


def test_wav_appears_when_finished(tmp_path: Path) -> None:
    output = write(tmp_path / "s.wav")
    assert not (tmp_path / "s.wav").exists()
    output.finish()
    output.close()
    assert [path.name for path in tmp_path.iterdir()] == ["s.wav"]


def test_unfinished_session_keeps_old_wav(tmp_path: Path) -> None:
    (tmp_path / "s.wav").write_text("old")
    write(tmp_path / "s.wav").close()
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_missing_folder_is_file_error(tmp_path: Path) -> None:
    output = WavOutput(str(tmp_path / "none" / "s.wav"), "")
    with pytest.raises(FileError, match="No such file"):
        output.begin()


def test_wav_needs_file_and_no_device() -> None:
    with pytest.raises(ChoiceError, match="needs a file"):
        WavOutput("", "")
    with pytest.raises(ChoiceError, match="--device does not apply"):
        WavOutput("s.wav", "headset")


def test_wav_length_is_limited(tmp_path: Path) -> None:
    output = write(tmp_path / "s.wav")
    output.MAX_FRAMES = 5000
    with pytest.raises(FileError, match="at most"):
        output.write(RAMP)
    output.close()


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such locks")
def test_part_file_of_killed_player_is_removed(tmp_path: Path) -> None:
    begin = "output = WavOutput(sys.argv[1], ''); output.begin(); os._exit(9)"
    start = "import os, sys; from voicecoach.outputs.wav import WavOutput; "
    subprocess.run([sys.executable, "-c", start + begin, str(tmp_path / "s.wav")], check=False)
    assert len([*tmp_path.iterdir()]) == 1
    output = WavOutput(str(tmp_path / "s.wav"), "")
    output.begin()
    output.finish()
    assert [path.name for path in tmp_path.iterdir()] == ["s.wav"]
