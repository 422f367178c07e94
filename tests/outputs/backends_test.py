"""Choosing an output with `--output`."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicecoach.errors import ChoiceError
from voicecoach.outputs.backends import DEFAULT_OUTPUT, OUTPUTS, create_output
from voicecoach.outputs.device import DeviceOutput
from voicecoach.outputs.in_memory import InMemoryOutput
from voicecoach.outputs.wav import WavOutput


def test_name_selects_output() -> None:
    assert isinstance(create_output(DEFAULT_OUTPUT), DeviceOutput)
    assert isinstance(create_output("wav:session.wav"), WavOutput)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.extra(name)) if name == "simpleaudio" else name for name in OUTPUTS]
)
def test_every_listed_output_imports(name: str) -> None:
    assert create_output("wav:x.wav" if name == "wav" else name)


def test_unknown_output_suggests_nearest() -> None:
    with pytest.raises(ChoiceError, match=r"there are .*simpleaudio.*did you mean miniaudio"):
        create_output("miniaudo")


def test_device_output_takes_no_argument() -> None:
    with pytest.raises(ChoiceError, match="--device"):
        create_output("miniaudio:headset")


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another package, installed, with two outputs: one that works and one that is missing."""
    info = tmp_path / "loft_speakers-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: loft-speakers\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[voicecoach.outputs]\nloft = voicecoach.outputs.in_memory:InMemoryOutput\nbroken = nowhere:X\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("plugin")
def test_entry_point_adds_output() -> None:
    output = create_output("loft:left", "big")
    assert isinstance(output, InMemoryOutput)
    assert (output.argument, output.device) == ("left", "big")


@pytest.mark.usefixtures("plugin")
def test_broken_entry_point_names_package() -> None:
    with pytest.raises(ChoiceError, match="'broken' of loft-speakers cannot be loaded"):
        create_output("broken")
