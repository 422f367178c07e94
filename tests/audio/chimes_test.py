"""The chimes: made again byte for byte, soft, short, told apart, and heard from a phone."""

import re
import runpy
import subprocess
import wave
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from voicecoach.resources import bundled_folder

NAMES = ("open", "start", "end", "side", "tick", "in", "hold", "out", "rest", "done")
LONGEST = {"start": 700, "end": 700} | dict.fromkeys(("tick", "in", "hold", "out", "rest"), 300)
GENERATOR = bundled_folder("audio") / "generate.py"


def samples(name: str) -> np.ndarray:
    with wave.open(str(bundled_folder("audio") / f"{name}.wav"), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64) / 32767


def test_generator_makes_these_files(tmp_path: Path) -> None:
    runpy.run_path(str(GENERATOR))["write"](tmp_path)
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    kept = {file.name: file.read_bytes() for file in bundled_folder("audio").glob("*.wav")}
    assert sorted(made) == sorted(f"{name}.wav" for name in NAMES)
    assert made == kept


def test_samples_round_alike_everywhere() -> None:
    for chime in runpy.run_path(str(GENERATOR))["CHIMES"].values():
        values = chime.samples()
        assert np.abs(values - np.floor(values) - 0.5).min() > 1e-8


@pytest.mark.parametrize("name", NAMES)
def test_chimes_are_whole_milliseconds(name: str) -> None:
    frames = len(samples(name))
    assert frames % 48 == 0
    assert frames // 48 <= LONGEST.get(name, 1500)


@pytest.mark.parametrize("name", NAMES)
def test_m4a_plays_on_a_phone(name: str) -> None:
    power = np.abs(np.fft.rfft(samples(name), 1 << 17)) ** 2
    pitch = np.fft.rfftfreq(1 << 17, 1 / 48_000)
    assert power[(pitch >= 400) & (pitch <= 4000)].sum() >= 0.9 * power.sum()


@pytest.mark.parametrize("name", NAMES)
def test_chimes_fade_in_and_out(name: str) -> None:
    sound = np.abs(samples(name))
    assert sound[0] == 0
    assert sound[:48].max() < 0.2 * sound.max(), "a click: loud within a millisecond"
    assert sound[-48:].max() < 0.01 * sound.max()


@pytest.mark.parametrize("name", NAMES)
def test_chimes_leave_headroom(name: str) -> None:
    assert 10 ** (-18 / 20) < np.abs(samples(name)).max() < 10 ** (-6 / 20)


@pytest.mark.parametrize(("one", "other"), list(combinations(NAMES, 2)))
def test_chimes_differ(one: str, other: str) -> None:
    a, b = samples(one), samples(other)
    size = 1 << (len(a) + len(b)).bit_length()
    shifted = np.fft.irfft(np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size)), size)
    assert np.abs(shifted).max() / np.sqrt((a @ a) * (b @ b)) <= 0.6


@pytest.mark.system("ffmpeg")
@pytest.mark.parametrize("name", ["open", "start", "end", "side", "done"])
def test_chimes_match_speech_loudness(name: str) -> None:
    """Speech at -19 LUFS swells to about -16 within 400 ms."""
    told = subprocess.run(
        ["ffmpeg", "-nostats", "-i", bundled_folder("audio") / f"{name}.wav", "-af",
         "apad=whole_dur=2,ebur128=metadata=1,ametadata=print:key=lavfi.r128.M", "-f", "null", "-"],
        capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip
    assert -23 <= max(map(float, re.findall(r"r128\.M=(\S+)", told))) <= -16
