"""Choosing an output by what stands behind `--output`."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicecoach.errors import ChoiceError
from voicecoach.outputs.backends import DEFAULT_OUTPUT, OUTPUTS, create_output
from voicecoach.outputs.device import DeviceOutput
from voicecoach.outputs.in_memory import InMemoryOutput
from voicecoach.outputs.wav import WavOutput


def test_a_name_gives_its_output():
    assert isinstance(create_output(DEFAULT_OUTPUT), DeviceOutput)
    assert isinstance(create_output("wav:session.wav"), WavOutput)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.extra(name)) if name == "simpleaudio" else name for name in OUTPUTS]
)
def test_every_name_in_the_table_can_be_imported(name):
    argument = "x.wav" if name == "wav" else ""
    assert create_output(f"{name}:{argument}" if argument else name)


def test_an_unknown_name_is_answered_with_the_nearest_and_all_others():
    with pytest.raises(ChoiceError, match=r"there are .*simpleaudio.*did you mean miniaudio"):
        create_output("miniaudo")


def test_a_sound_device_takes_no_argument():
    with pytest.raises(ChoiceError, match="--device"):
        create_output("miniaudio:headset")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another package, installed, with two outputs: one that is there and one that is not."""
    info = tmp_path / "loft_speakers-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: loft-speakers\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[voicecoach.outputs]\nloft = voicecoach.outputs.in_memory:InMemoryOutput\nbroken = nowhere:X\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("package")
def test_packages_add_theirs_by_entry_points():
    kept = create_output("loft:left", "big")
    assert isinstance(kept, InMemoryOutput)
    assert (kept.argument, kept.device) == ("left", "big")


@pytest.mark.usefixtures("package")
def test_one_that_cannot_be_loaded_is_told_with_its_package():
    with pytest.raises(ChoiceError, match="'broken' of loft-speakers cannot be loaded"):
        create_output("broken")
