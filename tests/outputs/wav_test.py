"""A session into a WAV file: whole under its name, or not there."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from voicecoach.errors import ChoiceError, FileError
from voicecoach.outputs.wav import WavOutput

RAMP = np.linspace(-1, 1, 4800, dtype=np.float32)


def written(path: Path) -> WavOutput:
    output = WavOutput(str(path), "")
    output.begin()
    output.wait_ready()
    output.write(RAMP)
    return output


def test_it_holds_what_was_written_as_16_bit_mono_at_48_khz(tmp_path):
    output = written(tmp_path / "s.wav")
    output.finish()
    output.close()
    with wave.open(str(tmp_path / "s.wav")) as file:
        assert file.getparams()[:4] == (1, 2, 48000, 4800)
        assert np.frombuffer(file.readframes(4800), "<i2").tolist() == np.rint(RAMP * 32767).astype(int).tolist()


def test_it_appears_when_it_is_finished_and_nothing_else_stays(tmp_path):
    output = written(tmp_path / "s.wav")
    assert not (tmp_path / "s.wav").exists()
    output.finish()
    output.close()
    assert [path.name for path in tmp_path.iterdir()] == ["s.wav"]


def test_a_session_left_early_leaves_the_old_file_as_it_was(tmp_path):
    (tmp_path / "s.wav").write_text("old")
    written(tmp_path / "s.wav").close()
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_others_may_read_it_as_they_may_read_any_new_file(tmp_path):
    (tmp_path / "other").touch()
    output = written(tmp_path / "s.wav")
    output.finish()
    assert (tmp_path / "s.wav").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_folder_that_is_not_there(tmp_path):
    output = WavOutput(str(tmp_path / "none" / "s.wav"), "")
    with pytest.raises(FileError, match="No such file"):
        output.begin()


def test_no_name_and_a_device_are_mistakes():
    with pytest.raises(ChoiceError, match="needs a file"):
        WavOutput("", "")
    with pytest.raises(ChoiceError, match="--device means nothing"):
        WavOutput("s.wav", "headset")


def test_more_than_a_wav_file_can_count(tmp_path):
    output = written(tmp_path / "s.wav")
    output.MAX_FRAMES = 5000
    with pytest.raises(FileError, match="at most"):
        output.write(RAMP)
    output.close()
