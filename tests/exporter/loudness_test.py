"""How loud the built-in routines are, through two loudspeakers, as ffmpeg measures it (ITU-R BS.1770)."""

import re
import subprocess
from pathlib import Path

import pytest

from voicecoach.cli.session import Asked
from voicecoach.exporter import FORMATS, export
from voicecoach.resources import folder

KINDS = [name for name in FORMATS if name != "m4b"]
"""One for each way of writing: an M4B is written as an M4A is."""

ROUTINES = sorted(path.stem for path in folder("scripts").glob("*.yaml"))


def exported(name: str, path: Path) -> Path:
    with Asked(names=(name,), level=0, voice="espeak").session() as session:
        export(session.timeline, session.studio.clip, path)
    return path


def measured(path: Path) -> tuple[float, float]:
    """Loudness in LUFS and true peak in dBTP."""
    told = subprocess.run(
        ["ffmpeg", "-nostats", "-i", path, "-af", "ebur128=peak=true:dualmono=true", "-f", "null", "-"],
        capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip
    loudness = re.findall(r"I: +(\S+) LUFS", told)[-1]
    return float(loudness), float(re.findall(r"Peak: +(\S+) dBFS", told)[-1])


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize("name", ROUTINES)
def test_every_routine_is_as_loud_as_it_should_be(name: str, tmp_path: Path) -> None:
    loudness, peak = measured(exported(name, tmp_path / "s.wav"))
    assert loudness == pytest.approx(-16, abs=1)
    assert peak <= -3


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize("name", KINDS)
def test_no_encoding_makes_it_softer_or_overloads_it(name: str, tmp_path: Path) -> None:
    loudness, peak = measured(exported("safe-lift", tmp_path / f"s.{name}"))
    assert loudness == pytest.approx(-16, abs=1)
    assert peak < 0
