"""How loud the built-in routines are, through two loudspeakers, as ffmpeg measures it (ITU-R BS.1770)."""

import re
import subprocess
from pathlib import Path

import pytest

from voicecoach.app.request import SessionRequest
from voicecoach.app.session import open_session
from voicecoach.choices import Choices
from voicecoach.exporter import FORMATS, export
from voicecoach.resources import bundled_folder

KINDS = [name for name in FORMATS if name not in ("m4b", "html")]
"""One for each way of writing: an M4B is written as an M4A is."""

ROUTINES = sorted(path.stem for path in bundled_folder("scripts").glob("*.yaml"))


def exported(name: str, path: Path) -> Path:
    request = SessionRequest(routines=(name,), voice="espeak", choices=Choices(level=0))
    with open_session(request) as session:
        export(session.timeline, session.synthesizer.clip, path)
    return path


class Measuring:
    """ffmpeg at work on a file, beside whatever else goes on."""

    def __init__(self, path: Path) -> None:
        self._told = path.with_name(f"{path.name}.txt")
        with self._told.open("w") as told:
            command = ["ffmpeg", "-nostats", "-i", path, "-af", "ebur128=peak=true:dualmono=true", "-f", "null", "-"]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=told)

    def done(self) -> tuple[float, float]:
        """Loudness in LUFS and true peak in dBTP."""
        assert self._process.wait() == 0
        told = self._told.read_text()
        loudness = re.findall(r"I: +(\S+) LUFS", told)[-1]
        return float(loudness), float(re.findall(r"Peak: +(\S+) dBFS", told)[-1])


@pytest.fixture(scope="module")
def routines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measuring]:
    """Every routine exported, each measured while the next one is spoken."""
    folder = tmp_path_factory.mktemp("routines")
    return {name: Measuring(exported(name, folder / f"{name}.wav")) for name in ROUTINES}


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize("name", ROUTINES)
def test_every_routine_is_as_loud_as_it_should_be(name: str, routines: dict[str, Measuring]) -> None:
    loudness, peak = routines[name].done()
    assert loudness == pytest.approx(-16, abs=1)
    assert peak <= -3


@pytest.fixture(scope="module")
def encodings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measuring]:
    """One routine in every kind of file."""
    folder = tmp_path_factory.mktemp("encodings")
    return {name: Measuring(exported("safe-lift", folder / f"s.{name}")) for name in KINDS}


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize("name", KINDS)
def test_no_encoding_makes_it_softer_or_overloads_it(name: str, encodings: dict[str, Measuring]) -> None:
    loudness, peak = encodings[name].done()
    assert loudness == pytest.approx(-16, abs=1)
    assert peak < 0
