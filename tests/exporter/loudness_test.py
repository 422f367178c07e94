"""Loudness of the built-in routines through two speakers, as ffmpeg measures it (ITU-R BS.1770)."""

import re
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from voicecoach.app.request import SessionRequest
from voicecoach.app.session import open_session
from voicecoach.choices import Choices
from voicecoach.exporter import FORMATS, export
from voicecoach.resources import bundled_folder
from voicecoach.units import SAMPLE_RATE

KINDS = [name for name in FORMATS if name not in ("m4b", "html")]
"""M4B is written like M4A, which the page contains."""

SPOKEN_SOON = ("heat",)
"""The routine with the longest silence. The others take a second or two each."""
ROUTINES = sorted(path.stem for path in bundled_folder("scripts").glob("*.yaml"))


def export_routine(name: str, path: Path) -> Path:
    request = SessionRequest(routines=(name,), voice="espeak", choices=Choices(level=0))
    with open_session(request) as session:
        export(session.timeline, session.synthesizer.clip, path)
    return path


def without_long_silence(path: Path) -> Path:
    """The file with every silence over 3 s cut to 2 to 3 s, which the measurement gates out anyway.

    Whole tenths of a second are cut, so the blocks of ITU-R BS.1770 stay the same. Half an hour then takes a second.
    """
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    sounding = np.flatnonzero(samples)
    keep = np.ones(len(samples), bool)
    for gap in np.flatnonzero(np.diff(sounding) > 3 * SAMPLE_RATE):
        end, length = sounding[gap], sounding[gap + 1] - sounding[gap]
        keep[end + SAMPLE_RATE : end + SAMPLE_RATE + (length - 2 * SAMPLE_RATE) // 4800 * 4800] = False
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes(samples[keep].tobytes())
    return path


class Measurement:
    """ffmpeg measuring a file in the background."""

    def __init__(self, path: Path) -> None:
        self._log = path.with_name(f"{path.name}.txt")
        with self._log.open("w") as log:
            command = ["ffmpeg", "-nostats", "-i", path, "-af", "ebur128=peak=true:dualmono=true", "-f", "null", "-"]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log)

    def result(self) -> tuple[float, float]:
        """Loudness in LUFS and true peak in dBTP."""
        assert self._process.wait() == 0
        output = self._log.read_text()
        loudness = re.findall(r"I: +(\S+) LUFS", output)[-1]
        return float(loudness), float(re.findall(r"Peak: +(\S+) dBFS", output)[-1])


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize(
    "name", [name if name in SPOKEN_SOON else pytest.param(name, marks=pytest.mark.slow) for name in ROUTINES]
)
def test_routine_loudness(name: str, tmp_path: Path) -> None:
    loudness, peak = Measurement(without_long_silence(export_routine(name, tmp_path / "session.wav"))).result()
    assert loudness == pytest.approx(-16, abs=1)
    assert peak <= -3


@pytest.fixture(scope="module")
def encodings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measurement]:
    """One routine in every format."""
    folder = tmp_path_factory.mktemp("encodings")
    return {name: Measurement(export_routine("safe-lift", folder / f"s.{name}")) for name in KINDS}


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize("name", KINDS)
def test_encoding_keeps_loudness(name: str, encodings: dict[str, Measurement]) -> None:
    loudness, peak = encodings[name].result()
    assert loudness == pytest.approx(-16, abs=1)
    assert peak < 0
